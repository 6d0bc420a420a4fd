"""Draws an explanation: a picture with its parts lit up, or words marked for and against."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.words import listed, t
from tl_core.domain.explanation import Explanation

HERE = Path(__file__).resolve().parent
WEAK = 0.15  # of the strongest word: less is not marked
NAMED = 6  # words told aloud


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_lit", css=(HERE / "lit.css").read_text("utf-8"), js=(HERE / "lit.js").read_text("utf-8")
    )


def draw(found: Explanation, *, key: str) -> None:
    _component()(key=key, data=picture(found))


def picture(found: Explanation) -> dict:
    """What the browser needs. Pure."""
    if found.picture:
        return {"image": f"data:image/png;base64,{found.picture}", "alt": t("why.picture_alt", label=found.label)}
    words = [{"text": word.text, "weight": word.weight if abs(word.weight) >= WEAK else 0.0} for word in found.words]
    strongest = sorted((word for word in found.words if word.weight >= WEAK), key=lambda word: -word.weight)[:NAMED]
    named = listed(word.text.strip() for word in strongest)
    return {"words": words, "alt": t("why.words_alt", label=found.label, words=named)}
