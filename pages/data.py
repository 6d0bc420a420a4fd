"""Data: bring samples in, see what came, correct it, and part it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, data_views, findings, reading, suspects_form
from pages._ui.shell import current_project, go, page_head, primary, quiet, secondary
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data, suspects

BRING = "bring"  # in the address while other data are brought to a project that has some


def _ready(project: Project, dataset: Dataset) -> None:
    """What came in, from several sides, and the way on."""
    number = len(dataset.samples)
    samples = t(f"data_page.samples_{project.modality}", count=number, number=count(number))
    classes = t("data_page.classes", count=len(dataset.classes))
    page_head(t("data_page.question"), t("data_page.context_ready", samples=samples, classes=classes))
    if dataset.licence:
        quiet(t("data_page.licence", licence=dataset.licence))
    left_out = sum(not refusal.kept for refusal in dataset.refusals)
    if left_out:
        received = count(dataset.received)
        quiet(t("data_page.left_out_line", count=left_out, number=count(left_out), received=received))
    else:
        quiet(t("data_page.all_in", count=number, number=count(number)))
    data_views.counts(dataset)
    data_views.concerns(project)
    findings.strip(project)
    with st.container(horizontal=True, key="data-next"):
        if primary(t("data_page.to_model"), ":material/arrow_forward:", key="to-model"):
            go("model")
        if secondary(t("data_page.replace"), ":material/upload:", key="replace"):
            go("data", **{BRING: "1"})
    st.space("small")
    data_views.tabs(project, dataset)


def _empty(project: Project, dataset: Dataset | None) -> None:
    """Nothing yet, or other data are wanted."""
    page_head(t("data_page.question"), t(f"data_page.context_{project.purpose}"))
    if dataset is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(t("data_page.replace_text"), width="stretch")
            if secondary(t("data_page.replace_back"), ":material/arrow_back:", key="replace-back"):
                go("data")
    bring.show(project)


project = current_project()
job = reading.newest_intake(project)
if job is not None and reading.is_going_on(job):
    reading.progress(job)
else:
    dataset = data.dataset(project.id)
    waiting = suspects.waiting(job.id) if job is not None else []
    if job is not None:
        reading.follow(job)
        reading.say_how_it_ended(job)
    if job is not None and waiting:
        suspects_form.show(job.id, waiting)
    elif dataset is None or BRING in st.query_params:
        _empty(project, dataset)
    else:
        _ready(project, dataset)
