"""Shows an uploaded picture without decoding it on the server: the bytes go back to the browser as they came."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).resolve().parent


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_picture", css=(HERE / "picture.css").read_text("utf-8"), js=(HERE / "picture.js").read_text("utf-8")
    )


def draw(content: bytes, *, key: str) -> None:
    """``content``: the file as it came; what is no picture shows nothing. Decorative: its name stands above it."""
    _component()(key=key, data=content)
