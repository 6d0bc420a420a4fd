"""Draws a text with its parts marked, its code as code, its tables as tables. What is written there is only text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from tl_core.use_cases.documents import CODE

Kind = Literal["", "code", "table"]
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
    """Neighbouring lines of a kind. ``rows`` of a table: each row's cells, each cell's parts."""

    kind: Kind
    parts: list[Part]
    rows: list[list[list[Part]]]


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
    if any(_kind(line) for line in text.splitlines()):
        draw(text, (), alt=alt, key=key, whole=True)
    else:
        st.text(text)


def blocks(text: str, marks: Sequence[Mark]) -> list[Block]:
    """Lines of code without what is before each, lines of a table cut into cells, and what stands between. Pure."""
    found: list[Block] = []
    at = 0
    for line in text.splitlines(keepends=True):
        kind, end = _kind(line), at + len(line)
        if not found or (found[-1]["kind"] != kind and line.strip()):
            found.append({"kind": kind, "parts": [], "rows": []})
        if kind == "table":
            found[-1]["rows"].append([_joined(_parts(text, *cell, marks)) for cell in _cells(line, at)])
        else:
            found[-1]["parts"] += _parts(text, at + len(CODE) * (kind == "code"), end, marks)
        at = end
    for one in found:
        one["parts"] = _joined(one["parts"])
    return [one for one in found if one["parts"] or one["rows"]]


def _kind(line: str) -> Kind:
    if line.startswith(CODE):
        return "code"
    return "table" if line.startswith("| ") and line.rstrip().endswith(" |") else ""


def _cells(line: str, at: int) -> Iterator[tuple[int, int]]:
    """Where the cells of a table's line begin and end in the text; the line begins at ``at``."""
    inner = line.rstrip()[2:-2]
    at += 2
    for cell in inner.split(" | "):
        yield at, at + len(cell)
        at += len(cell) + 3


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
