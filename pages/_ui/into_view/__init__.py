"""Brings a part of the page into sight when something happens there, and keeps it there while it grows."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_into_view = st.components.v2.component("thaw_into_view", js=(_HERE / "into_view.js").read_text("utf-8"))


def into_view(part: str, *, now: bool) -> None:
    """``part``: the key of the container; only letters, digits and hyphens. ``now``: it is to be brought there."""
    _into_view(key=f"into-view-{part}", data={"part": part, "now": now})
