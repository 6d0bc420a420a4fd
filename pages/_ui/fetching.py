"""Fetching a starting model because a person asked: what it takes, one button, and how far it is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages._ui import shell
from pages._ui.trainings import model_title
from pages._ui.words import escape, pair, size, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.plan import FetchPlan
from tl_core.domain.run import ENDED
from tl_core.use_cases import models, runs

TICK = 1.0  # seconds between looks while one is fetched
_TOLD = "fetch-told"


def is_here(card: BackboneCard) -> bool:
    """Whether its weights are on this machine."""
    return bool(card.sha256)


def button(card: BackboneCard, key: str) -> None:
    """Fetch it, with what that takes."""
    label = t("model_page.card_fetch", bytes=size(card.download_bytes)) if card.download_bytes else None
    if shell.secondary(label or t("model_page.card_fetch_plain"), ":material/download:", key=key):
        begin(card.name)


def needed(card: BackboneCard) -> None:
    """In the place of what cannot go on without it: its name, size and licence, the button, and how far it is."""
    if not _going():
        with st.container(border=True, key="needed"):
            st.text(t("model_page.needed", title=card.title))
            shell.quiet(pair(t("model_page.card_licence"), card.licence))
            button(card, key="fetch-needed")
    progress(lambda name: None)


def first(card: BackboneCard) -> None:
    """Beside a start that has to wait for it: the button that brings it, and what is missing."""
    if not _going():
        button(card, key="fetch-first")
    shell.quiet(t("model_page.not_fetched", title=card.title))


def begin(name: str) -> None:
    """Ask for it and look at the page anew; a bad name is said."""
    st.session_state.pop(_TOLD, None)
    with shell.faults_shown():
        models.fetch(name)
        st.rerun()


def progress(done: Callable[[str], None]) -> None:
    """Each model on its way, with a bar; ``done`` is told its name when it is here. A failure stays to be read."""
    for job in _going():
        st.fragment(_watch, run_every=TICK)(job.id, done)
    if told := st.session_state.get(_TOLD):
        shell.show_fault(told)


def _going() -> list[runs.RunSummary]:
    return [job for job in runs.running() if isinstance(job.plan, FetchPlan)]


def _watch(job_id: str, done: Callable[[str], None]) -> None:
    view, status, state = runs.view(job_id)
    asked = runs.plan(job_id)
    name = asked.backbone if isinstance(asked, FetchPlan) else ""
    if state in ENDED:
        if status is not None and status.state == "failed":
            why = runs.reason(status) or ""
            st.session_state[_TOLD] = t("model_page.fetch_failed", title=model_title(name), reason=why)
        elif state == "done":
            done(name)
            st.toast(escape(t("model_page.fetch_done", title=models.card(name).title)))
        st.rerun(scope="app")
    parts = [t("model_page.fetching", title=model_title(name))]
    if view.total:
        parts.append(f"{size(view.done)} / {size(view.total)}")
    with st.container(border=True, key="fetching"):
        if state == "no_worker":
            shell.show_warning(t("shell.worker_missing"))
        st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(" · ".join(parts)))
