"""New samples beside those in use: equal content once, what is there stands, samples without a class wait for one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.data.conftest import IMAGES, picture, two_classes, zipped
from tests.data.test_intake import outcome, plan_of
from tl_core.data.doors import Doors
from tl_core.data.intake import collect
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault


def read(tmp_path: Path, doors: Doors, files: dict[str, bytes], before: Dataset | None = None, **wishes) -> Dataset:
    path = zipped(tmp_path / "z.zip", files)
    wishes["add"] = before is not None
    dataset = collect(plan_of(path, **wishes), IMAGES, doors, before=lambda: before)
    return dataset.model_copy(update={"id": "first"})


def test_added_samples_join(tmp_path: Path, doors: Doors) -> None:
    old = read(tmp_path, doors, two_classes(3), group_pattern="\\d")
    more = {"cats/new.png": picture(50), "dogs/again.png": two_classes()["dogs/0.png"], "birds/one.png": picture(51)}
    more["cats/other.png"] = two_classes()["dogs/1.png"]  # known by another class
    new = read(tmp_path, doors, more, old)
    assert (new.parent, new.classes, new.received) == ("first", ["birds", "cats", "dogs"], 10)
    assert new.change is not None
    assert (new.change.kind, new.change.samples) == ("add", 2)
    told = outcome(new)
    assert (told["dogs/again.png"], told["cats/other.png"]) == ("known", "known_otherwise")
    assert {sample.source: sample.group for sample in new.samples}["cats/1.png"] == "1"
    assert new.group_rule == old.group_rule
    assert {path.name for path in doors.samples.iterdir()} == {sample.file for sample in new.samples}


def test_what_is_said_again_stands_once(tmp_path: Path, doors: Doors) -> None:
    more = {"cats/broken.png": b"none", "cats/again.png": two_classes()["cats/1.png"]}
    made = read(tmp_path, doors, {**two_classes(3), "cats/broken.png": b"none"})
    for number in range(3):
        made = read(tmp_path, doors, {**more, f"cats/{number}new.png": picture(60 + number)}, made)
        left_out = [refusal for refusal in made.refusals if not refusal.kept]
        assert sorted(refusal.source for refusal in left_out) == ["cats/again.png", "cats/broken.png"]
        assert made.received == len(made.samples) + len(left_out)


def test_nothing_new(tmp_path: Path, doors: Doors) -> None:
    old = read(tmp_path, doors, two_classes(3))
    with pytest.raises(InputFault, match="in the project already"):
        read(tmp_path, doors, {"cats/copy.png": two_classes()["cats/1.png"]}, old)
    assert {path.name for path in doors.samples.iterdir()} == {sample.file for sample in old.samples}


def test_without_a_class(tmp_path: Path, doors: Doors) -> None:
    loose = {"a.png": picture(1), "b.png": picture(2), "c.png": picture(2)}
    old = read(tmp_path, doors, loose, unlabelled=True)
    assert (old.classes, outcome(old)) == ([], {"a.png": None, "b.png": None, "c.png": "duplicate"})
    new = read(tmp_path, doors, {"cats/a.png": loose["a.png"], "d.png": picture(3)}, old, unlabelled=True)
    assert outcome(new) == {"a.png": "cats", "b.png": None, "c.png": "duplicate", "d.png": None}
    assert new.change is not None
    assert new.change.samples == 2
    with pytest.raises(InputFault):
        read(tmp_path, doors, loose)


def test_one_class_beside_others(tmp_path: Path, doors: Doors) -> None:
    old = read(tmp_path, doors, two_classes(3))
    new = read(tmp_path, doors, {"cats/new.png": picture(60)}, old)
    assert new.counts() == {"cats": 4, "dogs": 3}
    with pytest.raises(InputFault, match="one class"):
        read(tmp_path, doors, {"cats/new.png": picture(60)})


def test_hidden_names_stay_hidden(tmp_path: Path, doors: Doors) -> None:
    old = read(tmp_path, replace(doors, private=True), two_classes(3))
    new = read(tmp_path, doors, {"cats/new.png": picture(60)}, old)
    assert not any("/" in sample.source for sample in new.samples)
