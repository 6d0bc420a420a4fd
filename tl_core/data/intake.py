"""From an upload to a project's next dataset version: read, judged, stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tl_core.data.columns import MOST_CLASSES, label_text
from tl_core.data.copies import without_copies
from tl_core.data.doors import Doors, Pace
from tl_core.data.groups import groups_by_pattern
from tl_core.data.hiding import is_scan, with_pseudonyms
from tl_core.data.incoming import Incoming
from tl_core.data.items import Item, read_items
from tl_core.data.joining import joined, names_hidden, one_rule
from tl_core.data.languages import language_counts
from tl_core.data.names import code, pseudonym
from tl_core.data.refused import Refused
from tl_core.data.series.agreement import without_odd_channels
from tl_core.data.tables import TEXTS, Converter
from tl_core.domain.dataset import ClassTarget, Dataset, Refusal, Sample
from tl_core.domain.event import Phase
from tl_core.domain.excited import Box
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.suspect import Suspect
from tl_core.domain.text import Said, Text, Value


@dataclass(frozen=True)
class Reading:
    """How a modality reads uploads: what a limited child runs for each item, and whether tables are understood."""

    function: str  # "package.module:function"
    accepts_tables: bool
    accepts_lists: bool = False  # whether a table beside files may say which class each has
    converter: Converter = TEXTS  # what makes samples of a table


class Undecided(Exception):
    """Writing may be burned into some scans: a person must look before anything is stored."""

    def __init__(self, suspects: list[Suspect]) -> None:
        super().__init__(len(suspects))
        self.suspects = suspects


@dataclass
class _Read:
    """What an upload held, as it was read."""

    received: int = 0
    samples: list[Sample] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)  # files made now
    scans: bool = False  # among them
    group_column: str | None = None


def collect(
    plan: IntakePlan,
    reading: Reading,
    doors: Doors,
    licence: str | None = None,
    before: Callable[[], Dataset | None] = lambda: None,
    at_last: Callable[[], Dataset | None] | None = None,
) -> Dataset:
    """Read everything the plan names; files of samples and thumbnails are written, the dataset is not stored yet.

    ``before``: the version in use, which the samples of a plan that adds join; asked again, as ``at_last`` where that
    is another way, when all are read.
    Every item ends as a sample or as a refusal with its reason. Raises ``InputFault`` when nothing can be learned
    from what is left, ``Undecided`` when a person must look first (nothing stays written then), and ``Stopped``.
    """
    if plan.group_pattern:
        groups_by_pattern(plan.group_pattern, [])  # a pattern that cannot work is said before hours of reading
    there = before() if plan.add else None
    if there is not None and plan.scan is None:
        plan = plan.model_copy(update={"scan": there.scan})  # as those that are there
    read = _read(plan, reading, doors)
    if read.suspects:
        _forget(doors, read.fresh)
        raise Undecided(read.suspects)
    hides = doors.private or read.scans or (there is not None and names_hidden(there))
    try:
        dataset = _dataset(plan, read, doors.secret if hides else None, licence)
        there = (at_last or before)()
        if plan.add and there is not None:
            dataset = joined(there, dataset)
        _check_classes(dataset, plan.unlabelled)
    except InputFault:
        _forget(doors, read.fresh)
        raise
    _forget(doors, read.fresh - {sample.file for sample in dataset.samples if sample.file})
    return dataset


def _read(plan: IntakePlan, reading: Reading, doors: Doors) -> _Read:
    read = _Read()
    with Incoming(
        [Path(path) for path in plan.paths],
        [Path(path) for path in plan.test_paths],
        work=doors.work,
        accepts_tables=reading.accepts_tables,
        accepts_lists=reading.accepts_lists,
        converter=reading.converter,
        columns=plan.columns,
        unlabelled=plan.unlabelled,
        inside=Path(plan.inside) if plan.inside else None,
        only=_chosen(plan, doors.secret),
    ) as upload:
        doors.tell(Phase(name="read", total=upload.total))
        pace = Pace(doors, upload.total)
        fixed = _asked_of_all(plan, doors)
        masks = _Masks(plan, doors.secret)
        merges = {label_text(label): name for label, name in plan.merge_labels.items()}
        for item, answer in read_items(upload.items(), reading.function, fixed, masks.of, meanwhile=pace.listen):
            read.received += not item.kept
            read.scans |= is_scan(answer)
            if isinstance(answer, Refused):
                refusal = Refusal(source=item.source, reason=answer.reason, values=answer.values, kept=item.kept)
                read.refusals.append(refusal)
            elif "suspected" in answer and doors.review:
                read.suspects.append(masks.suspect(item, answer))
            elif "suspected" in answer:
                read.refusals.append(Refusal(source=item.source, reason="refusals.scan_writing"))
            else:
                _admit(item, answer, merges, plan.unlabelled, read)
            if item.first:
                pace.count()
        pace.end()
        read.group_column = upload.group_column
    return read


def _chosen(plan: IntakePlan, secret: bytes) -> Callable[[str], bool] | None:
    wanted = set(plan.only)
    return (lambda source: code(secret, source) in wanted) if wanted else None


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


def with_groups(samples: list[Sample], groups: list[str | None]) -> list[Sample]:
    """The same samples in other groups."""
    pairs = zip(samples, groups, strict=True)
    return [sample.model_copy(update={"group": group}) for sample, group in pairs]


def _grouped(plan: IntakePlan, samples: list[Sample], column: str | None) -> tuple[list[Sample], Said | None]:
    """Groups by a table's column; else by patient where a scan tells, by pattern, by file; and the rule in words."""
    if column:
        return samples, Text(key="data.grouped_by_column", values={"column": column})
    by_file = [sample.group == sample.source for sample in samples]  # the parts of one file, of nobody known
    rules: list[str | Text] = []
    if any(sample.group and not of_file for sample, of_file in zip(samples, by_file, strict=True)):
        rules.append(Text(key="data.grouped_by_patient"))
    if any(by_file):
        rules.append(Text(key="data.grouped_by_file"))
    if plan.group_pattern:
        rules.append(Text(key="data.grouped_by_pattern", values={"pattern": plan.group_pattern}))
        found = groups_by_pattern(plan.group_pattern, [sample.source for sample in samples])
        told = zip(samples, by_file, found, strict=True)
        groups = [(match or sample.group) if of_file else (sample.group or match) for sample, of_file, match in told]
        samples = with_groups(samples, groups)
    return samples, one_rule(rules)


