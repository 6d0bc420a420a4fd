"""Draws a text with its parts marked. What people or documents wrote is only ever text there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).resolve().parent


class Mark(NamedTuple):
    """A part of a text. ``why``: said beside a doubt, so that its colour is not all."""

    start: int  # characters
    end: int
    kind: Literal["quote", "doubt"] = "quote"
    why: str = ""


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_quoted", css=(HERE / "quoted.css").read_text("utf-8"), js=(HERE / "quoted.js").read_text("utf-8")
    )


def draw(text: str, marks: Sequence[Mark], *, alt: str, key: str, whole: bool = False) -> None:
    """``alt``: what this text is. ``whole``: all of it at once, else a window on it."""
    _component()(key=key, data={"parts": parts(text, marks), "alt": alt, "whole": whole})


def parts(text: str, marks: Sequence[Mark]) -> list[dict[str, str]]:
    """The text cut at its marks; what reaches into an earlier mark, or beyond the text, is cut off. Pure."""
    found: list[dict[str, str]] = []
    at = 0
    for mark in sorted(marks):
        start, end = max(at, mark.start), min(len(text), mark.end)
        if start >= end:
            continue
        if start > at:
            found.append({"text": text[at:start], "kind": "", "why": ""})
        found.append({"text": text[start:end], "kind": mark.kind, "why": mark.why})
        at = end
    return [*found, {"text": text[at:], "kind": "", "why": ""}] if at < len(text) else found
