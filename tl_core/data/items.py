"""What an upload holds, as items on their way in, and what a modality's reading makes of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tl_core.data.limited import MEMORY_MB, SECONDS, run_each
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault
from tl_core.words import say


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


def read_items(
    items: Iterable[Item],
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
        for item in items:
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
