"""The samples behind a cell, a dot or a bar, each with what the model said of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import evidence, shell
from pages._ui.words import number, t
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.project import Project
from tl_core.use_cases.results import Answered

SHOWN = 24  # samples at once


def errors(project: Project, dataset: Dataset, found: Sequence[Answered], *, label: str, key: str) -> None:
    """The errors of a threshold for ``label``: those of the class that are missed, and the others called so."""
    missed = sum(one.true == label for one in found)
    title = " · ".join(
        t(f"evaluate_page.point_{name}", count=number, label=label)
        for name, number in (("missed", missed), ("alarms", len(found) - missed))
    )
    show(project, dataset, found, title=title, key=key)


def show(project: Project, dataset: Dataset, found: Sequence[Answered], *, title: str, key: str) -> None:
    """``title`` is plain text; the first of ``found`` are shown, and how many there are."""
    said = {
        one.sample.id: t("evaluate_page.says", label=one.said, part=number(one.probability, ".2f")) for one in found
    }

    def note(sample: Sample) -> str:
        return said[sample.id]

    with st.container(border=True, key=f"behind-{key}"):
        st.markdown(f"**{shell.escape(title)}**")
        samples = [one.sample for one in found[:SHOWN]]
        evidence.show(project.id, samples, key=key, label=title, note=note, licence=dataset.licence)
        if len(found) > SHOWN:
            shell.quiet(t("evaluate_page.cell_more", shown=SHOWN, count=len(found)))
