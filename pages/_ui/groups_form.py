"""Which samples belong together: a pattern over file names, with a look at the groups it makes."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import faults_shown, primary, quiet, secondary, show_fault
from pages._ui.words import count, listed, t, term
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.use_cases import data

READY = {  # what the names of one group have in common -> a pattern for it; names are paths, parts by "/"
    "underscore": r"([^/_]+)_[^/]*$",
    "dash": r"([^/-]+)-[^/]*$",
    "number": r"(\d+)[^/]*$",
}
OWN = "own"
_LISTED = 5  # groups named in a preview


def while_uploading(project: Project, inbox: str) -> str | None:
    """The pattern for what is about to be read. Scans lose their names on entry, so there it is asked openly."""
    with st.expander(
        t("data_page.groups_while_upload"), icon=":material/groups:", expanded=project.private, key="groups-upload"
    ):
        st.text(t("data_page.groups_text"))
        if project.private:
            st.text(t("data_page.groups_scans"))
        pattern = _pattern("upload-pattern")
        if not pattern:
            return None
        try:
            _preview(data.group_preview(pattern, paths=[inbox]))
        except InputFault as fault:
            show_fault(fault)
            return None
        return pattern


def show(project: Project, dataset: Dataset) -> None:
    """The groups of the data in use, and another pattern where names are still known."""
    st.text(t("data_page.groups_text"))
    groups = {sample.group for sample in dataset.samples if sample.group is not None}
    if groups:
        st.text(t("data_page.groups_now", count=len(groups), rule=dataset.group_rule or ""))
    else:
        st.text(t("data_page.groups_none"))
    if project.private or project.modality == "text":
        quiet(t("data_page.groups_private" if project.private else "data_page.groups_table"))
    else:
        _change(project)
    if groups and secondary(t("data_page.groups_remove"), ":material/person_off:", key="groups-remove"):
        with faults_shown():
            data.set_groups(project.id, None)
            st.rerun()


def _change(project: Project) -> None:
    pattern = _pattern("groups-pattern")
    if not pattern:
        return
    try:
        _preview(data.group_preview(pattern, project_id=project.id))
    except InputFault as fault:
        show_fault(fault)
        return
    if primary(t("data_page.groups_apply"), ":material/groups:", key="groups-apply"):
        with faults_shown():
            data.set_groups(project.id, pattern)
            st.rerun()


def _pattern(key: str) -> str:
    """A ready-made way to tell groups from names, or a pattern of one's own; empty: no groups."""
    choice = st.selectbox(
        t("data_page.groups_by"),
        ["", *READY, OWN],
        format_func=lambda name: t(f"data_page.groups_by_{name or 'none'}"),
        help=term("group"),
        key=f"{key}-by",
    )
    if choice != OWN:
        return READY.get(choice, "")
    return st.text_input(
        t("data_page.groups_pattern"),
        placeholder=t("data_page.groups_pattern_placeholder"),
        help=term("group_pattern"),
        max_chars=200,
        key=key,
        live=True,
    ).strip()


def _preview(found: data.GroupPreview) -> None:
    """What a pattern makes: how many groups, the largest, and what it misses."""
    samples = sum(found.groups.values()) + found.unmatched
    st.text(t("data_page.groups_preview", count=len(found.groups), samples=count(samples)))
    if found.groups:
        largest = sorted(found.groups.items(), key=lambda pair: (-pair[1], pair[0]))[:_LISTED]
        named = listed(t("data_page.groups_size", name=name, count=number) for name, number in largest)
        quiet(t("data_page.groups_sizes", largest=named))
    if found.unmatched:
        quiet(t("data_page.groups_unmatched", count=found.unmatched))
