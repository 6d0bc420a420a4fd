"""Copies are found, and what to do about them keeps together what belongs together."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks.looked_at import NOTHING, looked_at, told
from tl_core.checks.copies import find_copies
from tl_core.checks.examined import Examined
from tl_core.domain.fault import Stopped
from tl_core.domain.finding import DropRemedy, Finding, GroupRemedy
from tl_core.domain.text import said

COPIES = ({0, 1}, {2, 3}, {3, 4})  # pairs that are alike; 5 has no copy


def alike(one: int, other: int) -> float:
    return 0.95 if {one, other} in COPIES else 0.2


def found(examined: Examined) -> dict[str, Finding]:
    return {finding.code: finding for finding in find_copies(examined)}


def six(**changes: object) -> Examined:
    """So few that everyone is a neighbour of everyone."""
    return looked_at([NOTHING] * 6, **{"labels": ["a"] * 6, "alike": alike, **changes})  # type: ignore[arg-type]


def test_copies_of_one_class_and_subset() -> None:
    near = found(six())["copies_near"]
    assert near.level == "note"
    assert near.clusters == [["0", "1"], ["2", "3", "4"]]
    assert said(near.values) == {"count": 2, "samples": 5}
    group, drop = near.remedies
    assert isinstance(group, GroupRemedy)
    assert isinstance(drop, DropRemedy)
    assert group.groups["0"] == group.groups["1"] != group.groups["2"] == group.groups["4"]
    assert set(group.groups) == {"0", "1", "2", "3", "4"}
    assert drop.samples == ["1", "3", "4"]
    assert told(near).startswith("2 samples are there more than once")


def test_the_surest_copies_come_first() -> None:
    likeness = {(0, 1): 0.93, (2, 3): 0.99, (3, 4): 0.92}
    near = found(six(alike=lambda *pair: likeness.get(pair, 0.0)))["copies_near"]
    assert near.clusters == [["0", "1"], ["2", "3", "4"]]
    likeness[0, 1] = 0.91
    assert found(six(alike=lambda *pair: likeness.get(pair, 0.0)))["copies_near"].samples == ["2", "3", "4", "0", "1"]


def test_copies_in_several_subsets_are_an_alarm_and_the_exams_stays() -> None:
    subset = ["train", "test", "train", "train", "validation", "train"]
    across = found(six(subset=subset))["copies_across"]
    assert across.level == "alarm"
    assert across.clusters == [["0", "1"], ["2", "3", "4"]]
    assert across.remedies[1] == DropRemedy(samples=["0", "3", "4"])
    assert told(across)


def test_copies_of_several_classes_all_go() -> None:
    torn = found(six(labels=[*"abaaaa"], subset=["train", "test", *["train"] * 4]))
    assert set(torn) == {"copies_torn", "copies_near"}
    assert torn["copies_torn"].level == "warning"
    assert torn["copies_torn"].remedies == [DropRemedy(samples=["0", "1"])]
    assert told(torn["copies_torn"]).startswith("The same content is in different classes: one sample")


def test_groups_of_copies_become_one_group_whole() -> None:
    """Two patients with one picture: what else is theirs must not be torn from it."""
    groups = ["anna", "bert", "bert", "carl", "carl", "anna"]
    group = found(six(groups=groups))["copies_near"].remedies[0]
    assert group == GroupRemedy(groups=dict.fromkeys("012345", "anna"))


def test_what_is_together_already_needs_no_group() -> None:
    groups = ["anna", "anna", "carl", "carl", "carl", None]
    (drop,) = found(six(groups=groups))["copies_near"].remedies
    assert isinstance(drop, DropRemedy)


def test_what_is_blank_has_no_copies() -> None:
    blank = NOTHING._replace(flaws=["blank"])
    made = looked_at([blank] * 6, labels=["a"] * 6, alike=lambda one, other: 1.0, features=np.ones((6, 6)))
    assert found(made) == {}


def test_sketches_find_what_features_do_not_and_spare_comparing() -> None:
    """20 samples far from each other in features; sample 19 is a crop of sample 0, as one of its views shows."""
    rng = np.random.default_rng(0)
    views = rng.normal(size=(20, 3, 40)).astype(np.float32)
    views[19, 0] = views[0, 2] + 0.1 * rng.normal(size=40)
    views /= np.linalg.norm(views, axis=2, keepdims=True)
    looks = [NOTHING._replace(sketch=one) for one in views]
    asked: list[set[int]] = []

    def compare(one: int, other: int) -> float:
        asked.append({one, other})
        return float({one, other} == {0, 19})

    features = np.eye(20)
    features[0], features[19] = np.eye(20)[0] - np.eye(20)[19], np.eye(20)[19] - np.eye(20)[0]
    near = found(looked_at(looks, labels=["a"] * 20, features=features, alike=compare))["copies_near"]
    assert near.clusters == [["0", "19"]]
    assert asked == [{0, 19}]


def test_no_copies_and_nothing_to_look_at() -> None:
    assert found(six(alike=lambda one, other: 0.9)) == {}
    assert found(looked_at([NOTHING])) == {}


def test_it_stops_when_asked() -> None:
    with pytest.raises(Stopped):
        found(six(stop=lambda: True))
