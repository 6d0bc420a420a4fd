"""Charts in turn: those in the window first, the others as soon as the browser has time or they come into sight."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("thaw_in_turn", js=Path(__file__).with_name("in_turn.js").read_text("utf-8"))


def draw() -> None:
    """Once on every page."""
    _component()(key="in-turn")