def _admit(item: Item, answer: dict[str, Any], merges: dict[str, str], unlabelled: bool, read: _Read) -> None:
    """One item that could be read becomes a sample, unless its label was left out."""
    if answer.get("fresh"):
        read.fresh.add(answer["file"])
    read.refusals += [Refusal(source=item.source, kept=True, **remark) for remark in answer.get("remarks", [])]
    label = merges.get(item.label or "", item.label or "")
    if not label and (item.label or not unlabelled):
        values: dict[str, Value] = {"label": item.label or ""}
        read.refusals.append(Refusal(source=item.source, reason="refusals.left_out", values=values))
        return
    read.samples.append(
        Sample(
            id=answer["id"],
            source=item.source,
            target=ClassTarget(label=label) if label else None,
            group=item.group,
            given_test=item.test,
            text=answer.get("text"),
            file=answer.get("file"),
            traits=answer["traits"],
            attributes=item.attributes,
        )
    )


def _forget(doors: Doors, files: set[str]) -> None:
    """Remove what was written for samples that did not stay."""
    for file in files:
        (doors.samples / file).unlink(missing_ok=True)
        (doors.thumbnails / f"{Path(file).stem}.webp").unlink(missing_ok=True)


def _dataset(plan: IntakePlan, read: _Read, secret: bytes | None, licence: str | None) -> Dataset:
    """What was read without copies, in its groups. ``secret``: names become pseudonyms of this key."""
    samples, refusals = read.samples, read.refusals
    for clean in (without_odd_channels, without_copies):
        samples, gone = clean(samples)
        refusals = [*refusals, *gone]
    samples, rule = _grouped(plan, samples, read.group_column)
    if secret is not None:
        samples, refusals = with_pseudonyms(secret, samples, refusals)
    classes = sorted({sample.label for sample in samples if sample.label is not None})
    if not samples:
        first = next((refusal for refusal in refusals if not refusal.kept), None)
        reason = Text(key=first.reason, values=first.values) if first else ""
        raise InputFault("data.nothing_usable", count=read.received, reason=reason)
    return Dataset(
        id="",
        modality=plan.modality,
        classes=classes,
        samples=samples,
        refusals=refusals,
        received=read.received,
        group_rule=rule,
        licence=licence,
        languages=language_counts(samples),
        scan=plan.scan,
    )


def _check_classes(dataset: Dataset, unlabelled: bool) -> None:
    classes = dataset.classes
    unlabelled = unlabelled or any(sample.target is None for sample in dataset.samples)
    if len(classes) < 2 and not unlabelled:
        raise InputFault("data.one_class", label=classes[0])
    if len(classes) > MOST_CLASSES:
        raise InputFault("data.too_many_classes", count=len(classes), limit=MOST_CLASSES)
