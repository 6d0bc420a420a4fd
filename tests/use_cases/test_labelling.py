"""Labelling: what a browser sends is kept, what comes next, and how it becomes data."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.app import made
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.labelling import Suggestions
from tl_core.domain.project import Project
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.labels import write_suggestions
from tl_core.store.projects import set_dataset
from tl_core.use_cases import agreements, checks, data, labelling, runs
from tl_core.use_cases.agreements import DATA, Pair


@pytest.fixture
def project(home: Home) -> Project:
    """Forty texts without a class."""
    return stripped(home, made.project(home, samples=40))


def stripped(home: Home, project: Project) -> Project:
    old = load_dataset(home, project.id, project.dataset or "")
    bare = [sample.model_copy(update={"target": None}) for sample in old.samples]
    return set_dataset(
        home, project.id, save_dataset(home, project.id, old.model_copy(update={"samples": bare, "classes": []})).id
    )


def send(project: Project, person: int, **batch: object) -> labelling.Reply:
    return labelling.answer(labelling.token(project.id, person), json.dumps({"view": "label", **batch}).encode())


def said(number: int, label: str | None, way: str = "alone", tag: str = "first", suggested: str | None = None) -> dict:
    return {
        "id": f"{tag}-{number:04d}", "sample": f"{number:016x}", "label": label, "way": way, "suggested": suggested,
    }  # fmt: skip


def in_use(project: Project) -> Dataset:
    found = data.dataset(project.id)
    assert found is not None
    return found


def test_a_name_is_asked_once_and_becomes_a_number(project: Project) -> None:
    assert labelling.introduce(project.id, "  Anna  Lind ") == 1
    assert labelling.introduce(project.id, "Ben") == 2
    assert labelling.introduce(project.id, "Anna Lind") == 1
    with pytest.raises(InputFault):
        labelling.introduce(project.id, "  ")


def test_what_is_sent_is_kept_once_and_not_asked_again(project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    first = send(project, 1)
    assert (first.standing.labelled, first.standing.total) == (0, 40)
    assert first.questions[0].samples == (f"{0:016x}",)
    for _ in range(2):
        reply = send(project, 1, said=[said(0, "kind"), said(1, None)], have=[[f"{2:016x}", "alone", None]])
    assert reply.standing.labelled == 1
    assert reply.classes == ["kind"]
    assert reply.questions[0].samples == (f"{3:016x}",)
    assert not send(project, 1, want=False).questions
    assert send(project, 1, undone=["first-0000"]).questions[0].samples == (f"{0:016x}",)
    assert [one.undone for one in labelling.history(project.id)] == [False, True]


def test_strange_letters_are_refused(project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    with pytest.raises(InputFault):
        labelling.answer("forged", b"{}")
    with pytest.raises(InputFault):
        labelling.answer(labelling.token(project.id, 1), b"not json")
    with pytest.raises(InputFault):  # nobody of that number
        send(project, 2)
    send(project, 1, said=[{**said(0, "x"), "sample": "of-another-project"}, said(1, "x", way="settle")])
    assert labelling.history(project.id) == []


def test_one_person_cannot_take_back_what_another_said(project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    labelling.introduce(project.id, "Ben")
    send(project, 1, said=[said(0, "kind")])
    send(project, 2, undone=["first-0000"])
    assert labelling.standing(project.id).labelled == 1


def test_suggestions_of_these_data_come_in_groups(home: Home, project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    ids = [f"{number:016x}" for number in range(40)]
    told = Suggestions(
        dataset="other", classes=["bad", "good"], learned=10, samples=ids, best=[0] * 40, chance=[0.9] * 40,
        margin=[0.8] * 40,
    )  # fmt: skip
    write_suggestions(home, project.id, told)
    assert all(one.label is None for one in send(project, 1).questions)
    write_suggestions(home, project.id, told.model_copy(update={"dataset": project.dataset}))
    assert "bad" in {one.label for one in send(project, 1).questions}


def test_labels_become_a_version_that_can_be_taken_back(project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(30)])
    assert (labelling.ready(project.id), labelling.unlabelled(in_use(project))) == (30, 40)
    stored = labelling.take_into_data(project.id)
    assert (stored.classes, stored.counts()) == (["a", "b"], {"a": 15, "b": 15})
    assert stored.change is not None
    assert (stored.change.kind, stored.change.samples) == ("label", 30)
    assert (labelling.ready(project.id), labelling.unlabelled(in_use(project))) == (0, 10)
    assert len(data.split(project.id).subset) == 30  # those without a class neither learn nor judge
    checks.undo(project.id)
    assert labelling.ready(project.id) == 30


def test_two_people_agree_part_and_settle(project: Project) -> None:
    for name in ("Anna", "Ben"):
        labelling.introduce(project.id, name)
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(20)])
    asked = send(project, 2, view="second")
    assert (asked.standing.labelled, asked.standing.total) == (0, 20)
    assert {way for one in asked.questions for way in one.ways} == {"second"}
    assert all(one.suggested == (None,) for one in asked.questions)
    second = [said(number, "ab"[(number % 2) ^ (number == 0)], "second", "second") for number in range(20)]
    send(project, 2, view="second", said=second)
    [pair] = agreements.pairs(project.id)
    assert pair == Pair(first="Anna", second="Ben", samples=20)
    found = agreements.agreement(project.id, pair)
    assert found.table == [[9, 1], [0, 10]]
    [parted] = agreements.disagreements(project.id)
    assert parted.said == {"Anna": "a", "Ben": "b"}
    assert labelling.ready(project.id) == 19
    agreements.settle(project.id, parted.sample.id, "b", "Ben")
    assert agreements.disagreements(project.id) == []
    assert labelling.take_into_data(project.id).counts() == {"a": 9, "b": 11}


def test_a_second_look_at_data_is_held_against_them(home: Home) -> None:
    project = made.project(home, samples=40)
    labelling.introduce(project.id, "Ben")
    assert not send(project, 1).questions  # nothing is without a class
    send(project, 1, view="second", said=[said(number, "negative", "second") for number in range(12)])
    [pair] = agreements.pairs(project.id)
    assert (pair.first, pair.second, pair.samples) == (DATA, "Ben", 12)
    assert len(agreements.disagreements(project.id)) == 6
    assert labelling.ready(project.id) == 0  # the data stand until it is settled


def test_suggestions_seen_are_held_against_those_kept_back(project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    shown = [said(number, "a", "group", suggested="a") for number in range(15)]
    hidden = [said(number, "b", "audit", suggested="a") for number in range(15, 30)]
    send(project, 1, said=[*shown, *hidden])
    found = agreements.trust(project.id)
    assert (found.accepted, found.corrected, found.hidden, found.hidden_wrong) == (15, 0, 15, 15)
    assert found.gap is not None
    assert found.gap.low is not None
    assert found.gap.low > 0


def test_what_is_settled_while_labels_go_into_the_data_is_not_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(20)])
    going_in = data.next_version

    def and_meanwhile(*told):
        stored = going_in(*told)
        sample = next(one for one in stored.samples if one.label == "a")
        agreements.settle(project.id, sample.id, "b", "Anna")
        return stored

    monkeypatch.setattr(data, "next_version", and_meanwhile)
    labelling.take_into_data(project.id)
    assert labelling.ready(project.id) == 1


def test_of_two_who_label_at_once_one_starts_the_learning(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(20)])
    card = labelling.backbones.card(Home.default(), "packaged:all-MiniLM-L6-v2").model_copy(update={"sha256": "0" * 64})
    monkeypatch.setattr(labelling.backbones, "card", lambda home, name: card)
    monkeypatch.setattr(runs, "worker_alive", lambda: True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(labelling.learn, [project.id] * 4))
    assert len(runs.runs_of(project.id, "suggest")) == 1
