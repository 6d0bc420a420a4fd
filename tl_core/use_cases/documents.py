"""The documents of a support assistant: what is there, looked into, added to, taken away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tl_core.data.documents.asked import RowKind as RowKind
from tl_core.data.documents.passages import CODE as CODE  # what stands before each line of code in a passage
from tl_core.data.languages import language_counts
from tl_core.data.tables import KINDS as TABLE_KINDS
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import data, runs

INSPECT_SECONDS = 60  # CPU time
TABLES = tuple(TABLE_KINDS)  # how their names end


class Document(Noun):
    """A document in use, as a list shows it."""

    name: str  # path below the upload's root
    passages: int
    pages: int | None  # None: it has none
    characters: int
    personal: list[str]  # kinds of personal data found in it
    asked: bool  # it holds questions with their answers


class AskedTable(Noun):
    """How a table of questions or conversations would be read; every part of ``columns`` can be changed."""

    name: str  # of the file
    columns: Columns  # filled in: guessed where nothing was asked
    header: list[str]
    rows: list[list[str]]  # the first ones, cells cut for showing
    sheets: list[str]  # of a workbook; all are read unless ``columns`` say which
    kind: RowKind


def inspect_table(path: Path | str, columns: Columns | None = None) -> AskedTable:
    """How the table in ``path`` would be read. Raises InputFault."""
    return AskedTable(**data.inspected(path, columns, "tl_core.data.documents.tables:inspect", INSPECT_SECONDS))


def columns_said(project_id: str) -> dict[str, Columns]:
    """What a person last said of a table, by its name. Raises InputFault: no such project."""
    said: dict[str, Columns] = {}
    for job in reversed(runs.runs_of(project_id, "intake")):
        if isinstance(job.plan, IntakePlan):
            said |= job.plan.tables
    return said


def documents(project_id: str) -> list[Document]:
    """Of the data in use, by name. Raises InputFault without data."""
    found: dict[str, list[Sample]] = {}
    for sample in _data(project_id).samples:
        found.setdefault(sample.source, []).append(sample)
    return [_document(name, samples) for name, samples in sorted(found.items())]


def passages(project_id: str, document: str) -> list[Sample]:
    """Of one document, as they stand in it; none where there is no such document. Raises InputFault without data."""
    found = [sample for sample in _data(project_id).samples if sample.source == document]
    return sorted(found, key=lambda sample: sample.place.number if sample.place else 0)


def passage(project_id: str, passage_id: str) -> Sample:
    """Raises InputFault without data, and where the passage is not there any more."""
    for sample in _data(project_id).samples:
        if sample.id == passage_id:
            return sample
    raise InputFault("documents.passage_gone")


def update(
    project_id: str, paths: Sequence[Path | str], *, columns: Columns | None = None,
    tables: Mapping[str, Columns] | None = None, mask_personal: bool = False, replace: bool = False,
) -> str:  # fmt: skip
    """Read documents into the project: one of a known name replaces the earlier one, the others stay; the job's id.

    ``tables``: where the parts of a table of this name are. ``mask_personal``: personal data of a known form are
    replaced before anything is stored. ``replace``: what is not among these goes. Raises InputFault.
    """
    project = read_project(Home.default(), project_id)
    plan = IntakePlan(
        project=project.id, modality=project.modality, paths=[str(path) for path in paths], columns=columns,
        tables=dict(tables or {}), mask_personal=mask_personal, replace=replace,
    )  # fmt: skip
    return runs.start(plan)


def remove(project_id: str, names: Collection[str]) -> Dataset:
    """Take documents away, as a new dataset version that can be asked at once. Raises InputFault: one must remain."""
    gone = set(names)

    def without(old: Dataset) -> Dataset:
        samples = [sample for sample in old.samples if sample.source not in gone]
        if not samples:
            raise InputFault("documents.last")
        refusals = [refusal for refusal in old.refusals if refusal.source not in gone]
        received = len({*(one.source for one in samples), *(one.source for one in refusals)})
        new = {"samples": samples, "refusals": refusals, "received": received, "languages": language_counts(samples)}
        return old.model_copy(update=new)

    return data.next_version(project_id, without, "drop")


def _document(name: str, samples: Sequence[Sample]) -> Document:
    places = [sample.place for sample in samples if sample.place]
    kinds = {kind for sample in samples for kind in str(sample.traits.get("personal", "")).split()}
    return Document(
        name=name,
        passages=len(samples),
        pages=max((place.page for place in places if place.page), default=None),
        characters=sum(len(sample.text or "") for sample in samples),
        personal=sorted(kinds),
        asked=any(place.asked for place in places),
    )


def _data(project_id: str) -> Dataset:
    home, project = Home.default(), read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("data.no_data")
    return load_dataset(home, project_id, project.dataset)
