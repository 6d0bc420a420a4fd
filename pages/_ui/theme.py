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


_SHEETS = ("thaw.css", "steps.css")
_BIG = "demo.css"


@cache
def _style(big: bool) -> str:
    logo = base64.b64encode((ASSETS / "logo" / "thaw.svg").read_bytes()).decode()
    names = [*_SHEETS, *([_BIG] if big else [])]
    sheets = "\n".join((ASSETS / "styles" / name).read_text("utf-8") for name in names)
    return sheets.replace("[[logo]]", f"data:image/svg+xml;base64,{logo}")


def apply(*, big: bool = False) -> None:
    """Send the style sheets with the page. ``big``: to be read from the last row."""
    st.html(f"<style>{_style(big)}</style>")


def dark() -> bool:
    """Whether this browser shows the dark theme; for figures that need explicit colours."""
    return st.context.theme.type == "dark"
