"""A table beside files that says the class, group and attributes of each."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tl_core.data.found import Found
from tl_core.data.names import cleaned_path
from tl_core.data.refused import Refused
from tl_core.domain.text import row_name

ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]+://[^/]*")
NOWHERE, SEVERAL = -1, -2  # in place of a file's number


def with_list(files: list[Found], rows: list[dict[str, Any]], title: str, unlabelled: bool = False) -> list[Found]:
    """Files with the class, group and attributes that ``rows`` of the table ``title`` give them.

    A file is named by its path below the upload's root, by the end of it, or by its own name with or without its
    ending, where that is no other's; folders that all rows begin with need not be there. What the table does not name
    is refused unless ``unlabelled``, and rows without a file are. Raises ``Refused`` when neither half of the rows name
    a file here nor half of the files are named.
    """
    known = _names([one.source for one in files])
    names = _named([row["file"] or "" if "refused" not in row else "" for row in rows])
    told: dict[int, dict[str, Any]] = {}
    lost = []
    for row, (whole, short) in zip(rows, names, strict=True):
        place = known.get(whole, known.get(short, NOWHERE)) if whole else NOWHERE
        if place not in (NOWHERE, SEVERAL) and place not in told:
            told[place] = row
        else:
            lost.append(_lost(row, place, title))
    if not told or 2 * len(told) < min(len(rows), sum(not one.refused for one in files)):
        raise Refused("data.no_file_column")
    listed = [_listed(one, told.get(place), unlabelled) for place, one in enumerate(files)]
    return [*listed, *lost]


def unpacked(rows: list[dict[str, Any]], folder: Path, title: str, test: bool) -> list[Found]:
    """Files that rows of the table ``title`` held, now in ``folder``, as ``data.packed`` tells of them."""
    found = []
    for row in rows:
        source = row["source"] or row_name(row["row"], title)
        refused = Refused(row["refused"]) if "refused" in row else None
        place = folder / row["file"] if row["file"] else Path()
        found.append(
            Found(
                source, place, test, None, None, row["label"] or None, row["group"] or None, row["attributes"], refused
            )
        )
    return found


def _named(cells: list[str]) -> list[tuple[str, str]]:
    """Each name without case, whole and without the folders that all begin with; of addresses the path."""
    paths = []
    for cell in map(str.strip, cells):
        address = ADDRESS.match(cell)
        path = unquote(cell[address.end() :].partition("?")[0]) if address else cell
        paths.append([part for part in cleaned_path(path).casefold().split("/") if part and part != ".."])
    folders = [path[:-1] for path in paths if path]
    above = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, zip(*folders, strict=False)))
    return [("/".join(path), "/".join(path[above:])) for path in paths]


def _names(sources: list[str]) -> dict[str, int]:
    """Every name that a file can be called by, without case -> its number, or ``SEVERAL``."""
    found: dict[str, int] = {}
    for number, source in enumerate(sources):
        parts = source.casefold().split("/")
        ends = {"/".join(parts[k:]) for k in range(len(parts))}
        stem = parts[-1].rpartition(".")[0]
        for name in (*ends, *([stem] if stem else [])):
            found[name] = SEVERAL if name in found else number
    return found


def _listed(one: Found, row: dict[str, Any] | None, unlabelled: bool) -> Found:
    if one.refused or (row is None and unlabelled):
        return one
    if row is None:
        return replace(one, refused=Refused("refusals.not_in_list"))
    if not row["label"] and not unlabelled:
        return replace(one, refused=Refused("refusals.no_label"))
    group = (row["group"] or "").strip() or None
    return replace(one, label=row["label"], group=group, attributes=row["attributes"])


def _lost(row: dict[str, Any], place: int, title: str) -> Found:
    """What became of a row that names no file, or one that was named before."""
    if "refused" in row:
        refused = Refused(row["refused"], **row["values"])
    else:
        reason = {NOWHERE: "file_missing", SEVERAL: "file_of_several"}.get(place, "listed_twice")
        refused = Refused(f"refusals.{reason}", file=cleaned_path(row["file"] or ""))
    return Found(row_name(row["row"], title), Path(), False, refused=refused)
