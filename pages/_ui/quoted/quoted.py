"""Draws a text with its parts marked, its code as code. What people or documents wrote is only ever text there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from tl_core.use_cases.documents import CODE

HERE = Path(__file__).resolve().parent


class Mark(NamedTuple):
    """A part of a text. ``why``: said beside a doubt, so that its colour is not all."""

    start: int  # characters
    end: int
    kind: Literal["quote", "doubt"] = "quote"
    why: str = ""


class Part(TypedDict):
    text: str
    kind: str  # of its mark; empty where there is none
    why: str


class Block(TypedDict):
    """Lines of code, or what stands between them."""

    code: bool
    parts: list[Part]


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_quoted", css=(HERE / "quoted.css").read_text("utf-8"), js=(HERE / "quoted.js").read_text("utf-8")
    )


def draw(text: str, marks: Sequence[Mark], *, alt: str, key: str, whole: bool = False) -> None:
    """``alt``: what this text is. ``whole``: all of it at once, else a window on it."""
    _component()(key=key, data={"blocks": blocks(text, marks), "alt": alt, "whole": whole})


def plain(text: str, *, alt: str, key: str) -> None:
    """All of a text without marks."""
    if any(line.startswith(CODE) for line in text.splitlines()):
        draw(text, (), alt=alt, key=key, whole=True)
    else:
        st.text(text)


def blocks(text: str, marks: Sequence[Mark]) -> list[Block]:
    """Neighbouring lines of code as a block without what is before each, other lines as another. Pure."""
    found: list[Block] = []
    at = 0
    for line in text.splitlines(keepends=True):
        code = line.startswith(CODE)
        if not found or (found[-1]["code"] != code and line.strip()):
            found.append({"code": code, "parts": []})
        found[-1]["parts"] += _parts(text, at + len(CODE) * code, at + len(line), marks)
        at += len(line)
    for one in found:
        one["parts"] = _joined(one["parts"])
    return [one for one in found if one["parts"]]


def _parts(text: str, start: int, end: int, marks: Sequence[Mark]) -> list[Part]:
    """A stretch of the text cut at its marks; what reaches into an earlier mark, or beyond, is cut off."""
    found: list[Part] = []
    at = start
    for mark in sorted(marks):
        first, last = max(at, mark.start), min(end, mark.end)
        if first >= last:
            continue
        if first > at:
            found.append({"text": text[at:first], "kind": "", "why": ""})
        found.append({"text": text[first:last], "kind": mark.kind, "why": mark.why if last == mark.end else ""})
        at = last
    return [*found, {"text": text[at:end], "kind": "", "why": ""}] if at < end else found


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Stretches of the same kind as one, without the empty lines at both ends."""
    found: list[Part] = []
    for one in parts:
        if found and found[-1]["kind"] == one["kind"] and not found[-1]["why"]:
            found[-1] = {**one, "text": found[-1]["text"] + one["text"]}
        else:
            found.append(one)
    if found:
        found[0]["text"] = found[0]["text"].lstrip("\n")
        found[-1]["text"] = found[-1]["text"].rstrip("\n")
    return [one for one in found if one["text"]]
