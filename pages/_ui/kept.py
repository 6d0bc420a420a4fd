"""What a fine-tuned model still knows of what it could before, and the slider that trades the one for the other."""

from __future__ import annotations

import streamlit as st

from pages._ui import dotted, mixer, sentences, shell, tabled
from pages._ui.theme import EMBER, ICE
from pages._ui.trainings import Training
from pages._ui.words import in_rows, joined, t, term
from tl_core.domain.mixes import Mixes
from tl_core.domain.project import Project
from tl_core.domain.report import Report
from tl_core.domain.run import ENDED
from tl_core.use_cases import results, runs

TICK = 2.0  # seconds between looks while a mix is made the model


def show(project: Project, shown: Training, report: Report, examined: bool) -> None:
    """The section. ``report``: that of the validation samples; ``examined``: its exam is open."""
    shell.section(t("kept.title"), help=term("forgetting", t("kept.term_forgetting")))
    mixes = results.mixes(shown.id)
    if mixes is None:
        st.text(t(f"kept.none_{_why(report)}"))
        return
    share = results.share_in_use(report)
    in_use = next((k for k, one in enumerate(mixes.mixes) if share is not None and abs(one.share - share) < 1e-9), None)
    st.text(said(mixes, in_use))
    job = results.mix_at_work(project.id, shown.id)
    with st.container(border=True, key="mixer"):
        st.fragment(_slider)(shown, mixes, in_use, examined, job is not None)
        if job is not None:
            st.fragment(_wait, run_every=TICK)(job)
        else:
            _failed(project, shown)
    st.space("small")
    with st.container(key="likeness"):
        _likeness(shown, mixes)


def _why(report: Report) -> str:
    """Why there is nothing to show."""
    names = {one.name for one in report.candidates}
    if "finetuned" in names:
        return "stopped"
    return "scratch" if "scratch" in names else "probe"


def said(mixes: Mixes, in_use: int | None) -> str:
    """What the tuned model has kept, and what the model in use has, where that is another one. Pure."""
    tuned, original = mixes.tuned, mixes.original
    values = {"tuned": sentences.of_hundred(tuned.value), "original": sentences.of_hundred(original.value)}
    told = t(f"kept.says_{mixes.ability}", **values)
    if in_use is None or in_use == len(mixes.mixes) - 1:
        return told
    now = mixes.mixes[in_use]
    name = t("kept.now_probe" if in_use == 0 else "kept.now_mix")
    return joined((told, t("kept.says_now", name=name, now=sentences.of_hundred(now.kept.value))))


def _slider(shown: Training, mixes: Mixes, in_use: int | None, examined: bool, busy: bool) -> None:
    at = mixer.draw(mixes, in_use, key=f"mixer-{shown.id}-{in_use}")
    chosen = mixes.mixes[at]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        pressed = shell.secondary(t("kept.use"), ":material/check:", key="use-mix", disabled=busy or at == in_use)
        if at == in_use:
            shell.quiet(t("kept.use_now"))
        else:
            shell.quiet(t("kept.use_loses_exam" if examined else "kept.use_about"))
    if pressed:
        with shell.faults_shown():
            results.use_mix(shown.id, chosen.share)
            st.rerun()
    tabled.on_demand(
        [
            {
                t("kept.column_share"): mixer.title(one.share),
                t("kept.row_task"): one.metrics["balanced_accuracy"],
                t("evaluate_page.metric_log_loss"): one.metrics["log_loss"],
                t("kept.row_old"): one.kept,
            }
            for one in mixes.mixes
        ],
        title=t("kept.slider"),
        key="mixes",
    )


def _wait(job_id: str) -> None:
    _, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.run_badge(state)
        st.text(t("kept.at_work"))
    if state == "no_worker":
        shell.show_warning(t("shell.worker_missing"))


def _failed(project: Project, shown: Training) -> None:
    """Why the last mix asked for did not become the model."""
    last = next((one for one in runs.runs_of(project.id, "mix") if getattr(one.plan, "run", "") == shown.id), None)
    if last is not None and last.state == "failed":
        shell.show_fault(t("kept.failed", reason=last.reason or ""))


def _likeness(shown: Training, mixes: Mixes) -> None:
    """Layer group by layer group: how alike tuned model and original see a person's samples."""
    st.markdown(f"**{shell.escape(t('kept.likeness_title'))}**", help=t("kept.term_likeness"))
    rows = [
        dotted.Value(str(one.title), one.value, *((ICE, "diamond") if one.frozen else (EMBER, "circle")))
        for one in mixes.likeness
    ]
    learned = [one for one in mixes.likeness if not one.frozen]
    least = min(learned, key=lambda one: one.value)
    shell.quiet(t("kept.likeness_says", title=least.title, value=sentences.figure(least.value)))
    reading = in_rows(f"{row.label} {sentences.figure(row.value)}" for row in rows)
    dotted.values(rows, key=f"likeness-{shown.id}", alt=t("kept.likeness_alt", rows=reading))
    tabled.on_demand(
        [
            {
                t("kept.column_stage"): str(one.title),
                t("kept.column_state"): t("kept.state_frozen" if one.frozen else "kept.state_learned"),
                t("kept.column_likeness"): tabled.rounded(one.value),
            }
            for one in mixes.likeness
        ],
        title=t("kept.likeness_title"),
        key="likeness",
    )
