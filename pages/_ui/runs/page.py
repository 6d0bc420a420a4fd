"""The page Runs: the list, what is said of those chosen, and these side by side."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.runs import beside, card, listing
from pages._ui.runs.kind import Kind
from pages._ui.runs.versions import Versions
from pages._ui.words import t
from tl_core.domain.project import Project
from tl_core.use_cases import versions


def show(project: Project, kind: Kind) -> None:
    among = kind.runs(project)
    shell.page_head(t("runs_page.question"), t("runs_page.context", count=len(among)) if among else "")
    if not among:
        shell.empty_state(
            shell.ICONS["runs"],
            t("runs_page.empty_title"),
            t("runs_page.empty_text"),
            action=t("train_page.to_model"),
            page="model",
        )
    _restored(project)
    known = Versions(project, among)
    chosen = listing.show(project, kind, among, known)
    st.space("medium")
    shell.section(t("runs_page.beside_title"))
    listing.choice(among)
    if not chosen:
        shell.quiet(t("runs_page.beside_none"))
        return
    with st.container(key="chosen-runs"):
        for column, one in zip(st.columns(max(2, len(chosen)), gap="medium"), chosen, strict=False):
            with column:
                card.show(project, kind, one, known, beside.named(chosen)[one.id])
    if len(chosen) > 1:
        beside.show(project, kind, chosen, known)


def _restored(project: Project) -> None:
    """Older data are in use because somebody wanted them: said, and taken back here."""
    if versions.last_restored(project.id) is None:
        return
    with st.container(border=True, key="restored", horizontal=True, vertical_alignment="center", gap="medium"):
        st.text(t("runs_page.restored"), width="stretch")
        if shell.secondary(t("runs_page.take_back"), ":material/undo:", key="take-back"):
            with shell.faults_shown():
                versions.take_back(project.id)
                st.rerun()


def link(among: int, **query: str) -> None:
    """The way to this page, where there is more than one run to look at."""
    if among > 1:
        shell.link("runs", t("runs_page.to_runs", count=among), icon=shell.ICONS["runs"], **query)
