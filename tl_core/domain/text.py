"""What is said, kept without its language: a key of the translation table and what to fill in.

Whoever shows one says it in the language of its reader: ``str`` of it, or as a value of another text. What was kept as
a plain sentence, before there were these, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, Union

from tl_core.domain.base import Noun
from tl_core.words import joined, listed, say

_ROW = re.compile(r"(?:(?P<table>.+), )?row (?P<number>\d+)")  # as ``row_name`` writes it


class Text(Noun):
    key: str
    values: dict[str, Value] = {}

    def __hash__(self) -> int:
        return hash((self.key, *sorted(self.values)))

    def __str__(self) -> str:
        try:
            return say(self.key, **self.values)
        except KeyError:  # kept by a Thaw that says more, or other things, than this one
            return self.key


class Texts(Noun):
    """Several: names in a row, or sentences one after the other."""

    kind: Literal["names", "sentences"] = "names"
    texts: list[str | Text]

    def __str__(self) -> str:
        join = listed if self.kind == "names" else joined
        return join(map(str, self.texts))


def said(value: Any) -> Any:
    """``value`` with every text in it said, and nouns as what JSON has for them."""
    if isinstance(value, Text | Texts):
        return str(value)
    if isinstance(value, Noun):
        return {name: said(one) for name, one in value}
    if isinstance(value, dict):
        return {name: said(one) for name, one in value.items()}
    return [said(one) for one in value] if isinstance(value, list | tuple) else value


def row_name(number: int, table: str = "") -> str:
    """What a row of a table is called where it is kept: of its table, where there are several."""
    return f"{table}, row {number}" if table else f"row {number}"


def said_name(source: str) -> str:
    """What a sample is called, for its reader: rows are counted in the reader's language."""
    row = _ROW.fullmatch(source)
    return say("data.row_of" if row["table"] else "data.row", **row.groupdict()) if row else source


def counted(numbers: Iterable[tuple[str | Text, int]]) -> Texts:
    """ "a (3), b (7)"."""
    return Texts(texts=[Text(key="shell.counted", values={"name": name, "count": count}) for name, count in numbers])


Value = Union[str, int, float, Text, Texts]
Said = Union[str, Text, Texts]

Text.model_rebuild()
