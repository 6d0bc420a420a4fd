"""What an upload holds, item by item: files of folders and zips, rows of tables, each with its class if it has one.

Used by the intake and by batch prediction alike. Names come from strangers and are never used as paths: members of
zips are written to numbered files in a working folder, one at a time, and removed once read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from tl_core.data import tables
from tl_core.data.archives import Archive, is_archive
from tl_core.data.found import Found, leaves, placed, single_name, walk
from tl_core.data.items import Item
from tl_core.data.limited import run_one
from tl_core.data.lists import unpacked, with_list
from tl_core.data.refused import Refused
from tl_core.data.structure import TEST, TRAINING, places
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.text import row_name
from tl_core.store.atomic import room_expected

FILES = 200_000  # of one upload
TABLE_SECONDS = 120  # CPU time to read one table


@dataclass(frozen=True)
class _Rows:
    """A table turned into rows."""

    file: Path
    title: str  # before the row's number where there are several tables
    test: bool
    count: int
    group: str | None  # the column that groups came from
    remark: Refused | None


class Incoming:
    """An upload, opened: ``with Incoming(...) as upload: for item in upload.items()``.

    ``work`` is an empty folder for what passes through. With ``accepts_tables`` files that look like tables are read as
    such by ``converter``, by ``columns`` or a guess; with ``accepts_lists`` a table that names files of the upload says
    their classes.
    ``labelled``: classes are looked for, and an item without one is refused unless ``unlabelled``.
    ``inside``: what links lead out of this folder is refused. ``only``: of the files those of which it says so, by
    source. Raises ``InputFault``.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        test_paths: Sequence[Path] = (),
        *,
        work: Path,
        accepts_tables: bool,
        accepts_lists: bool = False,
        converter: tables.Converter = tables.TEXTS,
        columns: Columns | None = None,
        labelled: bool = True,
        unlabelled: bool = False,
        inside: Path | None = None,
        only: Callable[[str], bool] | None = None,
    ) -> None:
        self._work = work
        self._demanded = labelled and not unlabelled  # a class of each item
        self._unsorted = unlabelled
        self._inside = inside
        self._only = only
        self._columns = columns
        self._converter = converter
        self._takes_tables = accepts_tables
        self._numbers = iter(range(10**9))
        self._open = ExitStack()
        try:
            found = [*self._gather(paths, test=False), *self._gather(test_paths, test=True)]
            self._tables: list[_Rows] = []
            if accepts_tables:
                found = self._take_tables(found)
            self._listed_by: str | None = None  # the column that groups came from, of a list
            if accepts_lists and labelled:
                found = self._take_lists(found)
            self._files = [one for one in found if self._is_wanted(one)]
        except BaseException:
            self.close()
            raise
        self.total = len(self._files) + sum(table.count for table in self._tables)
        if not self.total:
            raise InputFault("data.nothing_there")

    def __enter__(self) -> Incoming:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    @property
    def group_column(self) -> str | None:
        """The column that says groups, named or guessed; of the first table that has one."""
        return next((table.group for table in self._tables if table.group), self._listed_by)

    @property
    def sources(self) -> list[str]:
        """Names of all files, for a look before anything is read."""
        return [found.source for found in self._files if not found.refused]

    def items(self) -> Iterator[Item]:
        """Everything in the order found: files first, then tables row by row."""
        for found in self._files:
            yield self._file_item(found)
        for table in self._tables:
            yield from self._row_items(table)

    def _file_item(self, found: Found) -> Item:
        item = Item(
            found.source, found.label, found.group, found.test, refused=found.refused, attributes=found.attributes
        )
        if item.refused:
            return item
        if self._demanded and found.label is None:
            return replace(item, refused=Refused("refusals.no_class_folder"))
        if found.archive is None or found.member is None:
            return replace(item, payload={"path": str(found.path)})
        target = self._numbered()
        try:
            with room_expected():
                found.archive.extract(found.member, target)
        except Refused as refused:
            return replace(item, refused=refused)
        return replace(item, payload={"path": str(target)}, passing=target)

    def _row_items(self, table: _Rows) -> Iterator[Item]:
        if table.remark:
            yield Item(table.title, refused=table.remark, kept=True)
        several = len(self._tables) > 1
        with open(table.file, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                named = line.get("name")
                row = None if several or named else line["row"]
                source = named or row_name(line["row"], table.title if several else "")
                if named and several:
                    source = f"{table.title}/{named}"
                refused = Refused(line["refused"], **line["values"]) if "refused" in line else None
                if refused is None and self._demanded and not line["label"]:
                    refused = Refused("refusals.no_label")
                if refused:
                    yield Item(source, test=table.test, refused=refused, row=row)
                else:
                    group = line["group"].strip() if line["group"] else None
                    payload = line["payload"] if "payload" in line else {"text": line["text"]}
                    yield Item(
                        source, line["label"], group or None, table.test, payload, row=row,
                        attributes=line["attributes"],
                    )  # fmt: skip

    # finding

    def _gather(self, paths: Sequence[Path], test: bool) -> list[Found]:
        found: list[Found] = []
        for path in paths:
            if not path.exists():
                raise InputFault("data.path_missing", path=path.name)
            found.extend(walk(path, test, self._inside) if path.is_dir() else [self._single(path, len(paths), test)])
            if len(found) > FILES:
                raise InputFault("data.too_many_files", limit=FILES)
        if self._only is not None:  # a table of names is asked for the others' classes
            found = [one for one in found if self._only(one.source) or not self._is_whole(one)]
        archives = [one for one in found if not one.refused and is_archive(one.path)]
        files = [one for one in found if one not in archives] if archives else found
        for one in archives:
            files.extend(self._unpacked(one, alone=len(found) == 1))
        known = iter(
            places([one.source for one in files if not one.refused])
        )  # what is refused says nothing of classes
        files = [one if one.refused else placed(one, next(known)) for one in files]
        packed = self._unsorted and all(one.archive for one in files if not one.refused)
        if packed and len({one.label for one in files if not one.refused}) == 1:  # the folder that was packed
            return [replace(one, label=None) for one in files]
        return files

    def _single(self, path: Path, of: int, test: bool) -> Found:
        refused = Refused("refusals.link") if self._inside is not None and leaves(path, self._inside) else None
        return Found(single_name(path, of), path, test, refused=refused)

    def _is_whole(self, one: Found) -> bool:
        """Whether several samples may lie in this file."""
        packed = is_archive(one.path) or one.source.lower().endswith(".parquet")
        return not one.refused and (packed or (self._takes_tables and self._is_table(one, [])))

    def _is_wanted(self, one: Found) -> bool:
        if self._only is None or one.archive is not None or self._work in one.path.parents:
            return True
        return one.path != Path() and self._only(one.source)

    def _unpacked(self, one: Found, alone: bool) -> Iterator[Found]:
        """A zip's members; beside others, the zip's name stands for a folder around them."""
        try:
            archive = self._open.enter_context(closing(Archive(one.path)))
        except InputFault as fault:
            if alone:
                raise
            yield replace(one, refused=Refused(fault.key, **fault.values))  # type: ignore[arg-type]
            return
        above = "" if alone else one.source.rpartition(".")[0] + "/"
        for name, refused in archive.refused:
            yield replace(one, source=f"{above}{name}", refused=refused)
        for member in archive.members:
            yield replace(one, source=f"{above}{member.name}", archive=archive, member=member)

    # tables

    def _take_tables(self, found: list[Found]) -> list[Found]:
        """Turn tables into rows; what is left is read as one sample a file."""
        asked = [one for one in found if not one.refused and self._is_table(one, found)]
        if self._converter.alone and len({one.label for one in asked if one.label}) > 1:
            return found  # in class folders
        files = [one for one in found if one not in asked]
        stems = {_stem(one.source) for one in asked}
        for number, one in enumerate(asked):
            rows = self._rows_of(one, stems)
            if rows is None:  # and so will the others be
                return [*files, *asked[number:]]
            self._tables.append(rows)
        return files

    def _is_table(self, one: Found, found: list[Found]) -> bool:
        return one.source.lower().endswith(self._converter.endings) or _could_be_table(one, found)

    def _rows_of(self, one: Found, stems: set[str]) -> _Rows | None:
        """None where it is one sample by itself. ``stems``: names of all tables, without their endings."""
        title = one.source.rpartition("/")[2]
        path = self._on_disk(one)
        target = self._numbered()
        asked = {
            "path": str(path),
            "name": title,
            "columns": self._columns.model_dump() if self._columns else None,
            "labelled": self._demanded,
            "target": str(target),
        }
        try:
            told = run_one(self._converter.function, asked, seconds=TABLE_SECONDS)
        except Refused as refused:
            if refused.reason == "data.one_series":
                return None
            raise as_fault(refused) from None
        remark = None
        if told["undecodable"]:
            remark = Refused(
                "refusals.undecodable_rows", count=told["undecodable"], encoding=told["columns"]["encoding"]
            )
        test = one.test or _is_test(_stem(one.source), stems)
        return _Rows(target, title, test, told["rows"], told["columns"]["group"], remark)

    def _take_lists(self, found: list[Found]) -> list[Found]:
        """Let tables that name files of the upload say their classes; any other table stays a file among files."""
        for one in [one for one in found if not one.refused and tables.is_table(one.source)]:
            title = one.source.rpartition("/")[2]
            columns = self._columns.model_dump() if self._columns else None
            asked = {"path": str(self._on_disk(one)), "name": title, "columns": columns}
            files = [other for other in found if other is not one]
            if title.lower().endswith(".parquet") and (rows := self._unpacked_rows(one, asked)):
                found = [*files, *rows]
                continue
            try:
                told = run_one("tl_core.data.tables:listed", asked, seconds=TABLE_SECONDS)
                found = with_list(files, told["rows"], title, self._unsorted)
            except Refused as refused:
                if columns and columns["file"]:  # asked for by name
                    raise as_fault(refused) from None
                continue
            self._listed_by = self._listed_by or told["columns"]["group"]
        return found

    def _unpacked_rows(self, one: Found, asked: dict[str, Any]) -> list[Found]:
        """The files that the rows of a table hold; empty where they hold none."""
        target = self._numbered()
        target.mkdir()
        try:
            told = run_one("tl_core.data.packed:unpack", {**asked, "target": str(target)}, seconds=TABLE_SECONDS)
        except Refused as refused:
            if refused.reason in ("data.parquet_broken", "data.parquet_too_big", "data.parquet_too_much"):
                raise as_fault(refused) from None
            return []
        self._listed_by = self._listed_by or told["columns"]["group"]
        return unpacked(told["rows"], target, asked["name"], one.test)

    def _on_disk(self, one: Found) -> Path:
        if one.archive is None or one.member is None:
            return one.path
        target = self._numbered()
        try:
            with room_expected():
                one.archive.extract(one.member, target)
        except Refused as refused:
            raise as_fault(refused) from None
        return target

    def first_table(self) -> tuple[Path, str] | None:
        """The first file that looks like a table, on disk, with its name."""
        for one in self._files:
            if not one.refused and self._is_table(one, self._files):
                return self._on_disk(one), one.source.rpartition("/")[2]
        return None

    def _numbered(self) -> Path:
        return self._work / f"{next(self._numbers):08d}"


def as_fault(refused: Refused) -> InputFault:
    """A refusal of the whole upload."""
    return InputFault(refused.reason, **refused.values)


def _stem(source: str) -> str:
    return source.rpartition("/")[2].rpartition(".")[0].casefold()


def _is_test(stem: str, stems: set[str]) -> bool:
    """Whether a table is the test set of an upload: called so, or ending so beside one that ends with train."""
    head, mark, tail = stem.replace("-", "_").rpartition("_")
    others = {other.replace("-", "_") for other in stems}
    return stem in TEST or (bool(mark) and tail in TEST and bool({f"{head}_{name}" for name in TRAINING} & others))


def _could_be_table(one: Found, found: list[Found]) -> bool:
    """A lone .txt in no class folder: rows, most likely."""
    return len(found) == 1 and one.label is None and one.source.lower().endswith(".txt")
