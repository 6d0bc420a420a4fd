"""Documents as a project's next dataset version: a sample a passage. What was uploaded before stays. No torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tl_core.data.documents.cited import recognised
from tl_core.data.documents.reading import MEMORY_MB, SECONDS
from tl_core.data.doors import Doors, Pace
from tl_core.data.incoming import Incoming
from tl_core.data.items import Item, read_items
from tl_core.data.languages import language_counts
from tl_core.data.refused import Refused
from tl_core.domain.answer import Place, Question
from tl_core.domain.dataset import Dataset, Refusal, Sample
from tl_core.domain.event import Phase
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.text import Text

READING = "tl_core.data.documents.reading:read"
MOST_PASSAGES = 200_000  # of a project
ALIKE = 0.5  # words that two passages share / words of both, from which on they are one that was changed


class Read:
    """What an upload held. ``samples`` by document, in its order."""

    def __init__(self) -> None:
        self.samples: dict[str, list[Sample]] = {}
        self.refusals: list[Refusal] = []
        self.questions: list[dict[str, Any]] = []


def read_documents(plan: IntakePlan, doors: Doors) -> Read:
    """Every document the plan names. Every file ends as passages or as a refusal with its reason.

    Nothing is stored yet. Raises ``InputFault`` where nothing can be used, and ``Stopped``.
    """
    found = Read()
    fixed = {"mask": plan.mask_personal}

    def more(item: Item) -> dict[str, Any]:
        columns = plan.tables.get(item.source, plan.columns)
        return {"name": item.source, "columns": columns.model_dump() if columns else None}

    paths = [Path(path) for path in plan.paths]
    with Incoming(paths, work=doors.work, accepts_tables=False, labelled=False) as upload:
        doors.tell(Phase(name="read", total=upload.total))
        pace = Pace(doors, upload.total)
        asked = read_items(
            upload.items(), READING, fixed, more, memory_mb=MEMORY_MB, seconds=SECONDS, meanwhile=pace.listen
        )
        for item, answer in asked:
            if isinstance(answer, Refused):
                found.refusals.append(Refusal(source=item.source, reason=answer.reason, values=answer.values))
            elif item.source in found.samples:
                found.refusals.append(Refusal(source=item.source, reason="refusals.document_twice"))
            else:
                _admit(item, answer, found)
            pace.count()
        pace.end()
    if not found.samples and not found.questions:
        first = found.refusals[0] if found.refusals else None
        reason = Text(key=first.reason, values=first.values) if first else ""
        raise InputFault("data.nothing_usable", count=len(found.refusals), reason=reason)
    return found


def version_of(
    read: Read, plan: IntakePlan, old: Dataset | None, licence: str | None
) -> tuple[Dataset, list[Question]]:
    """The next version: what was read, and those documents of ``old`` that have other names; and the questions read.

    A document whose new file is refused stays as it was. Raises ``InputFault`` where there is no passage, or too many.
    """
    dataset = _merged(read, None if plan.replace else old, plan, licence)
    return dataset, recognised(read.questions, dataset.samples)


def _admit(item: Item, answer: dict[str, Any], found: Read) -> None:
    if answer["passages"]:
        found.samples[item.source] = [
            Sample(
                id=one["id"],
                source=item.source,
                text=one["text"],
                place=Place.model_validate(one["place"]),
                traits=one["traits"],
            )
            for one in answer["passages"]
        ]
    found.refusals += [Refusal(source=item.source, kept=True, **remark) for remark in answer["remarks"]]
    for one in answer["questions"]:
        group = f"{item.source} {one['group']}" if one["group"] else None
        found.questions.append({**one, "group": group})


def _merged(read: Read, old: Dataset | None, plan: IntakePlan, licence: str | None) -> Dataset:
    """The new documents, and those of ``old`` that they do not replace, by name."""
    kept = [sample for sample in old.samples if sample.source not in read.samples] if old else []
    samples = [*kept, *(sample for document in read.samples.values() for sample in document)]
    samples.sort(key=lambda sample: (sample.source, sample.place.number if sample.place else 0))
    if not samples:
        raise InputFault("documents.only_questions")
    if len(samples) > MOST_PASSAGES:
        raise InputFault("documents.too_many", count=len(samples), limit=MOST_PASSAGES)
    told = {*read.samples, *(refusal.source for refusal in read.refusals)}
    stay = {sample.source for sample in kept}
    refusals = [refusal for refusal in old.refusals if refusal.source in stay - told] if old else []
    refusals += read.refusals
    documents = {sample.source for sample in samples}
    return Dataset(
        id="",
        modality=plan.modality,
        task="answer",
        classes=[],
        samples=samples,
        refusals=refusals,
        received=len(documents | {refusal.source for refusal in refusals}),
        licence=licence or (old.licence if old else None),
        languages=language_counts(samples),
    )


def moved(wanted: Iterable[str], old: Dataset | None, new: Dataset) -> dict[str, str]:
    """Of ``wanted``, ids of passages that are only in ``old``: each with the id of what became of it in ``new``.

    That is the passage of the same document that is new and shares most words with it, at least ``ALIKE`` of them.
    """
    if old is None:
        return {}
    before, after = ({sample.id: sample for sample in one.samples} for one in (old, new))
    fresh: dict[str, list[tuple[str, set[str]]]] = {}
    for sample in new.samples:
        if sample.id not in before:
            fresh.setdefault(sample.source, []).append((sample.id, _words(sample)))
    found = {}
    for name in set(wanted) & before.keys() - after.keys():
        words = _words(before[name])
        near = [(len(words & own) / len(words | own), other) for other, own in fresh.get(before[name].source, [])]
        share, other = max(near, default=(0.0, ""))
        if share >= ALIKE:
            found[name] = other
    return found


def _words(sample: Sample) -> set[str]:
    return set((sample.text or "").casefold().split())
