"""A folder that is watched for new samples: chosen, what came of it, and its end."""

from __future__ import annotations

import streamlit as st

from pages._ui import server_folder
from pages._ui.shell import faults_shown, quiet, secondary, show_fault, show_warning
from pages._ui.words import count, moment, t
from tl_core.domain.project import Project
from tl_core.domain.watch import Watch
from tl_core.use_cases import runs, server_folders, watches
from tl_core.use_cases.watches import Arrived

SELDOM = 120.0  # seconds between looks while there is no worker, so that nothing can come


def show(project: Project) -> None:
    """Beneath the data in use; nothing where no folder may be read and none is watched, or samples have no classes."""
    watch = watches.watched(project.id)
    if watch is None and not (server_folders.offered() and project.task == "classify"):
        return
    with st.expander(t("uploads.watch_title"), icon=":material/folder_eye:", expanded=watch is not None, key="watch"):
        if watch is None:
            _choose(project)
        else:
            alive = runs.worker_alive()
            st.fragment(_state, run_every=watches.EVERY if alive else SELDOM)(project, watch, alive)


def _choose(project: Project) -> None:
    st.text(t("uploads.watch_text"))
    found = server_folder.browser()
    if found and secondary(t("uploads.watch_begin"), ":material/visibility:", key="watch-begin"):
        with faults_shown():
            watches.begin(project.id, found.folder)
            st.rerun()


def _state(project: Project, watch: Watch, alive: bool) -> None:
    if runs.worker_alive() != alive:
        st.rerun(scope="app")
    if not alive:
        show_warning(t("shell.worker_missing"))
    watch = watches.watched(project.id) or watch
    st.text(t("uploads.watch_now"))
    st.text(watch.folder)
    if watch.problem:
        show_fault(t(watch.problem, limit=count(watches.MOST)))
    looked = watch.looked
    quiet(t("uploads.watch_waiting") if looked is None else t("uploads.watch_looked", when=moment(looked)))
    came = watches.arrivals(project.id)
    if came:
        st.markdown(f"**{t('uploads.watch_came')}**")
        rows = [
            {
                t("uploads.watch_when"): moment(one.when),
                t("uploads.watch_files"): count(one.files),
                t("uploads.watch_outcome"): _outcome(one),
            }
            for one in came
        ]
        st.dataframe(rows, hide_index=True, alt=t("uploads.watch_alt"), key="watch-came")
    if secondary(t("uploads.watch_end"), ":material/visibility_off:", key="watch-end"):
        with faults_shown():
            watches.end(project.id)
            st.rerun(scope="app")


def _outcome(one: Arrived) -> str:
    if one.samples is not None:
        return t("uploads.watch_joined", count=one.samples)
    return one.reason or t("uploads.watch_reading")
