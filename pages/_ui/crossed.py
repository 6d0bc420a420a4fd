"""Where the sealed exam is too small to tell: the same recipe judged fold by fold on all other samples."""

from __future__ import annotations

import streamlit as st

from pages._ui import sentences, shell, tabled
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.crossed import Crossed
from tl_core.domain.plan import CrossPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import results, runs
from tl_core.use_cases.tables import Row

TICK = 2.0  # seconds between looks while the folds are trained
ENOUGH_SAMPLES, ENOUGH_GROUPS = 20, 10  # of an exam


def show(project: Project, shown: Training) -> None:
    """Nothing where the exam is large enough and nobody has asked."""
    found, why = results.crossed(shown.id), _why(shown)
    if found is None and why is None:
        return
    with st.container(border=True, key="crossed"):
        job = _newest(project, shown)
        if job is not None and job.state not in ENDED:
            st.fragment(_watch, run_every=TICK)(job.id)
            return
        if found is not None:
            _result(found)
            return
        st.text(why or "")
        if job is not None and job.state == "failed":
            shell.show_fault(job.reason or t("crossed.failed"))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            if shell.secondary(t("crossed.start"), ":material/rotate_right:", key="cross-validate"):
                with shell.faults_shown():
                    results.cross_validate(shown.id)
                    st.rerun()
            shell.quiet(t("crossed.takes_probe" if shown.plan.recipe == "probe" else "crossed.takes"))


def _why(shown: Training) -> str | None:
    """Which part of the exam is too small, in a sentence."""
    with shell.faults_shown():
        samples, groups = results.exam_size(shown.id), results.exam_groups(shown.id)
        if groups is not None and groups < ENOUGH_GROUPS:
            return t("crossed.few_groups", count=groups, enough=ENOUGH_GROUPS)
        if samples < ENOUGH_SAMPLES:
            return t("crossed.few_samples", count=samples, enough=ENOUGH_SAMPLES)
    return None


def _newest(project: Project, shown: Training) -> runs.RunSummary | None:
    asked = CrossPlan(project=project.id, run=shown.id)
    return next((job for job in runs.runs_of(project.id, "crossval") if job.plan == asked), None)


def _result(found: Crossed) -> None:
    metric = found.metrics["balanced_accuracy"]
    said = t(
        "crossed.says", value=sentences.figure(metric.value), interval=sentences.interval(metric), folds=found.folds,
        low=sentences.figure(min(found.spread, default=metric.value)),
        high=sentences.figure(max(found.spread, default=metric.value)),
    )  # fmt: skip
    st.markdown(f"**{shell.escape(said)}**", help=t("crossed.term"))
    shell.quiet(t("crossed.about"))
    rows: list[Row] = [
        {
            t("evaluate_page.column_measure"): t(f"evaluate_page.metric_{name}"),
            t("evaluate_page.column_value"): one,
        }
        for name, one in found.metrics.items()
    ]
    tabled.on_demand(rows, title=t("crossed.title"), key="crossed")


def _watch(job_id: str) -> None:
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun(scope="app")
    if state == "no_worker":
        shell.show_warning(t("shell.worker_missing"))
    done, of = int(view.result.get("folds_done", 0)), int(view.result.get("folds", 0))
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.run_badge(state)
        st.progress(
            done / of if of else 0.0, text=t("crossed.running", done=done, of=of) if of else t("crossed.begins")
        )
        shell.stop_button(job_id, t("crossed.stop"), key="crossed-stop", disabled=state == "stopping")
