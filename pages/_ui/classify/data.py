"""Data of classes: what came in, from several sides, and parting it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, data_views, findings, left_out, not_labelled
from pages._ui.shell import page_head
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project


def show(project: Project, dataset: Dataset) -> None:
    """What came in, from several sides, and the way on."""
    number = len(dataset.samples)
    samples = t(f"data_page.samples_{project.modality}", count=number, number=count(number))
    classes = t("data_page.classes", count=len(dataset.classes))
    ready = t("data_page.context_ready", samples=samples, classes=classes)
    page_head(t("data_page.question"), ready if dataset.classes else t("labelling.context_data", samples=samples))
    left_out.line(dataset)
    data_views.counts(dataset)
    not_labelled.line(dataset)
    if not_labelled.learnable(dataset):
        findings.strip(project, said=data_views.concerns(project))
        bring.onward(adds=True)
    else:
        with st.container(horizontal=True, key="data-more"):
            bring.add()
            bring.replace("data_page.replace")
    st.space("small")
    data_views.tabs(project, dataset)
