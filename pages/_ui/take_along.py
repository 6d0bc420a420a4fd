"""Take it along: the bundle, offered only when a fresh process answered as the measured model did."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.bundle import Parity
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import predict

COMMAND = "python -m tl_core predict --bundle {bundle}.zip --data {data} --out answers.csv"


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    with st.container(border=True, key="bundle"), shell.faults_shown():
        parity = predict.parity(shown.id)
        if parity is None or not parity.passed:
            _withheld(parity)
        else:
            _offered(shown, parity)
    shell.section(t("use_page.command_title"))
    shell.quiet(t("use_page.command_text"))
    data = t(f"use_page.command_data_{project.modality}")
    st.code(COMMAND.format(bundle=f"thaw-{shown.id}", data=data), language=None, wrap_lines=True)
    shell.quiet(t("use_page.not_medical"))


def _withheld(parity: Parity | None) -> None:
    st.markdown(f"**{t('use_page.bundle_withheld')}**")
    if parity is None:
        st.text(t("use_page.bundle_unchecked"))
    else:
        st.text(t("use_page.bundle_differs", difference=f"{parity.largest_difference:.1e}"))


def _offered(shown: Training, parity: Parity) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{t('use_page.bundle_title')}**")
            st.text(t("use_page.bundle_text"))
            shell.quiet(t("use_page.bundle_checked", count=parity.samples))
        st.download_button(
            t("use_page.bundle_get"),
            data=lambda: predict.bundle_zip(shown.id).read_bytes(),
            file_name=f"thaw-{shown.id}.zip",
            mime="application/zip",
            type="primary",
            icon=":material/download:",
            key=f"bundle-{shown.id}",
            on_click="ignore",
        )
