"""Draws the table of right and wrong answers. Its cells are buttons, for mouse, finger and arrow keys alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.words import share, t

HERE = Path(__file__).resolve().parent


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_matrix", css=(HERE / "matrix.css").read_text("utf-8"), js=(HERE / "matrix.js").read_text("utf-8")
    )


def draw(classes: list[str], confusion: list[list[int]], *, key: str) -> tuple[int, int] | None:
    """Show ``confusion`` ([true][predicted]) and return the cell a person opened, if any."""
    before = st.session_state.get(key) or {}
    result = _component()(key=key, data=picture(classes, confusion, before.get("cell")), on_cell_change=lambda: None)
    cell = getattr(result, "cell", None)
    if not cell or not all(0 <= place < len(classes) for place in cell):
        return None
    return cell[0], cell[1]


def picture(classes: list[str], confusion: list[list[int]], chosen: list[int] | None) -> dict:
    """What the browser needs. Pure."""
    few = len(classes) <= 3  # room for "is ..." and "says ..."; else the corner says which way to read
    return {
        "classes": classes,
        "rows": [t("evaluate_page.cell_is", label=label) if few else label for label in classes],
        "columns": [t("evaluate_page.cell_says", label=label) if few else label for label in classes],
        "cells": [
            [_cell(classes[i], classes[j], number, sum(row)) for j, number in enumerate(row)]
            for i, row in enumerate(confusion)
        ],
        "chosen": chosen,
        "words": {"label": t("evaluate_page.matrix_label"), "axes": t("evaluate_page.matrix_axes")},
    }


def _cell(true: str, said: str, number: int, of: int) -> dict:
    part = number / of if of else 0.0
    return {
        "count": number,
        "share": part,
        "text": share(part) if number else "",
        "spoken": t("evaluate_page.cell_spoken", count=number, of=of, true=true, said=said),
    }
