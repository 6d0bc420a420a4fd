"""Answers in an assistant's own words: which language model learns to write them, how it goes, and whether it may."""

from __future__ import annotations

import streamlit as st

from pages._ui import boundary, charts, dotted, fetching, live_curves, network, shell, tabled, trainings, watching
from pages._ui.answer import doubts, sentences
from pages._ui.answer.assistants import Assistant
from pages._ui.dotted import Dot
from pages._ui.network.network import short
from pages._ui.theme import EMBER, ICE
from pages._ui.trainings import Titled
from pages._ui.words import escape, in_rows, joined, number, size, t
from tl_core.domain.answer import Phrased
from tl_core.domain.card import BackboneCard
from tl_core.domain.plan import PhrasePlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView, Status
from tl_core.use_cases import phrasing, runs
from tl_core.use_cases.tables import Row

LOSS, THEIRS = "train/loss", "validation/loss"
_SHOWN = 4  # answers


Writing = Titled[PhrasePlan]  # a run that learned to write answers for an assistant


def of_assistant(project: Project, run: str) -> list[Writing]:
    """Newest first."""
    return [
        Titled(one.id, one.plan, one.state, one.created, one.model, trainings.model_title(one.plan.generator))
        for one in phrasing.runs(project.id, run)
        if isinstance(one.plan, PhrasePlan)
    ]


def offered(project: Project, run: str) -> str | None:
    """The run whose written answers may be used instead of quoted ones."""
    for one in of_assistant(project, run):
        found = phrasing.phrased(one.id) if one.model else None
        if found is not None:
            return one.id if found.offered else None
    return None


def show(project: Project, shown: Assistant) -> None:
    """What the newest came to, or how it goes; and another try."""
    shell.section(t("phrase_page.title"), help=t("phrase_page.help"))
    among = of_assistant(project, shown.id)
    newest = among[0] if among else None
    if newest is not None and newest.state != "done":
        going = newest.state not in ENDED
        look = st.fragment(watching.show, run_every=watching.TICK if going else None)
        look(newest, newest.state, lambda view, state: _told(newest, view))
        if going:
            return
    done = next((one for one in among if phrasing.phrased(one.id) is not None), None)
    if done is None:
        st.text(t("phrase_page.about"))
        _offer(project, shown)
        return
    _result(done)
    with st.expander(t("phrase_page.again"), icon=":material/tune:", key="write-again"):
        _offer(project, shown)


def _told(one: Writing, view: RunView) -> watching.Told:
    curves = view.epochs or view.phase == "train"
    return watching.Told(
        phase=lambda name: t(f"phrase_page.phase_{name}"),
        bar=lambda view: watching.bar_line(view, rate="phrase_page.rate"),
        verdict=lambda view: "",
        figures=None,
        curves=(lambda view, status: _curves(one, view, status)) if curves else None,
    )


def _curves(one: Writing, view: RunView, status: Status | None) -> None:
    """The loss, and what it writes meanwhile."""
    planned = view.epochs[-1].of if view.epochs else 1
    live_curves.draw(view, [live_curves.Panel("loss", LOSS, THEIRS)], planned=planned, key=f"writing-{one.id}")
    if view.epochs:
        rows: list[Row] = [
            {
                t("train_page.column_epoch"): epoch.number,
                t("train_page.column_loss_train"): tabled.rounded_known(epoch.metrics.get(LOSS), 3),
                t("train_page.column_loss_validation"): tabled.rounded_known(epoch.metrics.get(THEIRS), 3),
            }
            for epoch in view.epochs
        ]
        tabled.on_demand(rows, title=t("train_page.curves_table"), key="writing-epochs")
    _samples(one, key="live")


def _result(one: Writing) -> None:
    """Supported answers of both ways, what was forgotten, what it writes, and how strongly it was taught."""
    found = phrasing.phrased(one.id)
    if found is None:
        return
    shell.show_hint(sentences.written(found))
    rows = [
        Dot(t("phrase_page.way_quoted"), found.quoted, ICE, "circle"),
        Dot(t("phrase_page.way_written"), found.written, EMBER, "diamond"),
    ]
    said = in_rows(f"{row.label} {charts.says(row.metric)}" for row in rows)
    dotted.rows(rows, key=f"phrased-{one.id}", alt=t("phrase_page.alt", rows=said))
    told: list[Row] = [
        {t("evaluate_page.column_way"): row.label, t("phrase_page.column_holds"): row.metric} for row in rows
    ]
    tabled.on_demand(told, title=t("phrase_page.title"), key="phrased")
    shell.quiet(joined((t("phrase_page.by", title=one.title), _forgotten(found))))
    _samples(one, key="done")
    if found.offered:
        _strength(one, found)


