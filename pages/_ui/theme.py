"""Thaw's look beyond the theme tokens of ``.streamlit/config.toml``: its style sheets, and the colours charts need."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parents[2] / "assets"

# Ice and ember: frozen and learning, everywhere and only for that. Both survive the common colour blindnesses.
ICE = "#2F6FB8"
EMBER = "#E8743B"
DONE = "#2A9D8F"
MUTED = "#7A8794"


@cache
def _style() -> str:
    logo = base64.b64encode((ASSETS / "logo" / "thaw.svg").read_bytes()).decode()
    sheets = "\n".join(sheet.read_text("utf-8") for sheet in sorted((ASSETS / "styles").glob("*.css"), reverse=True))
    return sheets.replace("[[logo]]", f"data:image/svg+xml;base64,{logo}")


def apply() -> None:
    """Send the style sheets with the page."""
    st.html(f"<style>{_style()}</style>")


def dark() -> bool:
    """Whether this browser shows the dark theme; for figures that need explicit colours."""
    return st.context.theme.type == "dark"
