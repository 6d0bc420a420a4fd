"""Where the sentences of a passage are: running text by its full stops, lists, tables and code by their lines."""

from __future__ import annotations

import re

from tl_core.domain.answer import Span

LINES = 12  # of code that stay together
_ABBREVIATED = frozenset([
    "e.g", "i.e", "etc", "vs", "cf", "al", "approx", "fig", "figs", "no", "nos", "vol", "ch", "sec", "eq", "ref",
    "resp", "incl", "excl", "max", "min", "dr", "mr", "mrs", "ms", "prof", "st", "dept", "inc", "ltd", "co",
    "corp", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "d.h",
    "u.a", "usw", "bzw", "ca", "vgl", "nr", "abb", "bspw", "ggf", "evtl", "inkl", "p.ex", "c.-à-d", "env", "av",
    "p.ej", "ej", "art", "pág", "tel",
])  # fmt: skip
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*")
_ITEM = re.compile(r"\s*(?:[-*•‣+–]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|[☐☑✓])\s+\S")
_CODE = re.compile(r"(?: {4}|\t|>>> |\.\.\. |\$ |# )\S|```|~~~")
_ROW = re.compile(r"\s*\|.*\|\s*$|.*\t.*\t")
_NEXT = re.compile(r"[a-zà-ÿ,;:)]")  # no sentence starts with one of these


def sentences(text: str) -> list[Span]:
    """Of ``text``, in order; what lies between them is white space."""
    found: list[Span] = []
    for block in re.finditer(r"(?:(?!\n\s*\n).)+", text, re.DOTALL):
        found += _of_block(text, block.start(), block.end())
    return found


def _of_block(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    running: int | None = None  # where a paragraph at hand began
    code, rows = None, 0  # where a stretch of code began, and its lines
    at = start
    for line in text[start:end].splitlines(keepends=True):
        kind = "code" if _CODE.match(line) else "line" if _ITEM.match(line) or _ROW.match(line) else "text"
        if kind == "text" and code is None:
            running = at if running is None else running
        else:
            if running is not None:
                found += _running(text, running, at)
                running = None
            if kind == "code" and (code is None or rows < LINES):
                code, rows = (at if code is None else code), rows + 1
            else:
                if code is not None:
                    found += _trimmed(text, code, at)
                code, rows = (at, 1) if kind == "code" else (None, 0)
                if kind == "line" and _ROW.match(line):
                    found += _trimmed(text, at, at + len(line))
                elif kind != "code":
                    running = at  # an item goes on over the lines that follow it
        at += len(line)
    if code is not None:
        found += _trimmed(text, code, at)
    if running is not None:
        found += _running(text, running, at)
    return found


def _running(text: str, start: int, end: int) -> list[Span]:
    found, began = [], start
    for match in _END.finditer(text, start, end):
        if _ends(text, began, match, end):
            found += _trimmed(text, began, match.end())
            began = match.end()
    return found + _trimmed(text, began, end)


def _ends(text: str, began: int, match: re.Match[str], end: int) -> bool:
    if match.group()[0] in "。！？":
        return True
    rest = text[match.end() : min(end, match.end() + 8)].lstrip()
    if not rest or _NEXT.match(rest):
        return not rest
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    before = re.split(r"[\s(\[\"'“„«]", text[began : match.start()])[-1]
    if before.casefold() in _ABBREVIATED or (len(before) == 1 and before.isupper()):
        return False
    return not (before.isdigit() and not text[began : match.start()].strip()[: -len(before)].strip())  # "1." of a list


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    part = text[start:end]
    lead = len(part) - len(part.lstrip("\n ")) if not _CODE.match(part) else len(part) - len(part.lstrip("\n"))
    start, end = start + lead, start + len(part.rstrip())
    return [Span(start=start, end=end)] if end > start else []
