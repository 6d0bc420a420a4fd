"""What an upload holds, item by item: files of folders and zips, rows of tables, each with its class if it has one.

Used by the intake and by batch prediction alike. Names come from strangers and are never used as paths: members of
zips are written to numbered files in a working folder, one at a time, and removed once read.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from tl_core.data import tables
from tl_core.data.archives import Archive, Member, is_archive, is_other_archive
from tl_core.data.limited import MEMORY_MB, SECONDS, run_each, run_one
from tl_core.data.names import cleaned_path, ignored
from tl_core.data.refused import Refused
from tl_core.data.structure import TEST, TRAINING, Place, places
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.store.atomic import room_expected
from tl_core.words import say

FILES = 200_000  # of one upload
TABLE_SECONDS = 120  # CPU time to read one table

Answer = dict[str, Any] | Refused


@dataclass(frozen=True)
class Item:
    """One sample on its way in, or what was refused before it could be looked at."""

    source: str  # for people: a path below the upload's root, or "row 17"
    label: str | None = None
    group: str | None = None
    test: bool = False  # of a test set that the upload brought
    payload: dict[str, Any] | None = None  # what the modality's reading gets: {"path"} or {"text"}
    passing: Path | None = None  # a file that goes once it was read
    refused: Refused | None = None
    kept: bool = False  # ``refused`` is only a remark on what stays
    row: int | None = None  # of the upload's only table, as a spreadsheet counts
    attributes: dict[str, str] = field(default_factory=dict)  # of a table's row
    part: int | None = None  # number of the frame or slice, where one file is several samples
    first: bool = True  # of the samples of its file

    @property
    def name(self) -> str:
        """What tells it from all others, for the person who brought it."""
        if self.row is not None:
            return str(self.row)
        return self.source if self.part is None else say("data.part_of", source=self.source, number=self.part)


@dataclass(frozen=True)
class _Found:
    """A file of the upload, on disk or in a zip."""

    source: str
    path: Path
    test: bool
    archive: Archive | None = None
    member: Member | None = None
    label: str | None = None
    group: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    refused: Refused | None = None


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
    ``labelled``: an item without a class is refused. Raises ``InputFault``.
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
    ) -> None:
        self._work = work
        self._labelled = labelled
        self._columns = columns
        self._converter = converter
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
            self._files = found
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

    def _file_item(self, found: _Found) -> Item:
        item = Item(
            found.source, found.label, found.group, found.test, refused=found.refused, attributes=found.attributes
        )
        if item.refused:
            return item
        if self._labelled and found.label is None:
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
                source = named or say("data.row_of" if several else "data.row", number=line["row"], table=table.title)
                if named and several:
                    source = f"{table.title}/{named}"
                refused = Refused(line["refused"], **line["values"]) if "refused" in line else None
                if refused is None and self._labelled and not line["label"]:
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

    def _gather(self, paths: Sequence[Path], test: bool) -> list[_Found]:
        found: list[_Found] = []
        for path in paths:
            if not path.exists():
                raise InputFault("data.path_missing", path=path.name)
            found.extend(_walk(path, test) if path.is_dir() else [_Found(_name(path, len(paths)), path, test)])
            if len(found) > FILES:
                raise InputFault("data.too_many_files", limit=FILES)
        archives = [one for one in found if not one.refused and is_archive(one.path)]
        files = [one for one in found if one not in archives] if archives else found
        for one in archives:
            files.extend(self._unpacked(one, alone=len(found) == 1))
        known = iter(
            places([one.source for one in files if not one.refused])
        )  # what is refused says nothing of classes
        return [one if one.refused else _placed(one, next(known)) for one in files]

    def _unpacked(self, one: _Found, alone: bool) -> Iterator[_Found]:
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

    def _take_tables(self, found: list[_Found]) -> list[_Found]:
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

    def _is_table(self, one: _Found, found: list[_Found]) -> bool:
        return one.source.lower().endswith(self._converter.endings) or _could_be_table(one, found)

    def _rows_of(self, one: _Found, stems: set[str]) -> _Rows | None:
        """None where it is one sample by itself. ``stems``: names of all tables, without their endings."""
        title = one.source.rpartition("/")[2]
        path = self._on_disk(one)
        target = self._numbered()
        asked = {
            "path": str(path),
            "name": title,
            "columns": self._columns.model_dump() if self._columns else None,
            "labelled": self._labelled,
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

    def _take_lists(self, found: list[_Found]) -> list[_Found]:
        """Let tables that name files of the upload say their classes; any other table stays a file among files."""
        for one in [one for one in found if not one.refused and tables.is_table(one.source)]:
            title = one.source.rpartition("/")[2]
            columns = self._columns.model_dump() if self._columns else None
            asked = {"path": str(self._on_disk(one)), "name": title, "columns": columns}
            files = [other for other in found if other is not one]
            try:
                told = run_one("tl_core.data.tables:listed", asked, seconds=TABLE_SECONDS)
                found = with_list(files, told["rows"], title)
            except Refused as refused:
                if columns and columns["file"]:  # asked for by name
                    raise as_fault(refused) from None
                continue
            self._listed_by = self._listed_by or told["columns"]["group"]
        return found

    def _on_disk(self, one: _Found) -> Path:
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


def read_items(
    upload: Incoming,
    reading: str,
    fixed: dict[str, Any],
    more: Callable[[Item], dict[str, Any]] = lambda item: {},
    *,
    memory_mb: int = MEMORY_MB,
    seconds: int = SECONDS,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[tuple[Item, dict[str, Any] | Refused]]:
    """Every sample with what ``reading`` ("module:function") made of it, or why not, in order.

    ``fixed`` is added to each payload, and what ``more`` says of the item. A file that answers ``{"parts": [...]}`` is
    several samples. An answer's ``"group"`` is the item's where nothing else said one; parts without any are the group
    of their file. ``memory_mb`` and ``seconds`` of CPU time are for one file. ``meanwhile`` is called now and then
    while a slow one is read, and may raise. Raises ``InputFault`` when the disk is full.
    """
    waiting: deque[Item] = deque()

    def payloads() -> Iterator[dict[str, Any]]:
        for item in upload.items():
            waiting.append(item)
            if item.payload is not None and item.refused is None:
                yield {**item.payload, **fixed, **more(item)}

    answers = run_each(reading, payloads(), memory_mb=memory_mb, seconds=seconds, meanwhile=meanwhile)
    try:
        for answer in answers:
            yield from _settled(waiting)
            item = waiting.popleft()
            if item.passing:
                item.passing.unlink(missing_ok=True)
            if isinstance(answer, Refused) and answer.reason == "store.disk_full":
                raise InputFault(answer.reason)
            yield from _samples(item, answer)
        yield from _settled(waiting)
    finally:
        answers.close()  # type: ignore[attr-defined]


def _settled(waiting: deque[Item]) -> Iterator[tuple[Item, Refused]]:
    """Items at the front that were refused before reading."""
    while waiting and waiting[0].refused is not None:
        item = waiting.popleft()
        assert item.refused is not None
        yield item, item.refused


def _samples(item: Item, answer: dict[str, Any] | Refused) -> Iterator[tuple[Item, dict[str, Any] | Refused]]:
    """One item, or one for each frame or slice; remarks go with the first."""
    if isinstance(answer, Refused):
        yield item, answer
        return
    item = replace(item, group=item.group or answer.get("group"))
    if "parts" not in answer:
        yield item, answer
        return
    shared = {name: value for name, value in answer.items() if name != "parts"}
    for place, part in enumerate(answer["parts"]):
        if place:
            shared.pop("remarks", None)
        one = replace(item, group=item.group or item.source, part=part["part"], first=place == 0)
        yield one, {**shared, **part}


def as_fault(refused: Refused) -> InputFault:
    """A refusal of the whole upload."""
    return InputFault(refused.reason, **refused.values)


def with_list(files: list[_Found], rows: list[dict[str, Any]], title: str) -> list[_Found]:
    """Files with the class, group and attributes that ``rows`` of the table ``title`` give them.

    A file is named by its path below the upload's root, by the end of it, or by its own name with or without its
    ending, where that is no other's. What the table does not name is refused, and rows without a file are. Raises
    ``Refused`` when less than half of the rows name a file here.
    """
    known = _names([one.source for one in files])
    told: dict[int, dict[str, Any]] = {}
    lost = []
    for row in rows:
        place = known.get(cleaned_path(row["file"] or "").casefold()) if "refused" not in row else None
        if place is not None and place not in told:
            told[place] = row
        else:
            lost.append(_lost(row, place, title))
    if 2 * len(told) < len(rows) or not told:
        raise Refused("data.no_file_column")
    listed = [_listed(one, told.get(place)) for place, one in enumerate(files)]
    return [*listed, *lost]


def _names(sources: list[str]) -> dict[str, int]:
    """Every name that can only be one file's, without case -> its number."""
    found: dict[str, int | None] = {}
    for number, source in enumerate(sources):
        parts = source.casefold().split("/")
        ends = {"/".join(parts[k:]) for k in range(len(parts))}
        stem = parts[-1].rpartition(".")[0]
        for name in (*ends, *([stem] if stem else [])):
            found[name] = None if name in found else number
    return {name: number for name, number in found.items() if number is not None}


