"""Labelling as a person meets it: what comes next, what was said, how far it is, and taking it into the data."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field, ValidationError

from tl_core import backbones
from tl_core.data import asking
from tl_core.data.asking import EVERY as EVERY  # pages ask here
from tl_core.data.asking import FIRST as FIRST
from tl_core.data.asking import Asked
from tl_core.data.columns import label_text
from tl_core.data.labels import labels_of
from tl_core.domain.base import Noun
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.labelling import Labelling, Person, Suggestions, Taken, TakenBack, Way
from tl_core.domain.plan import SuggestPlan
from tl_core.domain.run import ENDED
from tl_core.store import locks
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.labels import append, read_labels, read_suggestions
from tl_core.store.projects import read_project
from tl_core.use_cases import data, runs, uploads

View = Literal["label", "second"]
MOST = 500  # labellings, or samples in hand, that a browser may send at once
LARGEST = 400_000  # bytes of what it sends
TOGETHER = 12  # pictures shown at once
IN_HAND = 6  # questions a browser holds: nobody presses keys faster than it hears


class Answer(Noun):
    """One labelling as a browser sends it."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    sample: str
    label: str | None = Field(max_length=1000)
    way: Way
    suggested: str | None = Field(None, max_length=1000)


class Batch(Noun):
    """What a browser sends: labellings, ids of those taken back, and what it has in hand."""

    view: View
    said: list[Answer] = Field([], max_length=MOST)
    undone: list[str] = Field([], max_length=MOST)
    have: list[tuple[str, Way, str | None]] = Field([], max_length=MOST)  # sample, how it is asked, what is suggested
    want: bool = True  # more questions


class Standing(Noun):
    """How far it is."""

    labelled: int
    total: int


class Reply(Noun):
    """What the browser hears: how far it is now, and what to ask next."""

    questions: list[Asked]
    samples: dict[str, Sample]  # of those questions
    standing: Standing
    classes: list[str]
    learned: int  # labels that the suggestions in use learned from; 0: none are in use


def introduce(project_id: str, name: str) -> int:
    """The number of the person of that name, who may be new. Raises InputFault for a name that is none."""
    home = Home.default()
    read_project(home, project_id)
    found = " ".join(name.split())[:80]
    if not found:
        raise InputFault("labelling.name_missing")
    if found not in read_labels(home, project_id).people:
        append(home, project_id, [Person(name=found, time=time.time())])
    return read_labels(home, project_id).people.index(found) + 1


def people(project_id: str) -> tuple[str, ...]:
    """Who said their name, in that order: number 1 first."""
    return read_labels(Home.default(), project_id).people


def token(project_id: str, person: int) -> str:
    """What lets one browser label for one person, for a while."""
    return uploads.sealed(json.dumps([project_id, person]), "labels")


def answer(signed: str, sent: bytes) -> Reply:
    """Keep what a browser sent, and say what comes next. On disk when it returns; the same sent twice counts once.

    Raises InputFault for a forged or old token, and for what is not understood.
    """
    home = Home.default()
    project_id, person = json.loads(uploads.opened(signed, "labels"))
    names = people(project_id)
    try:
        batch = Batch.model_validate_json(sent)
        by = names[person - 1]
    except (ValidationError, IndexError):
        raise InputFault("labelling.not_understood") from None
    dataset = _dataset(home, project_id)
    known = {sample.id for sample in dataset.samples}
    now = time.time()
    lines = [
        Labelling(
            id=one.id, sample=one.sample, label=label_text(one.label) or None if one.label else None, by=by, time=now,
            way=one.way, suggested=one.suggested,
        )
        for one in batch.said
        if one.sample in known and one.way != "settle"
    ]  # fmt: skip
    own = {one.id for one in read_labels(home, project_id).said if one.by == by} | {line.id for line in lines}
    append(home, project_id, [*lines, *(TakenBack(id=one, time=now) for one in batch.undone if one in own)])
    if lines:
        learn(project_id)
    return _reply(home, project_id, dataset, by, batch)


def learn(project_id: str) -> None:
    """Have the quick look learn from the labels, where there is enough to learn and nobody does so yet."""
    home = Home.default()
    dataset = _dataset(home, project_id)
    told = read_labels(home, project_id)
    labels = labels_of(dataset, told.said, told.taken)
    suggestions = _suggestions(home, project_id, dataset)
    if not asking.due(len(labels), set(labels.values()), suggestions.learned if suggestions else 0):
        return
    if learner(project_id) is not None or not runs.worker_alive():
        return
    card = backbones.card(home, backbones.at_hand(home, dataset.modality))
    if card.sha256:
        plan = SuggestPlan(project=project_id, dataset=dataset.id, modality=dataset.modality, backbone=card.name)
        with locks.hold(home.project(project_id) / "learner.lock", patience=10):  # of two who label one starts it
            if learner(project_id) is None:
                runs.start(plan)


def learned(project_id: str) -> int:
    """Labels that the suggestions in use learned from; 0: there are none yet."""
    home = Home.default()
    found = _suggestions(home, project_id, _dataset(home, project_id))
    return found.learned if found is not None else 0


def learner(project_id: str) -> runs.RunSummary | None:
    """The job that learns from the labels right now, or is about to."""
    return next((job for job in runs.runs_of(project_id, "suggest") if job.state not in ENDED), None)


