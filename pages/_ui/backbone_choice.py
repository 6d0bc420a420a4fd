"""The starting model: its card for people, the others to choose from, and any other by name."""

from __future__ import annotations

import streamlit as st

from pages._ui import fits, shell
from pages._ui.network.network import short
from pages._ui.words import escape, size, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.plan import FetchPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import data, models, runs

TICK = 1.0  # seconds between looks while one is fetched
_LARGE = ("en", "zh", "es", "ar", "fr", "de", "pt", "hi")
_FACTS = ("learned_from", "never_seen", "good_for", "known_bias")


def current(project: Project, plan: TrainPlan) -> BackboneCard:
    """The one chosen on this page, else the plan's, else the first of the catalogue."""
    known = models.cards(project.modality)
    wanted = st.session_state.get(_place(project), plan.backbone)
    return next((card for card in known if card.name == wanted), known[0])


def is_here(card: BackboneCard) -> bool:
    """Whether its weights are on this machine."""
    return bool(card.sha256)


def show(project: Project, card: BackboneCard, plan: TrainPlan) -> None:
    """The card of the one in use; below it the others, and any other by name."""
    with st.expander(
        escape(t("model_page.backbone_title", title=card.title)), icon=":material/deployed_code:", key="backbones"
    ):
        shell.quiet(t("model_page.backbone_help"))
        fits.show(plan.model_copy(update={"backbone": card.name}))
        _card(project, card, chosen=True)
        for other in models.cards(project.modality):
            if other.name != card.name:
                _card(project, other, chosen=False)
        _by_name(project)
    for job in runs.running():
        if isinstance(job.plan, FetchPlan):
            st.fragment(_watch, run_every=TICK)(project, job.id)
    if told := st.session_state.get("fetch-told"):
        shell.show_fault(told)


def _card(project: Project, card: BackboneCard, *, chosen: bool) -> None:
    with st.container(border=True, key=f"card-{safe(card.name)}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(card.title)}**", width="content")
            shell.quiet(card.name)
            st.space("stretch")
            if chosen:
                st.badge(t("model_page.card_used"), icon=":material/check:", color="blue")
            elif is_here(card) and shell.secondary(t("model_page.card_use"), key=f"use-{safe(card.name)}"):
                st.session_state[_place(project)] = card.name
                st.rerun()
        if chosen and not is_here(card):
            shell.quiet(t("model_page.card_not_here"))
        if not is_here(card):
            label = t("model_page.card_fetch", bytes=size(card.download_bytes)) if card.download_bytes else None
            if shell.secondary(
                label or t("model_page.card_fetch_plain"), ":material/download:", key=f"fetch-{safe(card.name)}"
            ):
                _fetch(card.name)
        if chosen:
            left, right = st.columns(2, gap="medium")
            for place, name in enumerate(_FACTS):
                with left if place % 2 == 0 else right:
                    _fact(t(f"model_page.card_{name}"), getattr(card, name))
        else:
            _fact(t("model_page.card_good_for"), card.good_for)
            _fact(t("model_page.card_never_seen"), card.never_seen)
        facts = [
            t("model_page.card_size_value", parameters=short(card.parameters), bytes=size(card.download_bytes))
            if card.download_bytes
            else t("model_page.card_size_value_here", parameters=short(card.parameters)),
            f"{t('model_page.card_licence')}: {card.licence}",
        ]
        if card.languages:
            facts.append(f"{t('model_page.card_languages')}: {_languages(card.languages)}")
        shell.quiet(" · ".join(facts))


def _fact(name: str, text: str) -> None:
    if text:
        with st.container(gap=None, key=None):
            shell.quiet(name)
            st.text(text, width="stretch")


def _languages(known: list[str]) -> str:
    """All of a few; of many those with most readers, and how many more there are."""
    shown = known if len(known) <= len(_LARGE) else [code for code in _LARGE if code in known]
    names = ", ".join(data.language_name(code) for code in shown)
    more = len(known) - len(shown)
    return t("model_page.card_languages_more", names=names, count=more) if more else names


# --- fetching ---------------------------------------------------------------------------------------------------------


def _by_name(project: Project) -> None:
    st.markdown(f"**{t('model_page.by_name_title')}**")
    shell.quiet(t("model_page.by_name_text"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(
            t("model_page.by_name"),
            placeholder=t("model_page.by_name_placeholder"),
            max_chars=200,
            key=f"by-name-{project.id}",
        ).strip()
        label = t("model_page.by_name_fetch")
        if shell.secondary(label, ":material/download:", key="fetch-by-name", disabled=not name):
            _fetch(name)


def _fetch(name: str) -> None:
    st.session_state.pop("fetch-told", None)
    with shell.faults_shown():
        models.fetch(name)
        st.rerun()


def _watch(project: Project, job_id: str) -> None:
    view, status, state = runs.view(job_id)
    asked = runs.plan(job_id)
    title = asked.backbone if isinstance(asked, FetchPlan) else ""
    if state in ENDED:
        if status is not None and status.state == "failed":
            st.session_state["fetch-told"] = t("model_page.fetch_failed", title=title, reason=runs.reason(status) or "")
        elif state == "done" and models.card(title).modality == project.modality:
            st.session_state[_place(project)] = title  # fetched to be used
            st.toast(escape(t("model_page.fetch_done", title=models.card(title).title)))
        st.rerun(scope="app")
    parts = [t("model_page.fetching", title=title)]
    if view.total:
        parts.append(f"{size(view.done)} / {size(view.total)}")
    with st.container(border=True, key="fetching"):
        if state == "no_worker":
            shell.show_warning(t("shell.worker_missing"))
        st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(" · ".join(parts)))


def _place(project: Project) -> str:
    return f"backbone-{project.id}"


def safe(name: str) -> str:
    """A name as part of a widget's key."""
    return "".join(sign if sign.isalnum() else "-" for sign in name)
