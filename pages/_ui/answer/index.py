"""How far the documents can be searched: by their words at once, by their meaning once the starting model read them."""

from __future__ import annotations

import streamlit as st

from pages._ui import fetching, shell
from pages._ui.words import count, duration, escape, joined, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import assistants, models, runs

TICK = 1.0  # seconds between looks while it reads


def strip(project: Project) -> None:
    """One line; a bar while passages are being read, a button where a person must say."""
    state = assistants.index_state(project.id)
    if state.ready:
        shell.quiet(t("answer_page.index_ready"))
        return
    if state.job is None and (card := _missing(project)) is not None:
        _fetch(card)
        return
    job = state.job or _begun(project)
    if job is not None:
        st.fragment(_watch, run_every=TICK)(job)


def _missing(project: Project) -> BackboneCard | None:
    """The starting model that would read them, where it is not here."""
    try:
        card = models.card(assistants.default_plan(project.id).backbone)
    except InputFault:
        return None
    return None if fetching.is_here(card) else card


def _fetch(card: BackboneCard) -> None:
    with st.container(border=True, key="index-offer"):
        st.text(t("answer_page.index_words_only", title=card.title))
        fetching.button(card, key="fetch-index")
        fetching.progress(lambda name: None)


def _begun(project: Project) -> str | None:
    """Begins by itself the first time; after a failure or a stop a person says when."""
    last = next((job for job in runs.runs_of(project.id, "index") if _of_now(job, project)), None)
    if last is None:
        with shell.faults_shown():
            return assistants.ensure_index(project.id)
        return None
    if last.state == "failed":
        shell.show_fault(last.reason or t("answer_page.index_failed"))
    with st.container(horizontal=True, vertical_alignment="center", key="index-again"):
        st.text(t("answer_page.index_stopped"), width="stretch")
        if shell.secondary(t("answer_page.index_start"), ":material/play_arrow:", key="index-start"):
            with shell.faults_shown():
                assistants.ensure_index(project.id)
                st.rerun()
    return None


def _of_now(job: runs.RunSummary, project: Project) -> bool:
    return job.plan.kind == "index" and job.plan.dataset == project.dataset and job.state in ENDED


def _watch(job: str) -> None:
    view, _, state = runs.view(job)
    if state in ENDED:
        st.rerun(scope="app")
    with st.container(border=True, key="indexing"):
        if state == "no_worker":
            shell.show_warning(t("shell.worker_missing"))
        line = t("answer_page.index_reading")
        if view.total:
            line = joined((line, t("answer_page.index_of", done=count(view.done), total=count(view.total))))
        if view.seconds_left is not None and view.done:
            line += " · " + t("train_page.left", left=duration(view.seconds_left))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(line))
            shell.stop_button(job, t("answer_page.index_stop"), key="index-stop", disabled=state == "stopping")
