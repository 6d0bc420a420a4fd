"""Take it along: the bundle, offered only when a fresh process answered as the measured model did."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages._ui import shell
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import predict

COMMAND = "python -m tl_core predict --bundle {bundle}.zip --data {data} --out answers.csv"


class Checked(NamedTuple):
    """What a fresh process said of a bundle."""

    passed: bool
    difference: float  # the largest
    said: str  # what was checked, in words
    holds: str  # what is in it


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    """The bundle of a model of classes."""
    with shell.faults_shown():
        parity = predict.parity(shown.id)
        found = None
        if parity is not None:
            said = t("use_page.bundle_checked", count=parity.samples)
            found = Checked(parity.passed, parity.largest_difference, said, t("use_page.bundle_text"))
        offer(shown.id, found, t(f"use_page.command_data_{project.modality}"))


def offer(run: str, checked: Checked | None, data: str = "", *, command: str = COMMAND) -> None:
    """The card with the file of a ``run``, and the ``command`` line that asks it about ``data``."""
    with st.container(border=True, key="bundle"):
        if checked is None or not checked.passed:
            _withheld(checked)
        else:
            _offered(run, checked)
    shell.section(t("use_page.command_title"))
    shell.quiet(t("use_page.command_text"))
    st.code(command.format(bundle=f"thaw-{run}", data=data), language=None, wrap_lines=True)
    shell.quiet(t("use_page.not_medical"))


def _withheld(checked: Checked | None) -> None:
    st.markdown(f"**{t('use_page.bundle_withheld')}**")
    if checked is None:
        st.text(t("use_page.bundle_unchecked"))
    else:
        st.text(t("use_page.bundle_differs", difference=f"{checked.difference:.1e}"))


def _offered(run: str, checked: Checked) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{t('use_page.bundle_title')}**")
            st.text(checked.holds)
            shell.quiet(checked.said)
        st.download_button(
            t("use_page.bundle_get"),
            data=lambda: predict.bundle_zip(run).read_bytes(),
            file_name=f"thaw-{run}.zip",
            mime="application/zip",
            type="primary",
            icon=":material/download:",
            key=f"bundle-{run}",
            on_click="ignore",
        )
