"""Labels that were flipped are found; those that are right are mostly left in peace."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks import made
from tl_core.checks import Omit
from tl_core.checks.labels import labels as check
from tl_core.checks.labels import suspects
from tl_core.domain.finding import DropRemedy, RelabelRemedy
from tl_core.domain.text import said


def flipped(labels: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Labels with ``share`` of them wrong, and where."""
    wrong = rng.permutation(len(labels)) < share * len(labels)
    shift = rng.integers(1, labels.max() + 1, len(labels)) if labels.max() > 1 else 1
    return np.where(wrong, (labels + shift) % (labels.max() + 1), labels), wrong


@pytest.mark.parametrize(("classes", "skill"), [(2, 0.25), (2, 0.4), (5, 0.4)])
def test_half_of_the_flipped_labels_are_listed_at_half_precision(classes: int, skill: float) -> None:
    there, listed, hits, right = 0, 0, 0, 0
    for seed in range(2):
        rng = np.random.default_rng(seed)
        true = rng.integers(classes, size=900)
        values = made.features(true, rng, skill)
        given, wrong = flipped(true, 0.05, rng)
        seen = made.examined(values, given)
        [finding] = check(seen)
        planted = {seen.ids[n]: f"class {true[n]}" for n in np.flatnonzero(wrong & (seen.subset != "test"))}
        [relabel] = [remedy for remedy in finding.remedies if isinstance(remedy, RelabelRemedy)]
        found = planted.keys() & set(finding.samples)
        there, listed, hits = there + len(planted), listed + len(finding.samples), hits + len(found)
        right += sum(relabel.labels[sample] == planted[sample] for sample in found)
    assert hits >= 0.5 * there
    assert hits >= 0.5 * listed
    assert right > 0.85 * hits


def test_the_rest_of_a_group_helps_to_tell() -> None:
    """Cells of one module are like each other: who has seen its others knows better what a cell is."""
    planted = np.zeros(2, dtype=int)  # listed by both models, by the one that has seen nothing of the group
    listed = np.zeros(2, dtype=int)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        values, true, who = made.subjects(rng, 12, 60, classes=2)
        given, wrong = flipped(true, 0.05, rng)
        seen = made.examined(values, given, groups=who)
        there = {seen.ids[n] for n in np.flatnonzero(wrong)}
        [finding] = check(seen)
        alone = suspects(seen.chances, given[seen.learning])[0] != given[seen.learning]
        for number, found in enumerate((set(finding.samples), {seen.ids[n] for n in seen.learning[alone]})):
            planted[number] += len(there & found)
            listed[number] += len(found)
    assert planted[0] / listed[0] > planted[1] / listed[1] + 0.1
    assert planted[0] >= planted[1]


def test_samples_of_the_exam_are_never_listed() -> None:
    rng = np.random.default_rng(4)
    true = rng.integers(2, size=600)
    given, _ = flipped(true, 0.1, rng)
    seen = made.examined(made.features(true, rng, 0.9), given)
    exam = {seen.ids[n] for n in np.flatnonzero(seen.subset == "test")}
    [finding] = check(seen)
    listed = set(finding.samples)
    for remedy in finding.remedies:
        listed |= set(remedy.samples if isinstance(remedy, DropRemedy) else remedy.labels)  # type: ignore[union-attr]
    assert not listed & exam


@pytest.mark.parametrize(("skill", "worst"), [(0.15, "warning"), (0.2, "warning"), (0.3, "warning"), (0.6, "note")])
def test_right_labels_are_no_alarm(skill: float, worst: str) -> None:
    """Where classes are hard to tell (.15: a hit rate of .78), some right labels look wrong."""
    rng = np.random.default_rng(5)
    true = rng.integers(2, size=800)
    levels = [finding.level for finding in check(made.examined(made.features(true, rng, skill), true))]
    assert set(levels) <= {worst, "note"}


def test_copies_with_different_labels_are_suspected_whatever_the_model_says() -> None:
    rng = np.random.default_rng(6)
    true = rng.integers(2, size=300)
    values = made.features(true, rng, 0.3)
    seen = made.examined(values, true, exam=0)
    values[7], values[8] = values[5], values[5]
    true[[5, 7, 8]] = 0, 1, 1
    copies = {seen.ids[5], seen.ids[7]}  # 8 is as close, and no copy
    seen = made.examined(values, true, exam=0, alike=lambda one, other: float({one.id, other.id} == copies))
    [finding] = check(seen)
    assert len(copies & set(finding.samples)) == 1
    [suspected] = copies & set(finding.samples)
    relabel = next(remedy for remedy in finding.remedies if isinstance(remedy, RelabelRemedy))
    assert relabel.labels[suspected] == ("class 1" if suspected == seen.ids[5] else "class 0")


def test_the_levels_rise_with_the_share() -> None:
    rng = np.random.default_rng(7)
    true = rng.integers(2, size=800)
    values = made.features(true, rng, 1.2)
    levels = []
    for share in (0.01, 0.08, 0.25):
        given, _ = flipped(true, share, rng)
        [finding] = check(made.examined(values, given))
        levels.append(finding.level)
    assert levels == ["note", "warning", "warning"]


def test_a_class_from_one_group_cannot_be_judged() -> None:
    labels = np.repeat([0, 1], 20)
    groups = np.concatenate([np.zeros(20, int), np.arange(1, 21)])
    with pytest.raises(Omit) as omit:
        list(check(made.examined(np.zeros((40, 3), np.float32), labels, groups=groups)))
    assert said(omit.value.concern.values)["label"] == "class 0"


def test_a_class_is_suspected_only_where_it_is_usual_to_be_that_sure() -> None:
    sure = [[0.9, 0.1]] * 10 + [[0.1, 0.9]] * 10
    chances = np.array([*sure, [0.45, 0.55], [0.05, 0.95]])
    suggested, ahead = suspects(chances, np.array([0] * 10 + [1] * 10 + [0, 0]))
    assert suggested.tolist() == [0] * 10 + [1] * 10 + [0, 1]
    assert ahead[-1] == pytest.approx(0.9)


@pytest.mark.parametrize("classes", [2, 4])
def test_where_no_model_tells_the_classes_apart_no_label_is_called_wrong(classes: int) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(Omit, match="not_told_apart"):
        list(check(made.examined(rng.normal(size=(160, 16)), np.arange(160) % classes)))