def _listed(one: _Found, row: dict[str, Any] | None) -> _Found:
    if one.refused:
        return one
    if row is None:
        return replace(one, refused=Refused("refusals.not_in_list"))
    if not row["label"]:
        return replace(one, refused=Refused("refusals.no_label"))
    group = (row["group"] or "").strip() or None
    return replace(one, label=row["label"], group=group, attributes=row["attributes"])


def _lost(row: dict[str, Any], place: int | None, title: str) -> _Found:
    """What became of a row that names no file, or one that was named before."""
    if "refused" in row:
        refused = Refused(row["refused"], **row["values"])
    else:
        reason = "refusals.file_missing" if place is None else "refusals.listed_twice"
        refused = Refused(reason, file=cleaned_path(row["file"] or ""))
    return _Found(say("data.row_of", number=row["row"], table=title), Path(), False, refused=refused)


def _walk(root: Path, test: bool) -> Iterator[_Found]:
    """Files below a folder, sorted by name; links to folders are not followed."""
    for folder, names, files in os.walk(root):
        names.sort()
        for name in list(names):
            path = Path(folder, name)
            if ignored(name):
                names.remove(name)
            elif path.is_symlink():
                names.remove(name)
                yield _Found(_below(root, path), path, test, refused=Refused("refusals.link"))
        for name in sorted(files):
            path = Path(folder, name)
            if ignored(name) or name.endswith(".part"):
                continue
            if not path.is_file():  # a pipe, a device, a link to nowhere
                yield _Found(_below(root, path), path, test, refused=Refused("refusals.link"))
            elif is_other_archive(name):
                yield _Found(_below(root, path), path, test, refused=Refused("refusals.other_archive"))
            else:
                yield _Found(_below(root, path), path, test)


def _below(root: Path, path: Path) -> str:
    return cleaned_path(path.relative_to(root).as_posix())


def _placed(one: _Found, place: Place) -> _Found:
    return replace(one, label=place.label, test=one.test or place.test)


def _name(path: Path, of: int) -> str:
    """The source of a single file; one of several pictures or texts brings its folder along, which says its class."""
    if of == 1 or is_archive(path) or tables.is_table(path.name):
        return cleaned_path(path.name)
    return cleaned_path(f"{path.absolute().parent.name}/{path.name}")


def _stem(source: str) -> str:
    return source.rpartition("/")[2].rpartition(".")[0].casefold()


def _is_test(stem: str, stems: set[str]) -> bool:
    """Whether a table is the test set of an upload: called so, or ending so beside one that ends with train."""
    head, mark, tail = stem.replace("-", "_").rpartition("_")
    others = {other.replace("-", "_") for other in stems}
    return stem in TEST or (bool(mark) and tail in TEST and bool({f"{head}_{name}" for name in TRAINING} & others))


def _could_be_table(one: _Found, found: list[_Found]) -> bool:
    """A lone .txt in no class folder: rows, most likely."""
    return len(found) == 1 and one.label is None and one.source.lower().endswith(".txt")