def standing(project_id: str, view: View = "label", by: str | None = None) -> Standing:
    """How many of the samples without a class have got one; of a second look: how many ``by`` has looked at."""
    home = Home.default()
    return _standing(home, project_id, _dataset(home, project_id), view, by)


def unlabelled(dataset: Dataset) -> int:
    """Samples that have no class in the data."""
    return sum(sample.target is None for sample in dataset.samples) if dataset.task == "classify" else 0


def history(project_id: str) -> list[Labelling]:
    """All that was said, the newest first, what was taken back too."""
    return list(reversed(read_labels(Home.default(), project_id).said))


def take_back(project_id: str, ids: Iterable[str]) -> None:
    """These labellings do not count any more."""
    append(Home.default(), project_id, [TakenBack(id=one, time=time.time()) for one in ids])


def ready(project_id: str) -> int:
    """Samples whose class would change if what was said went into the data now."""
    home = Home.default()
    dataset, told = _dataset(home, project_id), read_labels(home, project_id)
    labels = labels_of(dataset, told.said, told.taken)
    return sum(labels.get(sample.id) != sample.label for sample in dataset.samples)


def take_into_data(project_id: str) -> Dataset:
    """What was said becomes a new dataset version; samples of which people part wait until that is settled."""
    home, began = Home.default(), time.time()  # what is settled from now on may not be among what is told
    told = read_labels(home, project_id)

    def labelled(old: Dataset) -> Dataset:
        labels = labels_of(old, told.said, told.taken)
        samples = [
            sample.model_copy(update={"target": ClassTarget(label=labels[sample.id])})
            if labels.get(sample.id) != sample.label
            else sample
            for sample in old.samples
        ]
        classes = sorted({sample.label for sample in samples if sample.label is not None})
        return old.model_copy(update={"samples": samples, "classes": classes})

    stored = data.next_version(project_id, labelled, "label")
    append(home, project_id, [Taken(time=began)])
    return stored


def classes(project_id: str) -> list[str]:
    """Those of the data, and those that people made while they labelled."""
    home = Home.default()
    return _classes(_dataset(home, project_id), read_labels(home, project_id).said)


def _reply(home: Home, project_id: str, dataset: Dataset, by: str, batch: Batch) -> Reply:
    said = read_labels(home, project_id).said
    suggestions = _suggestions(home, project_id, dataset)
    pool = _pool(dataset, said, batch.view, by)
    held = {sample for sample, _, _ in batch.have}
    left = [sample for sample in pool if sample not in held]
    pictures = all(sample.text is None for sample in dataset.samples)
    before = [(one.way, one.suggested) for one in said if one.by == by and not one.undone]
    before += [(way, suggested) for _, way, suggested in batch.have]
    questions = asking.ask(
        left, suggestions if batch.view == "label" else None, IN_HAND if batch.want else 0,
        TOGETHER if pictures else 1, before,
    )  # fmt: skip
    if batch.view == "second":
        second: Way = "second"
        questions = [one._replace(ways=(second,) * len(one.samples)) for one in questions]
    wanted = {sample for one in questions for sample in one.samples}
    return Reply(
        questions=questions, samples={sample.id: sample for sample in dataset.samples if sample.id in wanted},
        standing=_standing(home, project_id, dataset, batch.view, by), classes=_classes(dataset, said),
        learned=suggestions.learned if suggestions and batch.view == "label" else 0,
    )  # fmt: skip


def _pool(dataset: Dataset, said: Sequence[Labelling], view: View, by: str) -> list[str]:
    """Samples to ask ``by`` about, in an order that has nothing to do with where they came from.

    To label: those without a class of which nobody has said anything. A second time: those with a class, or of which
    somebody else has said something, and ``by`` has not.
    """
    counted = [one for one in said if not one.undone]
    own = {one.sample for one in counted if one.by == by}
    others = {one.sample for one in counted if one.by != by and one.label is not None}
    if view == "second":
        asked = [one.id for one in dataset.samples if (one.label is not None or one.id in others) and one.id not in own]
        return sorted(asked, reverse=True)
    return sorted(one.id for one in dataset.samples if one.label is None and one.id not in own | others)


def _standing(home: Home, project_id: str, dataset: Dataset, view: View, by: str | None) -> Standing:
    counted = [one for one in read_labels(home, project_id).said if not one.undone and one.label is not None]
    if view == "second":
        own = {one.sample for one in counted if one.by == by}
        others = {one.sample for one in counted if one.by != by}
        asked = {one.id for one in dataset.samples if one.label is not None or one.id in others}
        return Standing(labelled=len(asked & own), total=len(asked))
    without = {one.id for one in dataset.samples if one.label is None}
    return Standing(labelled=len(without & {one.sample for one in counted}), total=len(without))


def _classes(dataset: Dataset, said: Sequence[Labelling]) -> list[str]:
    """Those of the data first, then new ones in the order in which they came up: their keys stay theirs."""
    new = (one.label for one in said if one.label is not None and not one.undone)
    return list(dict.fromkeys([*dataset.classes, *new]))


def _suggestions(home: Home, project_id: str, dataset: Dataset) -> Suggestions | None:
    """Only what was learned with the data in use."""
    found = read_suggestions(home, project_id)
    return found if found is not None and found.dataset == dataset.id else None


def _dataset(home: Home, project_id: str) -> Dataset:
    version = read_project(home, project_id).dataset
    if version is None:
        raise InputFault("data.no_data")
    return load_dataset(home, project_id, version)
