"""reStructuredText: its directives and roles taken off, what is left is plain text with titles, lists and code.

Source: docutils' reStructuredText markup specification; of Sphinx what manuals use. Only what shows is kept, nothing is
included or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from tl_core.data.documents import plain
from tl_core.data.documents.document import Document
from tl_core.data.texts import composed, decoded

Line = tuple[bool, str]  # is it code?

EXPLICIT = re.compile(r"( *)\.\.(?: +(.*))?$")
DIRECTIVE = re.compile(r"([\w:+-]+)::(?: +(.*))?$")
OPTION = re.compile(r"\s*:[\w-]+:")
CODE = frozenset(["code", "code-block", "sourcecode", "parsed-literal", "literal", "doctest", "prompt"])
SAID = frozenset(["note", "warning", "important", "tip", "hint", "caution", "danger", "attention", "seealso", "error"])
SHOWN = frozenset(["container", "topic", "sidebar", "epigraph", "compound", "admonition", "rubric", "tab", "glossary"])
SHOWN |= {"versionadded", "versionchanged", "deprecated"}
ITEM = re.compile(r"\s*(?:[-*+•]|\(?(?:\d{1,3}|[a-zA-Z#])[.)])\s+\S")
SWITCH = re.compile(r"\s*(--?[\w?][^\s]*(?:[ ,=]+\S+){0,6}?)\s{2,}(\S.*)$")  # of a command, and what it does
RULE = re.compile(r"\s*([=\-~^\"'`#*+:.<>_])\1{3,}\s*$")
TABLE = re.compile(r"\s*(?:\+[-=+]{3,}|\|.*\|\s*$)")
_INLINE = (
    (r":(?:ref|doc|term|option|any):`([^`<]+?)\s*<[^`>]+>`", r"\1"),  # a link with words of its own
    (r":issue:`([^`]+)`", r"issue \1"),
    (r":[a-z][a-z:+-]*:`([^`]+)`", r"\1"),
    (r"`([^`<]+?)\s*<[^`>]+>`__?", r"\1"),
    (r"`([^`]+)`__?", r"\1"),
    (r"``(.+?)``", r"\1"),
    (r"\*\*([^*]+)\*\*", r"\1"),
    (r"(?<![\w*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\w*])", r"\1"),
    (r"\|(\w[\w ]*)\|_?", r"\1"),
    (r"(?<=[A-Za-z0-9])_(?=[\s.,;:)]|$)", ""),
    (r"\\(.)", r"\1"),
)
INLINE = [(re.compile(pattern, re.DOTALL), put) for pattern, put in _INLINE]
LABEL = re.compile(r":ref:`([\w-]+)`")


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    text, encoding = decoded(path, plain.LARGEST)
    return Document(list(plain.blocks(plain_text(composed(text)), loose=False))).with_doubt(text, encoding)


def plain_text(text: str) -> str:
    found: list[str] = []
    for code, lines in groupby(_cleaned(text.expandtabs(4).split("\n")), key=lambda line: line[0]):
        block = "\n".join(line for _, line in lines)
        found.append(block if code else _without_marks(block))
    return "\n".join(found)


def _without_marks(text: str) -> str:
    text = LABEL.sub(lambda match: re.sub(r"[_-]", " ", match[1]), text)
    for pattern, put in INLINE:
        text = pattern.sub(put, text)
    return text


def _cleaned(lines: Sequence[str]) -> Iterator[Line]:
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        explicit = EXPLICIT.match(line)
        if explicit:
            body, place = _body(lines, place, len(explicit[1]))
            yield from _explicit(explicit[2] or "", body)
        elif line.rstrip().endswith("::"):
            yield False, line.strip()[:-1].rstrip(":") + ":" * (line.strip() != "::")
            body, place = _body(lines, place, _indent(line))
            yield from _code(body)
        elif TABLE.match(line):
            end = next((k for k in range(place, len(lines)) if not TABLE.match(lines[k])), len(lines))
            yield from _table(lines[place - 1 : end])
            place = end
        elif RULE.match(line) and _alone(lines, place - 1):
            yield False, ""
        else:
            yield False, _line(line, lines[place] if place < len(lines) else "")


def _body(lines: Sequence[str], place: int, indent: int) -> tuple[list[str], int]:
    """What is indented deeper from ``place`` on, and where it ends."""
    end = last = place
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
        if lines[end - 1].strip():
            last = end
    return list(lines[place:last]), last


def _explicit(head: str, body: list[str]) -> Iterator[Line]:
    """A directive's text, where it has one to show; labels, substitutions and comments have none."""
    directive = DIRECTIVE.match(head)
    if not directive:
        return
    name, argument = directive[1].lower(), directive[2] or ""
    while body and OPTION.match(body[0]):
        body = body[1:]
    inner = dedent("\n".join(body)).split("\n")
    if name in CODE:
        yield from _code(body)
    elif name in SAID:
        yield from ((False, ""), (False, f"{name.capitalize()}: {argument}".rstrip()))
        yield from _cleaned(inner)
        yield False, ""
    elif name in SHOWN or (name == "only" and argument.strip() != "html"):  # pages show less than a book, of tables
        yield from ((False, ""), (False, "" if name == "only" else argument))
        yield from _cleaned(inner)
        yield False, ""


def _code(body: list[str]) -> Iterator[Line]:
    yield True, ""
    for line in dedent("\n".join(body)).strip("\n").split("\n"):
        yield True, f"    {line}" if line.strip() else ""
    yield True, ""


def _table(lines: Sequence[str]) -> Iterator[Line]:
    """Rows of a drawn table as lines."""
    row: list[str] = []
    for line in [*lines, "+--"]:
        if not line.strip().startswith("|"):
            if any(row):
                yield from ((False, ""), (False, " | ".join(filter(None, row))))
            row = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        row = [f"{a} {b}".strip() for a, b in zip(row, cells, strict=False)] if len(row) == len(cells) else cells
    yield False, ""


def _line(line: str, following: str) -> str:
    """Without its indentation; a switch of a command is an item, a term says so."""
    switch = SWITCH.match(line)
    if switch:
        return f"* {switch[1]}: {switch[2]}"
    text = line.strip()
    text = text[2:] if text.startswith("| ") else "" if text == "|" else text
    deeper = following.strip() and _indent(following) > _indent(line)
    is_term = deeper and text and not ITEM.match(line) and not text.endswith((".", ":", ",")) and not RULE.match(line)
    return f"{text}:" if is_term else text


def _alone(lines: Sequence[str], place: int) -> bool:
    around = [lines[place - 1] if place else "", lines[place + 1] if place + 1 < len(lines) else ""]
    return not any(line.strip() for line in around)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
