"""Bringing data from a folder of the server that Thaw may read: looked through, read where it is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages._ui.shell import faults_shown, go, primary, quiet, secondary, show_fault
from pages._ui.words import count, size, t
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.use_cases import server_folders
from tl_core.use_cases.server_folders import Listing

_FOLDER = "folder"  # in the address: where we are


def show(project: Project, *, add: bool, unlabelled: bool = False) -> None:
    """Choose a folder and read it."""
    found = browser()
    if found is None:
        return
    quiet(t("uploads.folder_stay"))
    label, nothing = t("uploads.folder_read"), not (found.files or found.folders)
    if primary(label, ":material/arrow_forward:", key="read-folder", disabled=nothing):
        with faults_shown():
            run = server_folders.start(project.id, found.folder, add=add, unlabelled=unlabelled)
            go("data", project=project.id, run=run)


def table() -> Path | None:
    """The table chosen in a folder; None where there is none."""
    found = browser()
    if found is None:
        return None
    if not found.tables:
        quiet(t("uploads.folder_no_table"))
        return None
    name = st.selectbox(t("uploads.folder_table"), found.tables, width=560, key=f"folder-table-{found.folder}")
    quiet(t("uploads.folder_stay"))
    return Path(found.folder, name)


def browser() -> Listing | None:
    """Where we are, and the ways up and down; None where that cannot be read."""
    roots = server_folders.offered()
    wanted = st.query_params.get(_FOLDER, roots[0])
    try:
        found = server_folders.listing(wanted)
    except InputFault as fault:
        show_fault(fault)
        found = None
    if len(roots) > 1 and (found is None or found.above is None):
        root = st.selectbox(
            t("uploads.folder"),
            roots,
            index=roots.index(wanted) if wanted in roots else 0,
            width=560,
            key="folder-root",
        )
        if root != wanted:
            _open(root)
    if found is None:
        if secondary(t("uploads.folder_first"), ":material/arrow_upward:", key="folder-first"):
            _open(roots[0])
        return None
    with st.container(horizontal=True, vertical_alignment="center", key="folder-here"):
        st.text(found.folder, width="stretch")
        if found.above is not None and secondary(t("uploads.folder_up"), ":material/arrow_upward:", key="folder-up"):
            _open(found.above)
    if found.folders:
        inside = st.selectbox(
            t("uploads.folder_inside"), found.folders, index=None, placeholder=t("uploads.folder_open"), width=560,
            key=f"folder-inside-{found.folder}",
        )  # fmt: skip
        if inside is not None:
            _open(str(Path(found.folder, inside)))
    if found.files:
        quiet(t("uploads.folder_holds", count=found.files, number=count(found.files), size=size(found.bytes)))
    elif found.folders:
        quiet(t("uploads.folder_nothing"))
    return found


def _open(folder: str) -> None:
    st.query_params[_FOLDER] = folder
    st.rerun()
