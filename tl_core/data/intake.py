"""From an upload to a project's next dataset version: read, judged, stored."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tl_core.data.columns import MOST_CLASSES, label_text
from tl_core.data.copies import without_copies
from tl_core.data.groups import groups_by_pattern
from tl_core.data.incoming import Incoming, Item, read_items
from tl_core.data.languages import UNKNOWN
from tl_core.data.names import pseudonym
from tl_core.data.refused import Refused
from tl_core.data.signs import with_signs
from tl_core.domain.dataset import ClassTarget, Dataset, Refusal, Sample
from tl_core.domain.event import Event, Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import IntakePlan
from tl_core.words import say

PAUSE = 0.5  # seconds between two reports of progress
NAMED = 3  # refused samples that a fault names


@dataclass(frozen=True)
class Reading:
    """How a modality reads uploads: what a limited child runs for each item, and whether tables are understood."""

    function: str  # "package.module:function"
    accepts_tables: bool


@dataclass(frozen=True)
class Doors:
    """Where samples go, and who is told."""

    samples: Path
    thumbnails: Path
    work: Path  # for what passes through
    secret: bytes | None  # key of pseudonyms; None: names stay as they are
    tell: Callable[[Event], None]
    stop: Callable[[], bool]


def collect(plan: IntakePlan, reading: Reading, doors: Doors, licence: str | None = None) -> Dataset:
    """Read everything the plan names; files of samples and thumbnails are written, the dataset is not stored yet.

    Every item ends as a sample or as a refusal with its reason. Raises ``InputFault`` when nothing can be learned
    from what is left, and ``Stopped``.
    """
    if plan.group_pattern:
        groups_by_pattern(plan.group_pattern, [])  # a pattern that cannot work is said before hours of reading
    samples: list[Sample] = []
    refusals: list[Refusal] = []
    fresh: set[str] = set()  # files made now
    with Incoming(
        [Path(path) for path in plan.paths],
        [Path(path) for path in plan.test_paths],
        work=doors.work,
        accepts_tables=reading.accepts_tables,
        columns=plan.columns,
    ) as upload:
        doors.tell(Phase(name="read", total=upload.total))
        pace = _Pace(doors, upload.total)
        fixed = {"samples": str(doors.samples), "thumbnails": str(doors.thumbnails)}
        merges = {label_text(label): name for label, name in plan.merge_labels.items()}
        for item, answer in read_items(upload, reading.function, fixed):
            if isinstance(answer, Refused):
                refusals.append(Refusal(source=item.source, reason=answer.reason, values=answer.values, kept=item.kept))
            else:
                if answer.get("fresh"):
                    fresh.add(answer["file"])
                if answer.get("remark"):
                    refusals.append(Refusal(source=item.source, kept=True, **answer["remark"]))
                _admit(item, answer, merges, samples, refusals)
            pace.count()
        pace.end()
        received, column = upload.total, upload.group_column
    samples, copies = without_copies(samples)
    refusals += copies
    rule = say("data.grouped_by_column", column=column) if column else None
    if plan.group_pattern and not column:
        rule = say("data.grouped_by_pattern", pattern=plan.group_pattern)
        samples = with_groups(samples, groups_by_pattern(plan.group_pattern, [sample.source for sample in samples]))
    if doors.secret is not None:
        samples, refusals = _private(doors.secret, samples, refusals)
    _forget(doors, fresh - {sample.file for sample in samples if sample.file})
    return _dataset(plan, samples, refusals, received, rule, licence)


def with_groups(samples: list[Sample], groups: list[str | None]) -> list[Sample]:
    """The same samples in other groups."""
    pairs = zip(samples, groups, strict=True)
    return [sample.model_copy(update={"group": group}) for sample, group in pairs]


def language_counts(samples: list[Sample]) -> dict[str, int]:
    """Samples per language, the most frequent first; empty where samples have none, such as images."""
    found = Counter(str(sample.traits.get("language", UNKNOWN)) for sample in samples if "language" in sample.traits)
    return dict(found.most_common())


def _admit(
    item: Item, answer: dict[str, Any], merges: dict[str, str], samples: list[Sample], refusals: list[Refusal]
) -> None:
    """One item that could be read becomes a sample, unless its label was left out."""
    label = merges.get(item.label or "", item.label or "")
    if not label:
        values: dict[str, str | int | float] = {"label": item.label or ""}
        refusals.append(Refusal(source=item.source, reason="refusals.left_out", values=values))
        return
    samples.append(
        Sample(
            id=answer["id"],
            source=item.source,
            target=ClassTarget(label=label),
            group=item.group,
            given_test=item.test,
            text=answer.get("text"),
            file=answer.get("file"),
            traits=answer["traits"],
            attributes=item.attributes,
        )
    )


def _private(secret: bytes, samples: list[Sample], refusals: list[Refusal]) -> tuple[list[Sample], list[Refusal]]:
    """Names become pseudonyms: the same name the same word, so that groups survive, and what may become groups."""

    def hidden(sample: Sample) -> Sample:
        group = pseudonym(secret, "group", sample.group) if sample.group is not None else None
        return sample.model_copy(update={"source": pseudonym(secret, "source", sample.source), "group": group})

    def veiled(refusal: Refusal) -> Refusal:
        values = dict(refusal.values)
        if "first" in values:  # the name of another sample
            values["first"] = pseudonym(secret, "source", str(values["first"]))
        source = pseudonym(secret, "source", refusal.source)
        return refusal.model_copy(update={"source": source, "values": values})

    return [hidden(sample) for sample in with_signs(secret, samples)], [veiled(refusal) for refusal in refusals]


def _forget(doors: Doors, files: set[str]) -> None:
    """Remove what was written for samples that did not stay."""
    for file in files:
        (doors.samples / file).unlink(missing_ok=True)
        (doors.thumbnails / f"{Path(file).stem}.webp").unlink(missing_ok=True)


def _dataset(
    plan: IntakePlan,
    samples: list[Sample],
    refusals: list[Refusal],
    received: int,
    rule: str | None,
    licence: str | None,
) -> Dataset:
    classes = sorted({sample.label for sample in samples if sample.label is not None})
    if not samples:
        first = next((refusal for refusal in refusals if not refusal.kept), None)
        reason = say(first.reason, **first.values) if first else ""
        raise InputFault("data.nothing_usable", count=received, reason=reason)
    if len(classes) < 2:
        raise InputFault("data.one_class", label=classes[0])
    if len(classes) > MOST_CLASSES:
        raise InputFault("data.too_many_classes", count=len(classes), limit=MOST_CLASSES)
    return Dataset(
        id="",
        modality=plan.modality,
        classes=classes,
        samples=samples,
        refusals=refusals,
        received=received,
        group_rule=rule,
        licence=licence,
        languages=language_counts(samples),
    )


class _Pace:
    """Tells how far reading is, twice a second, and listens for a wish to stop."""

    def __init__(self, doors: Doors, total: int) -> None:
        self._doors, self._total = doors, total
        self._done = 0
        self._began = self._told = time.monotonic()

    def count(self) -> None:
        self._done += 1
        if time.monotonic() - self._told >= PAUSE:
            self.end()

    def end(self) -> None:
        """Tell what is reached now."""
        self._told = time.monotonic()
        if self._doors.stop():
            raise Stopped
        rate = self._done / max(1e-3, self._told - self._began)
        self._doors.tell(Progress(done=min(self._done, self._total), total=self._total, rate=rate))
