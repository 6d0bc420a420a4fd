"""Samples that have no class yet: said on the data page, and where a model wants classes to learn."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.use_cases import labelling


def line(dataset: Dataset) -> None:
    """How many there are and the way to label them; else the way to have labels checked by a second person."""
    waiting = labelling.unlabelled(dataset)
    if not waiting:
        shell.link("label", t("labelling.to_second"), icon=shell.ICONS["label"])
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="not-labelled"):
        st.text(t("labelling.not_labelled", count=waiting), width="stretch")
        press = shell.primary if not learnable(dataset) else shell.secondary
        if press(t("labelling.to_label"), shell.ICONS["label"], key="to-label"):
            shell.go("label")


def learnable(dataset: Dataset) -> bool:
    """Whether there are two classes to tell apart."""
    return len(dataset.classes) >= 2


def end_unless_learnable(dataset: Dataset) -> None:
    """Without two classes the page says why it is empty, and ends here."""
    if learnable(dataset):
        return
    waiting = labelling.unlabelled(dataset)
    shell.empty_state(
        shell.ICONS["label"],
        t("labelling.none_title"),
        t("labelling.none_text", count=waiting) if waiting else t("labelling.none_text_one"),
        action=t("labelling.to_label") if waiting else t("shell.to_data"),
        page="label" if waiting else "data",
        heads=True,
    )
