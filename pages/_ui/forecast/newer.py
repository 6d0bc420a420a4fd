"""Going on from newer data: a table in, what comes after it out, by what a forecasting learned."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell, watching
from pages._ui.forecast import ahead, timeline_form
from pages._ui.forecast.data import pick
from pages._ui.forecast.forecastings import Forecasting
from pages._ui.upload import uploader
from pages._ui.words import escape, moment, size, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import PredictPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import forecasts, runs, uploads

_INBOX = "newer-inbox"
_KEPT = 6  # earlier ones listed
_REFUSED = 5  # series left out that are said


def show(project: Project, dataset: Dataset, shown: Forecasting) -> None:
    """Upload, start, and what came of this and earlier tables."""
    _bring(dataset, shown)
    jobs = [
        job
        for job in runs.runs_of(project.id, "predict")
        if isinstance(job.plan, PredictPlan) and job.plan.run == shown.id
    ]
    for place, job in enumerate(jobs[:_KEPT]):
        if job.state not in ENDED:
            watching.answering(job.id, lambda view: t("forecast_page.newer_running"), key="newer")
        else:
            _ended(job, dataset, shown, opened=place == 0)


def _bring(dataset: Dataset, shown: Forecasting) -> None:
    inbox: uploads.Inbox | None = st.session_state.get(_INBOX)
    if inbox is None:
        inbox = st.session_state[_INBOX] = uploads.open_inbox()
    arrived = uploads.received(inbox.name)
    if not arrived:
        st.text(t("forecast_page.newer_text"))
        hint = t("forecast_page.newer_hint")
        if uploader(inbox, "timelines", key="upload-newer", title=t("forecast_page.newer_drop"), hint=hint):
            st.rerun()
        return
    path = uploads.inbox_path(inbox.name) / arrived[0].path
    with st.container(border=True, key="newer"):
        st.text(t("data_page.arrived_zip", name=arrived[0].path, size=size(arrived[0].bytes)))
        choice = timeline_form.show(path, dataset.columns)
        with st.container(horizontal=True, gap="small"):
            go_on = shell.primary(
                t("forecast_page.newer_start"), ":material/play_arrow:", key="newer-start", disabled=choice is None
            )
            if go_on and choice:
                with shell.faults_shown():
                    forecasts.go_on(shown.id, path, choice.columns)
                    st.session_state.pop(_INBOX, None)
                    st.rerun()
            if shell.secondary(t("use_page.batch_discard"), ":material/delete:", key="newer-discard"):
                uploads.discard(inbox.name)
                st.rerun()


def _ended(job: runs.RunSummary, dataset: Dataset, shown: Forecasting, *, opened: bool) -> None:
    """The newest is drawn, older ones wait to be opened."""
    title = escape(t("forecast_page.newer_of", when=moment(job.created)))
    with st.expander(title, expanded=opened, key=f"of-{job.id}"):
        shell.run_badge(job.state)
        if job.state == "failed":
            shell.show_fault(job.reason or "")
            return
        found = forecasts.ahead(job.id)
        if found is None:
            return
        for one in dict.fromkeys(t(remark.reason, **remark.values) for remark in found.remarks):
            shell.quiet(one)
        for remark in found.refused[:_REFUSED]:
            said = t(remark.reason, **remark.values)
            shell.show_warning(t("forecast_page.newer_refused", name=remark.series, reason=said))
        if not found.series:
            shell.show_warning(t(found.reason, **found.values) if found.reason else t("forecast_page.ahead_none"))
            return
        name = pick([one.name for one in found.series], key=f"newer-series-{job.id}")
        ahead.continued(found, name, dataset, job=job.id, shown=shown)