def _forgotten(found: Phrased) -> str:
    if "before" not in found.forgotten or "after" not in found.forgotten:
        return ""
    values = {name: number(value, ".1f") for name, value in found.forgotten.items()}
    return t("phrase_page.forgotten", **values)


def _samples(one: Writing, *, key: str) -> None:
    """What it writes to questions kept back, beside the team's answer and the quoted one."""
    known = phrasing.samples(one.id)
    if not known:
        return
    shell.quiet(t("phrase_page.samples"))
    for place, each in enumerate(known[:_SHOWN]):
        with st.container(border=True, key=f"pair-sample-{key}-{place}", gap="small"):
            st.markdown(f"**{escape(each.question)}**")
            ways = ("answer_page.answer_own", each.expected), ("phrase_page.way_quoted", each.quoted)
            left, middle, right = st.columns(3, gap="medium")
            for column, (title, text) in zip((left, middle), ways, strict=True):
                with column, st.container(gap=None):
                    shell.quiet(t(title))
                    st.text(text or "–")
            with right, st.container(gap=None):
                shell.quiet(t("phrase_page.way_written"))
                doubts.draw(each.written or "–", each.doubts, key=f"written-{key}-{place}")


def _strength(one: Writing, found: Phrased) -> None:
    """How far it leans to what it was taught here, and how far to how it wrote before."""

    def keep() -> None:
        with shell.faults_shown():
            phrasing.set_strength(one.id, st.session_state[f"strength-{one.id}"])

    st.slider(
        t("phrase_page.strength"), 0.0, 1.0, found.strength, 0.1, help=t("phrase_page.strength_help"),
        key=f"strength-{one.id}", on_change=keep,
    )  # fmt: skip


def _offer(project: Project, shown: Assistant) -> None:
    """Which language model, how many of its layers learn, and the button."""
    with shell.faults_shown():
        plan = phrasing.phrase_default(project.id, shown.id)
        shell.quiet(t("phrase_page.answers", count=phrasing.answered(shown.id)))
        card = _generator(plan)
        if card is None:
            return
        frozen = _network(project, card, plan, key=f"writer-{shown.id}")
        if not fetching.is_here(card):
            fetching.button(card, key="fetch-writer")
            fetching.progress(lambda name: None)
            return
        short = phrasing.four_bit() and st.toggle(
            t("phrase_page.four_bit"), plan.four_bit, help=t("phrase_page.four_bit_help"), key="four-bit"
        )
        if shell.secondary(t("phrase_page.start"), ":material/edit_note:", key="start-writing"):
            chosen = plan.model_copy(update={"generator": card.name, "frozen_stages": frozen, "four_bit": short})
            runs.start(chosen)
            st.rerun()


def _generator(plan: PhrasePlan) -> BackboneCard | None:
    known = {card.name: card for card in phrasing.generators()}
    if not known:
        return None
    names = list(known)
    chosen = st.selectbox(
        t("phrase_page.generator"), names, index=names.index(plan.generator) if plan.generator in names else 0,
        format_func=lambda name: str(known[name].title), key="generator", width=420,
    )  # fmt: skip
    card = known[chosen]
    about = [f"{short(card.parameters)} {t('phrase_page.numbers')}", str(card.licence), str(card.known_bias)]
    if card.download_bytes:
        about.insert(1, size(card.download_bytes))
    shell.quiet(" · ".join(filter(None, about)))
    return card


def _network(project: Project, card: BackboneCard, plan: PhrasePlan, *, key: str) -> int:
    """The language model's face: frozen layers keep how it writes, thawed ones learn small additions, the last always.

    Returns how many are frozen.
    """
    *stages, last = card.stages
    left = boundary.left_at(project, card)
    usual = plan.frozen_stages if plan.frozen_stages is not None else len(stages) // 2
    frozen = min(usual if left is None else left, len(stages))
    added = plan.lora_rank * last.adapter_width
    head = network.Head(
        str(last.title), str(last.title), t("phrase_page.tells_head", last=last.title), str(last.about), added
    )  # fmt: skip
    shell.quiet(t("model_page.slider"), help=t("model_page.slider_help"))
    network.draw(
        stages, head, frozen, key=key, rank=plan.lora_rank, on_change=lambda: boundary.move(project, card, key)
    )
    tabled.on_demand(network.rows(card.stages, None), title=t("model_page.table"), key="writer-network")
    return frozen
