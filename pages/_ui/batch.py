"""Many at once: a folder, a zip or a table in, a CSV out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages._ui import alike, shell, watching
from pages._ui.trainings import Training
from pages._ui.upload import KIND, uploader
from pages._ui.words import count, moment, size, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import Columns, PredictPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView
from tl_core.use_cases import data, predict, runs, uploads

_INBOX = "batch-inbox"
_KEPT = 6  # earlier batches listed


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    """Upload, start, and the answers of this and earlier batches."""
    _bring(project, shown)
    jobs = [job for job in runs.runs_of(project.id, "predict") if isinstance(job.plan, PredictPlan)]
    for job in jobs[:_KEPT]:
        if job.state in ENDED:
            _ended(job)
        else:
            watching.answering(job.id, _answered, key="batch")


def _bring(project: Project, shown: Training) -> None:
    inbox = _inbox()
    arrived = uploads.received(inbox.name)
    if not arrived:
        kind = KIND[project.purpose]
        done = uploader(
            inbox,
            kind,
            key="upload-batch",
            title=t(f"use_page.drop_{kind}"),
            hint=t(f"use_page.drop_{kind}_hint"),
        )
        if done:
            st.rerun()
        return
    with st.container(border=True, key="batch"):
        total = size(sum(one.bytes for one in arrived))
        st.text(t("use_page.arrived", count=len(arrived), number=count(len(arrived)), size=total))
        folder = uploads.inbox_path(inbox.name)
        columns = None
        ready = True
        if KIND[project.purpose] == "tables":
            columns, ready = _columns(shown, folder / arrived[0].path)
        with st.container(horizontal=True, gap="small"):
            if shell.primary(t("use_page.batch_start"), ":material/play_arrow:", key="batch-start", disabled=not ready):
                with shell.faults_shown():
                    paths = [folder] if columns is None else [folder / one.path for one in arrived]
                    predict.start_batch(shown.id, paths, columns)
                    st.session_state.pop(_INBOX, None)
                    st.rerun()
            if shell.secondary(t("use_page.batch_discard"), ":material/delete:", key="batch-discard"):
                uploads.discard(inbox.name)
                st.rerun()


def _inbox() -> uploads.Inbox:
    known: uploads.Inbox | None = st.session_state.get(_INBOX)
    if known is None:
        known = st.session_state[_INBOX] = uploads.open_inbox()
    return known


def _columns(shown: Training, path: Path) -> tuple[Columns | None, bool]:
    """Which column holds the texts; guessed, changeable. Those that the training's data had too are compared."""
    with shell.faults_shown():
        found = data.inspect_table(path)
        names = list(found.header)
        guess = found.columns.text
        text = st.selectbox(
            t("use_page.text_column"),
            names,
            index=names.index(guess) if guess in names else 0,
            key="batch-column",
            width=320,
        )
        kept = {name.casefold() for name in predict.compared_by(shown.id)}
        compared = [name for name in names if name.casefold() in kept and name != text]
        roles = {"text": text, "label": None, "group": None, "attributes": compared}
        return found.columns.model_copy(update=roles), True
    return None, False


def _answered(view: RunView) -> str:
    return t("use_page.batch_running", done=count(view.done), total=count(view.total or 0))


def _ended(job: runs.RunSummary) -> None:
    view, status, state = runs.view(job.id)
    with (
        st.container(border=True, key=f"batch-{job.id}"),
        st.container(horizontal=True, vertical_alignment="center", gap="medium"),
    ):
        with st.container(gap=None, width="stretch"):
            said = t("use_page.batch_of", when=moment(job.created))
            rows = view.result.get("rows")
            if state == "failed":
                shell.show_fault((runs.reason(status) if status else None) or "")
            else:
                st.text(said)
                if rows is not None:
                    parts = [t("use_page.batch_rows", count=int(rows), number=count(int(rows)))]
                    for name, key in (("not_sure", "unsure"), ("refused", "refused")):
                        if number := int(view.result.get(name, 0)):
                            parts.append(t(f"use_page.batch_{key}", count=number))
                    shell.quiet(" · ".join(parts))
        shell.run_badge(state)
        if state == "done":
            path = predict.answers_csv(job.id)
            st.download_button(
                t("use_page.csv"),
                data=path.read_bytes,
                file_name=t("use_page.csv_name"),
                mime="text/csv",
                icon=":material/download:",
                key=f"csv-{job.id}",
                on_click="ignore",
            )
            refused_list = predict.refused_csv(job.id)
            if refused_list is not None:
                st.download_button(
                    t("use_page.refused"),
                    data=refused_list.read_bytes,
                    file_name=t("use_page.refused_name"),
                    mime="text/csv",
                    type="tertiary",
                    key=f"refused-{job.id}",
                    on_click="ignore",
                )
    if state == "done":
        alike.show(job.id)
