"""Samples to choose from: pictures in a grid, texts as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui.gallery import gallery
from pages._ui.words import t
from tl_core.domain.dataset import Sample
from tl_core.domain.project import Project

_ROW = 48  # pixels
_TALLEST = 520


def pick(
    project: Project,
    samples: Sequence[Sample],
    *,
    key: str,
    label: str,
    note: Callable[[Sample], str] | None = None,
) -> list[str]:
    """Ids of the samples chosen. ``label`` says aloud what they are; ``note`` is what is said of each."""
    if all(sample.text is None for sample in samples):
        return gallery(project.id, samples, key=key, label=label, choice=True, note=note)
    rows = [
        {
            "text": sample.text or "",
            "class": sample.label,
            "note": note(sample) if note else None,
            "group": sample.group,
            "source": sample.name,
        }
        for sample in samples
    ]
    filled = [name for name in ("class", "note", "group") if any(row[name] is not None for row in rows)]
    event = st.dataframe(
        rows,
        hide_index=True,
        height=min(_TALLEST, 40 + _ROW * len(rows)),
        row_height=_ROW,
        on_select="rerun",
        selection_mode="multi-row",
        column_order=["text", *filled, "source"],
        column_config={
            "text": st.column_config.TextColumn(t("data_page.text_heading"), width="large"),
            "class": t("data_page.class_heading"),
            "note": t("data_page.note_heading"),
            "group": t("data_page.group_heading"),
            "source": t("data_page.source_heading"),
        },
        alt=label,
        key=key,
    )
    return [samples[row].id for row in event.selection.rows if row < len(samples)]
