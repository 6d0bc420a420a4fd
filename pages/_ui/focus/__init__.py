"""Keeps one's place: what was pressed may be drawn anew or go, the next Tab still begins near it, and nothing jumps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("thaw_focus", js=Path(__file__).with_name("focus.js").read_text("utf-8"))


def keep() -> None:
    """Once on every page."""
    _component()(key="focus")
