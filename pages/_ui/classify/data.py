"""Data of classes: what came in, from several sides, and parting it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, data_views, findings
from pages._ui.shell import go, page_head, primary, quiet
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project


def show(project: Project, dataset: Dataset) -> None:
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
        bring.other()
    st.space("small")
    data_views.tabs(project, dataset)
