"""Tables as JSON: one object a line, or one list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tl_core.data.refused import Refused

LINE = 10_000_000  # characters
LOOKED_AT = 1000  # lines whose names make the header
COLUMNS = 500


def header(path: Path, encoding: str) -> list[str]:
    """The names used in the first lines, in order of appearance."""
    names: dict[str, None] = {}
    for _, record in islice(_records(path, encoding), LOOKED_AT):
        if isinstance(record, dict):
            names.update(dict.fromkeys(record))
    return list(names)[:COLUMNS]


def rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str] | Refused]]:
    """The header as row 0, then every record in its order; numbers count lines, or entries of the list."""
    names = header(path, encoding)
    yield 0, names
    for number, record in _records(path, encoding):
        if isinstance(record, dict):
            yield number, [_text(record.get(name)) for name in names]
        else:
            yield number, record if isinstance(record, Refused) else Refused("refusals.not_a_record")


def _records(path: Path, encoding: str) -> Iterator[tuple[int, object]]:
    with open(path, encoding=encoding, errors="replace") as file:
        start = file.read(1024).lstrip()
        file.seek(0)
        if start.startswith("["):
            entries = _parsed(file.read())
            if not isinstance(entries, list):
                raise Refused("data.json_broken")
            yield from enumerate(entries, start=1)
            return
        number = 0
        while line := file.readline(LINE):
            number += 1
            if len(line) == LINE:
                while line and not line.endswith("\n"):  # the rest of it
                    line = file.readline(LINE)
                yield number, Refused("refusals.cell_too_big", limit=LINE)
            elif line.strip():
                yield number, _parsed(line)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return Refused("refusals.not_a_record")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
