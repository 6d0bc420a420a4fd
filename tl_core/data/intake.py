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
from tl_core.data.scans.kinds import REASONS as SCAN_REASONS
from tl_core.data.series.agreement import without_odd_channels
from tl_core.data.signs import with_signs
from tl_core.data.tables import TEXTS, Converter
from tl_core.domain.dataset import ClassTarget, Dataset, Refusal, Sample
from tl_core.domain.event import Event, Phase, Progress
from tl_core.domain.excited import Box
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import IntakePlan
from tl_core.domain.suspect import Suspect
from tl_core.words import say

PAUSE = 0.5  # seconds between two reports of progress
NAMED = 3  # refused samples that a fault names


@dataclass(frozen=True)
class Reading:
    """How a modality reads uploads: what a limited child runs for each item, and whether tables are understood."""

    function: str  # "package.module:function"
    accepts_tables: bool
    accepts_lists: bool = False  # whether a table beside files may say which class each has
    converter: Converter = TEXTS  # what makes samples of a table


@dataclass(frozen=True)
class Doors:
    """Where samples go, and who is told."""

    samples: Path
    thumbnails: Path
    work: Path  # for what passes through
    secret: bytes  # key of pseudonyms
    private: bool  # names become pseudonyms; they do so too where any file turns out to be a scan
    tell: Callable[[Event], None]
    stop: Callable[[], bool]
    review: Path | None = None  # where previews for a person go; None: nobody can be asked


class Undecided(Exception):
    """Writing may be burned into some scans: a person must look before anything is stored."""

    def __init__(self, suspects: list[Suspect]) -> None:
        super().__init__(len(suspects))
        self.suspects = suspects


def collect(plan: IntakePlan, reading: Reading, doors: Doors, licence: str | None = None) -> Dataset:
    """Read everything the plan names; files of samples and thumbnails are written, the dataset is not stored yet.

    Every item ends as a sample or as a refusal with its reason. Raises ``InputFault`` when nothing can be learned
    from what is left, ``Undecided`` when a person must look first (nothing stays written then), and ``Stopped``.
    """
    if plan.group_pattern:
        groups_by_pattern(plan.group_pattern, [])  # a pattern that cannot work is said before hours of reading
    samples: list[Sample] = []
    refusals: list[Refusal] = []
    fresh: set[str] = set()  # files made now
    suspects: list[Suspect] = []
    received, private = 0, doors.private
    with Incoming(
        [Path(path) for path in plan.paths],
        [Path(path) for path in plan.test_paths],
        work=doors.work,
        accepts_tables=reading.accepts_tables,
        accepts_lists=reading.accepts_lists,
        converter=reading.converter,
        columns=plan.columns,
    ) as upload:
        doors.tell(Phase(name="read", total=upload.total))
        pace = Pace(doors, upload.total)
        fixed = _asked_of_all(plan, doors)
        masks = _Masks(plan, doors.secret)
        merges = {label_text(label): name for label, name in plan.merge_labels.items()}
        for item, answer in read_items(upload, reading.function, fixed, masks.of, meanwhile=pace.listen):
            received += not item.kept
            private |= is_scan(answer)
            if isinstance(answer, Refused):
                refusals.append(Refusal(source=item.source, reason=answer.reason, values=answer.values, kept=item.kept))
            elif "suspected" in answer and doors.review:
                suspects.append(masks.suspect(item, answer))
            elif "suspected" in answer:
                refusals.append(Refusal(source=item.source, reason="refusals.scan_writing"))
            else:
                if answer.get("fresh"):
                    fresh.add(answer["file"])
                remarks = answer.get("remarks", [])
                refusals += [Refusal(source=item.source, kept=True, **remark) for remark in remarks]
                _admit(item, answer, merges, samples, refusals)
            if item.first:
                pace.count()
        pace.end()
        column = upload.group_column
    if suspects:
        _forget(doors, fresh)
        raise Undecided(suspects)
    for clean in (without_odd_channels, without_copies):
        samples, gone = clean(samples)
        refusals += gone
    samples, rule = _grouped(plan, samples, column)
    if private:
        samples, refusals = _private(doors.secret, samples, refusals)
    _forget(doors, fresh - {sample.file for sample in samples if sample.file})
    return _dataset(plan, samples, refusals, received, rule, licence)


