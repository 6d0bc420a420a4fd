"""Draws an answer: each class with its probability, the likeliest first."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.words import listed, number, t

HERE = Path(__file__).resolve().parent
SHOWN = 8  # classes; the rest is summed up


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_bars", css=(HERE / "bars.css").read_text("utf-8"), js=(HERE / "bars.js").read_text("utf-8")
    )


def draw(probabilities: dict[str, float], *, key: str) -> None:
    """``probabilities``: class -> 0 to 1."""
    _component()(key=key, data=picture(probabilities))


def picture(probabilities: dict[str, float]) -> dict:
    """What the browser needs: rows from likely to unlikely. Pure."""
    ranked = sorted(probabilities.items(), key=lambda pair: -pair[1])
    rows = [(label, part) for label, part in ranked[:SHOWN]]
    if ranked[SHOWN:]:
        rows.append((t("use_page.other_classes", count=len(ranked) - SHOWN), sum(part for _, part in ranked[SHOWN:])))
    said = [{"label": label, "part": part, "text": number(part, ".2f")} for label, part in rows]
    return {"rows": said, "alt": listed(f"{row['label']} {row['text']}" for row in said)}
