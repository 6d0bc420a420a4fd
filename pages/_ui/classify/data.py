"""Data of classes: what came in, from several sides, and parting it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, data_views, findings, left_out
from pages._ui.shell import page_head
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project


def show(project: Project, dataset: Dataset) -> None:
    """What came in, from several sides, and the way on."""
    number = len(dataset.samples)
    samples = t(f"data_page.samples_{project.modality}", count=number, number=count(number))
    classes = t("data_page.classes", count=len(dataset.classes))
    page_head(t("data_page.question"), t("data_page.context_ready", samples=samples, classes=classes))
    left_out.line(dataset)
    data_views.counts(dataset)
    data_views.concerns(project)
    findings.strip(project)
    bring.onward()
    st.space("small")
    data_views.tabs(project, dataset)