def _asked_of_all(plan: IntakePlan, doors: Doors) -> dict[str, Any]:
    """What is the same for every item's reading. Sample sets hold nothing of anybody."""
    return {
        "samples": str(doors.samples),
        "thumbnails": str(doors.thumbnails),
        "scan": plan.scan.model_dump() if plan.scan else None,
        "columns": plan.columns.model_dump() if plan.columns else None,
        "look": None if plan.sample_set else "all" if doors.private else "scans",
        "review": str(doors.review) if doors.review else None,
    }


class _Masks:
    """What a person said of writing on scans, by the pseudonym of each."""

    def __init__(self, plan: IntakePlan, secret: bytes) -> None:
        self._secret = secret
        self._said = {
            code: [list(box.model_dump().values()) for box in boxes] if boxes is not None else None
            for code, boxes in plan.masks.items()
        }

    def of(self, item: Item) -> dict[str, Any]:
        """What its reading is told."""
        code = self._code(item)
        return {"masks": self._said[code]} if code in self._said else {}

    def suspect(self, item: Item, answer: dict[str, Any]) -> Suspect:
        boxes = [dict(zip(Box.model_fields, box, strict=True)) for box in answer["suspected"]]
        return Suspect.model_validate({"code": self._code(item), "boxes": boxes, "preview": answer["preview"]})

    def _code(self, item: Item) -> str:
        return pseudonym(self._secret, "suspect of a test" if item.test else "suspect", item.source)


def is_scan(answer: dict[str, Any] | Refused) -> bool:
    """Whether this came from a medical file: what it and its neighbours are called may name a patient."""
    if isinstance(answer, Refused):
        return answer.reason.rpartition(".")[2].startswith(SCAN_REASONS)
    return bool(answer.get("scan"))


def with_groups(samples: list[Sample], groups: list[str | None]) -> list[Sample]:
    """The same samples in other groups."""
    pairs = zip(samples, groups, strict=True)
    return [sample.model_copy(update={"group": group}) for sample, group in pairs]


def _grouped(plan: IntakePlan, samples: list[Sample], column: str | None) -> tuple[list[Sample], str | None]:
    """Groups by a table's column; else by patient where a scan tells, by pattern, by file; and the rule in words."""
    if column:
        return samples, say("data.grouped_by_column", column=column)
    by_file = [sample.group == sample.source for sample in samples]  # the parts of one file, of nobody known
    rules = []
    if any(sample.group and not of_file for sample, of_file in zip(samples, by_file, strict=True)):
        rules.append(say("data.grouped_by_patient"))
    if any(by_file):
        rules.append(say("data.grouped_by_file"))
    if plan.group_pattern:
        rules.append(say("data.grouped_by_pattern", pattern=plan.group_pattern))
        found = groups_by_pattern(plan.group_pattern, [sample.source for sample in samples])
        told = zip(samples, by_file, found, strict=True)
        groups = [(match or sample.group) if of_file else (sample.group or match) for sample, of_file, match in told]
        samples = with_groups(samples, groups)
    return samples, " ".join(rules) or None


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
        scan=plan.scan,
    )


class Pace:
    """Tells how far reading is, twice a second, and listens for a wish to stop."""

    def __init__(self, doors: Doors, total: int) -> None:
        self._doors, self._total = doors, total
        self._done = 0
        self._began = self._told = time.monotonic()

    def count(self) -> None:
        self._done += 1
        if time.monotonic() - self._told >= PAUSE:
            self.end()

    def listen(self) -> None:
        """Raises ``Stopped`` where a person wants it."""
        if self._doors.stop():
            raise Stopped

    def end(self) -> None:
        """Tell what is reached now."""
        self.listen()
        self._told = time.monotonic()
        rate = self._done / max(1e-3, self._told - self._began)
        self._doors.tell(Progress(done=min(self._done, self._total), total=self._total, rate=rate))
