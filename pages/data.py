"""Data: bring samples in, see what came, correct it, and part it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, data_views, reading
from pages._ui.shell import current_project, go, page_head, primary, quiet, secondary, show_fault
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data

REPLACE = "bring"  # in the address while other data are brought to a project that has some


def _ready(project: Project, dataset: Dataset) -> None:
    samples = t(f"data_page.samples_{project.modality}", count=len(dataset.samples), number=count(len(dataset.samples)))
    classes = t("data_page.classes", count=len(dataset.classes))
    page_head(
        t(f"data_page.question_{project.purpose}"), t("data_page.context_ready", samples=samples, classes=classes)
    )
    if dataset.licence:
        quiet(t("data_page.licence", licence=dataset.licence))
    data_views.counts(dataset)
    with st.container(horizontal=True, key="data-next"):
        if primary(t("data_page.to_model"), ":material/arrow_forward:", key="to-model"):
            go("model")
        if secondary(t("data_page.replace"), ":material/upload:", key="replace"):
            go("data", **{REPLACE: "1"})
    data_views.tabs(project, dataset)


project = current_project()
dataset = data.dataset(project.id)
job = reading.job(project)
if job is not None and reading.is_going_on(job):
    reading.progress(project, job)
elif dataset is not None and REPLACE not in st.query_params:
    if job is not None:
        reading.say_how_it_ended(job)
    _ready(project, dataset)
else:
    page_head(t(f"data_page.question_{project.purpose}"), t(f"data_page.context_{project.purpose}"))
    if job is not None and dataset is None:
        reading.say_how_it_ended(job)
    if dataset is not None:
        show_fault  # noqa: B018
    bring.show(project, replacing=dataset is not None)
