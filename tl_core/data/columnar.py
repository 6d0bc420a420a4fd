"""Tables as Parquet: read a few rows at a time, every cell as text."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tl_core.data.refused import Refused

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own pools reserve more than a limited child has

CELL = 1_000_000  # characters
COLUMNS = 500
ROWS = 256  # read at once
UNPACKED = 1_000_000_000  # bytes of one group of rows
LONGEST_NAME = 500  # characters of a column's name


def opened(path: Path, widest: int = COLUMNS) -> tuple[Any, list[str]]:
    """The file (of pyarrow), not read yet, and the names of its first ``widest`` columns. Raises ``Refused``."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path, memory_map=False, pre_buffer=False)
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        names = file.schema_arrow.names[:widest]
    except (pyarrow.ArrowException, OSError, ValueError):
        raise Refused("data.parquet_broken") from None
    if any(group.total_byte_size > UNPACKED for group in groups):
        raise Refused("data.parquet_too_big", limit=UNPACKED // 10**6)
    if len(set(names)) < len(names):
        raise Refused("data.parquet_names")
    return file, names


def rows(path: Path, widest: int = COLUMNS) -> Iterator[tuple[int, list[str] | Refused]]:
    """The names of the first ``widest`` columns as row 0, then every row. Raises ``Refused``.

    Nested values are written as JSON; bytes that are no text are left empty. A code that the file itself gives a name
    stays that name.
    """
    import pyarrow

    file, names = opened(path, widest)
    known = classes(file.schema_arrow.metadata or {})
    yield 0, [name[:LONGEST_NAME] for name in names]
    number = 0
    try:
        for batch in file.iter_batches(batch_size=ROWS, columns=names, use_threads=False):
            columns = [texts(batch.column(name), known.get(name, [])) for name in names]
            for cells in zip(*columns, strict=True):
                number += 1
                if any(len(cell) > CELL for cell in cells):
                    yield number, Refused("refusals.cell_too_big", limit=CELL)
                else:
                    yield number, list(cells)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise Refused("data.parquet_broken") from None


def texts(column: Any, names: list[str]) -> list[str]:
    """Every cell of a column (of pyarrow) as a person sees it; ``names`` of its codes."""
    return [_text(value, names) for value in column.to_pylist()]


def _text(value: object, names: list[str]) -> str:
    """As a person sees it: 5.0 is 5, a date is written the ISO way."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).upper()
        case int():
            return names[value] if 0 <= value < len(names) else str(value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case bytes():
            return _decoded(value)
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case dict() if value.keys() == {"bytes", "path"}:  # a picture or sound, as data sets are shared
            return str(value["path"] or "")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=lambda one: _text(one, []))
        case _:
            return str(value)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return ""


def classes(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """Column -> names of its codes, where the file says so as shared data sets do."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        found = {name: said["names"] for name, said in features.items() if said.get("_type") == "ClassLabel"}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
    return {
        name: given
        for name, given in found.items()
        if isinstance(given, list) and all(isinstance(one, str) for one in given)
    }
