"""Answers as CSV: ``sample, label, probability, p(<class>)..., not_sure``; what could not be read in a file beside it.

``not_sure`` is empty where there is an answer; else ``far`` (like nothing the model learned from) or ``torn`` (several
classes are possible), and the label is only what it would say.
Spreadsheets run a text cell that begins like a formula: such cells get an apostrophe in front. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tl_core.data.items import Item
from tl_core.data.refused import Refused
from tl_core.store.atomic import room_expected
from tl_core.words import say

if TYPE_CHECKING:
    from tl_core.runs.uploads import Said

ANSWERS = "answers.csv"  # in the folder of a batch
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def refused_beside(target: Path) -> Path:
    """Where reasons are, for answers in ``target``."""
    return target.with_name(f"{target.stem}-refused.csv")


class AnswersFile:
    """``with AnswersFile(target, classes) as file: file.add(item, answer)``; whole at the end, or not there at all.

    An item that could not be read keeps its row, with empty cells; the file beside says why. Raises ``InputFault``
    when the disk is full.
    """

    def __init__(self, target: Path, classes: Sequence[str]) -> None:
        self._target, self._classes = target, list(classes)
        self.rows = self.refused = self.unsure = 0

    def __enter__(self) -> AnswersFile:
        targets = (self._target, refused_beside(self._target))
        self._parts = [target.with_name(f".{target.name}.part") for target in targets]
        with room_expected():
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._streams = [part.open("w", encoding="utf-8", newline="") for part in self._parts]
            self._answers, self._reasons = (csv.writer(stream) for stream in self._streams)
            chances = [f"p({name})" for name in self._classes]
            self._answers.writerow(["sample", "label", "probability", *chances, "not_sure"])
            self._reasons.writerow(["sample", "problem"])
        return self

    def add(self, item: Item, answer: Said | Refused) -> None:
        """``answer``: what is said of the item, or why nothing is."""
        name = item.name
        self.rows += 1
        with room_expected():
            if isinstance(answer, Refused):
                self.refused += 1
                self._answers.writerow([safe_cell(name), *[""] * (3 + len(self._classes))])
                self._reasons.writerow([safe_cell(name), safe_cell(say(answer.reason, **answer.values))])
                return
            self.unsure += answer.unsure != ""
            figures = [f"{value:.6f}" for value in (answer.probabilities[answer.label], *answer.probabilities)]
            self._answers.writerow([safe_cell(name), safe_cell(self._classes[answer.label]), *figures, answer.unsure])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with room_expected():
                for stream in self._streams:
                    stream.flush()
                    os.fsync(stream.fileno())
                    stream.close()
            if kind is None:
                os.replace(self._parts[0], self._target)
                if self.refused:
                    os.replace(self._parts[1], refused_beside(self._target))
                else:
                    refused_beside(self._target).unlink(missing_ok=True)  # of an earlier time
        finally:
            for stream, part in zip(self._streams, self._parts, strict=True):
                stream.close()
                part.unlink(missing_ok=True)
