"""Recordings of the camera in an inbox, and the learning from them."""

from __future__ import annotations

import re

import pytest

from tests.app import made
from tl_core.data.groups import match
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan, TrainPlan
from tl_core.store.home import Home
from tl_core.use_cases import captures, projects, runs, uploads


@pytest.fixture
def inbox(home: Home) -> uploads.Inbox:
    """Two recordings of a mug and one of a book, two pictures each."""
    place = uploads.open_inbox()
    for recording in ("mug/recording-1a", "mug/recording-2b", "book/recording-3c"):
        for number in (1, 2):
            with uploads.Arrival(place.token, f"{recording}/frame-{number:03d}.jpg") as file:
                file.write(f"{recording} {number}".encode())
    with uploads.Arrival(place.token, "mug/notes.txt") as file:
        file.write(b"no recording")
    return place


def told(inbox: uploads.Inbox) -> dict[str, list[str]]:
    return {one.label: [recording.name for recording in one.recordings] for one in captures.captured(inbox.name)}


def test_what_was_recorded_is_found_by_class(inbox: uploads.Inbox) -> None:
    assert list(told(inbox).items()) == [("mug", ["recording-1a", "recording-2b"]), ("book", ["recording-3c"])]
    mug = captures.captured(inbox.name)[0]
    assert mug.frames == 4
    assert mug.recordings[0].frames == ["frame-001.jpg", "frame-002.jpg"]


def test_a_class_gets_another_name_and_joins_one_of_that_name(inbox: uploads.Inbox) -> None:
    captures.rename(inbox.name, "nothing", "something")
    captures.rename(inbox.name, "book", "red mug")
    assert told(inbox)["red mug"] == ["recording-3c"]
    captures.rename(inbox.name, "red mug", "mug")
    assert set(told(inbox)["mug"]) == {"recording-1a", "recording-2b", "recording-3c"}


def test_recordings_and_classes_go(inbox: uploads.Inbox) -> None:
    captures.remove(inbox.name, "mug", "recording-1a")
    captures.remove(inbox.name, "mug", "../../book")
    assert told(inbox) == {"book": ["recording-3c"], "mug": ["recording-2b"]}
    captures.remove(inbox.name, "book", "recording-3c")
    assert not (uploads.inbox_path(inbox.name) / "book").exists()
    captures.remove(inbox.name, "mug")
    assert told(inbox) == {}


@pytest.mark.parametrize(
    ("typed", "kept"), [("  red   mug ", "red mug"), ("a/b\\c", "a b c"), ("con", "_con"), ("tea: hot?", "tea_ hot_")]
)
def test_a_class_is_called_what_a_folder_can_be(typed: str, kept: str) -> None:
    assert captures.class_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "..", "/"])
def test_a_class_needs_a_name(typed: str) -> None:
    with pytest.raises(InputFault):
        captures.class_name(typed)


def test_a_picture_is_opened_by_the_inboxes_token(inbox: uploads.Inbox) -> None:
    found = captures.frame(inbox.token, "book", "recording-3c", "frame-002.jpg")
    assert found is not None
    assert found.read_bytes() == b"book/recording-3c 2"
    assert captures.frame(inbox.token, "book", "recording-3c", "frame-009.jpg") is None
    assert captures.frame(inbox.token, "mug", "..", "notes.txt") is None
    with pytest.raises(InputFault):
        captures.frame("forged", "book", "recording-3c", "frame-002.jpg")


def test_learning_reads_recordings_as_groups_and_looks_quickly(inbox: uploads.Inbox, home: Home) -> None:
    project = projects.create("Webcam", "photos")
    plan = runs.plan(captures.learn(project.id, inbox.name))
    assert isinstance(plan, IntakePlan)
    assert (plan.then_train, plan.add) == ("probe", False)
    recordings = {"recording-1a": "mug", "recording-2b": "mug", "recording-3c": "book"}
    assert plan.merge_labels == recordings | {"mug": "mug", "book": "book"}
    sources = [one.path for one in uploads.received(inbox.name)]
    assert set(match({"pattern": plan.group_pattern, "sources": sources})["groups"]) == {
        "recording-1a", "recording-2b", "recording-3c", None,
    }  # fmt: skip


def test_learning_needs_two_classes_of_which_the_data_may_hold_one(inbox: uploads.Inbox, home: Home) -> None:
    empty = projects.create("Webcam", "photos")
    captures.remove(inbox.name, "mug")
    with pytest.raises(InputFault, match=re.escape("“book”")):
        captures.learn(empty.id, inbox.name)
    with pytest.raises(InputFault, match="Nothing is recorded"):
        captures.learn(empty.id, uploads.open_inbox().name)
    full = made.project(home, "photos", classes=("book", "cup"), samples=4)
    with pytest.raises(InputFault, match=re.escape("“book”")):
        captures.learn(full.id, inbox.name)  # it would take the place of both classes
    plan = runs.plan(captures.learn(full.id, inbox.name, add=True))
    assert isinstance(plan, IntakePlan)
    assert plan.add


def test_a_class_of_the_data_keeps_its_name_whatever_signs_it_has(home: Home) -> None:
    project = made.project(home, "photos", classes=("cat/dog", "?"), samples=4)
    inbox = uploads.open_inbox()
    with uploads.Arrival(inbox.token, f"{captures.folder_of('cat/dog')}/recording-1a/frame-001.jpg") as file:
        file.write(b"x")
    plan = runs.plan(captures.learn(project.id, inbox.name, add=True))
    assert isinstance(plan, IntakePlan)
    assert plan.merge_labels == {"cat dog": "cat/dog", "recording-1a": "cat/dog"}
    assert captures.folder_of("...") == "_"


def test_plans_from_before_say_whether_a_training_follows() -> None:
    for told, meant in ((True, "finetune"), (False, None), ("probe", "probe"), (None, None)):
        plan = IntakePlan.model_validate({"project": "p", "modality": "image", "paths": [], "then_train": told})
        assert plan.then_train == meant


def test_the_quick_look_follows_by_itself(home: Home) -> None:
    project = made.project(home, "photos", samples=4)
    made.fetched(home)
    reading = made.run(home, IntakePlan(project=project.id, modality="image", paths=[], then_train="probe"))
    made.end(reading, "done")
    runs.follow_up(reading)
    [training] = runs.runs_of(project.id, "train")
    assert isinstance(training.plan, TrainPlan)
    assert training.plan.recipe == "probe"
