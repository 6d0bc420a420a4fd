"""Parquet whose rows hold whole files, as data sets of pictures and sounds are shared: {bytes, path} and a class."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from tl_core.data import columnar
from tl_core.data.columns import guess_columns, label_text
from tl_core.data.names import LONGEST, cleaned, cleaned_path
from tl_core.data.refused import Refused

MOST = 50_000  # files
TOTAL = 8_000_000_000  # bytes of all: one that many rows share is packed once and written as often
LOOKED_AT = 500  # rows that the guess of the class rests on
TOGETHER = 16  # rows read at once: each may hold a large picture
LONGEST_VALUE = 60  # characters of an attribute


def unpack(item: dict) -> dict:
    """``{"path", "target", "columns"}``: write the files of all rows into the folder ``target``, numbered.

    Answers ``{"rows", "columns"}``, a row ``{"row", "file", "source", "label", "group", "attributes"}``, or with
    "refused" where its cell holds no bytes. Raises ``Refused`` (area data) where no column holds files, or none says
    the class.
    """
    import pyarrow

    file, names = columnar.opened(Path(item["path"]))
    packed = next((name for name in names if _holds_files(file.schema_arrow.field(name).type)), None)
    if packed is None:
        raise Refused("data.no_file_column")
    others = [name for name in names if name != packed]
    classes = columnar.classes(file.schema_arrow.metadata or {})
    rows: list[dict[str, Any]] = []
    cells: list[list[str]] = []
    written = 0
    try:
        for batch in file.iter_batches(batch_size=TOGETHER, columns=names, use_threads=False):
            texts = [columnar.texts(batch.column(name), classes.get(name, [])) for name in others]
            cells += [list(row) for row in zip(*texts, strict=True)] if texts else [[]] * batch.num_rows
            for value in batch.column(packed).to_pylist():
                written += len((value or {}).get("bytes") or b"")
                if written > TOTAL or len(rows) >= MOST:
                    raise Refused("data.parquet_too_much", files=MOST, limit=TOTAL // 10**9)
                rows.append(_written(value, len(rows) + 1, Path(item["target"])))
    except (pyarrow.ArrowException, ValueError):
        raise Refused("data.parquet_broken") from None
    given = item.get("columns") or {}
    guess: dict[Any, str | None] = guess_columns(others, cells[:LOOKED_AT], "file")
    roles = {role: given.get(role) if given.get(role) is not None else guess[role] for role in ("label", "group")}
    if roles["label"] not in others:
        raise Refused("data.no_label_column")
    for row, told in zip(rows, cells, strict=True):
        of = dict(zip(others, told, strict=True))
        row["label"] = label_text(of[roles["label"]])
        row["group"] = of.get(roles["group"] or "", "").strip()
        kept = {name: cleaned(of.get(name, ""), LONGEST_VALUE) for name in given.get("attributes") or []}
        row["attributes"] = {name: value for name, value in kept.items() if value}
    return {"rows": rows, "columns": {**roles, "file": packed}}


def _holds_files(kind: Any) -> bool:
    import pyarrow.types

    return pyarrow.types.is_struct(kind) and {kind.field(place).name for place in range(kind.num_fields)} == {
        "bytes",
        "path",
    }


def _written(value: dict[str, Any] | None, number: int, target: Path) -> dict[str, Any]:
    content, name = (value or {}).get("bytes"), str((value or {}).get("path") or "")
    source = cleaned_path(PurePosixPath(name).name)[:LONGEST]
    row = {"row": number, "source": source}
    if not content:
        return {**row, "file": None, "refused": "refusals.empty_file"}
    file = f"{number:08d}"
    (target / file).write_bytes(content)
    return {**row, "file": file}
