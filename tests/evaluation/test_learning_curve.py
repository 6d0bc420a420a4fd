"""What labels are worth, on made-up answers whose law is known: found again, flat, too noisy, too few."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.domain.learning_curve import LearningCurve
from tl_core.evaluation.learning_curve import Part, learning_curve, power_law, rounded
from tl_core.evaluation.metrics import measure

SHARES = (0.1, 0.25, 0.5, 1.0)


def said(rng: np.random.Generator, true: np.ndarray, rights: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Right with the probability of its class; a sample hard for one (``places``) is hard for all."""
    right = places + rng.normal(0, 0.03, len(true)) < rights[true]
    return np.where(right, true, (true + 1) % len(rights))


def measured(
    rights, classics=None, samples: int = 1200, labels: int = 400, classes: int = 2, group: int = 1, seed: int = 0,
    shares=SHARES, wobble: float = 0.0,
) -> LearningCurve:  # fmt: skip
    """``rights(n)`` -> (class,) hit rates with so many labels; five draws a share, one of all."""
    rng = np.random.default_rng(seed)
    true = np.arange(samples) % classes
    places = rng.uniform(size=samples)
    parts = []
    for share in shares:
        count = round(share * labels)
        several = 1 if share == 1 else 5
        ours = [said(rng, true, rights(count) + rng.normal(0, wobble), places) for _ in range(several)]
        theirs = [said(rng, true, (classics or rights)(count), places) for _ in range(several)]
        parts.append(Part(share, count, np.stack(ours), np.stack(theirs)))
    groups = np.arange(samples) // group if group > 1 else None
    names = ["bad", "good", "odd", "new"][:classes]
    return learning_curve(parts, true, groups, names, [], 1.0)


def law(a: float, b: float, c: float, classes: int = 2):
    return lambda n: np.full(classes, 1 - a - b * n**-c)


def test_a_known_power_law_is_found_again() -> None:
    labels = np.array([40.0, 100, 200, 400]) / 400
    errors = np.stack([0.1 + 0.05 * labels**-0.5, 0.02 + 0.2 * labels**-0.8, np.full(4, 0.3)])
    a, b, c = power_law(labels, errors, np.array([1.0, 2, 3, 4]))
    assert a[:2] == pytest.approx([0.1, 0.02], abs=1e-6)
    assert b == pytest.approx([0.05, 0.2, 0], abs=1e-6)
    assert c[:2] == pytest.approx([0.5, 0.8])
    assert a[2] + b[2] == pytest.approx(0.3)


def test_a_law_never_promises_more_than_perfect_answers() -> None:
    """Errors that would end below zero are taken to end at zero."""
    labels = np.array([0.1, 0.25, 0.5, 1.0])
    a, b, _ = power_law(labels, (0.4 - 0.35 * labels)[None], np.ones(4))
    assert a[0] >= 0
    assert b[0] > 0


def test_more_labels_are_told_with_what_they_bring_and_its_range() -> None:
    found = measured(law(0.05, 2.0, 0.5)).outlook  # 0.15 of errors with 400 labels, 0.12 with 800
    assert found.verdict == "more"
    assert found.gain is not None
    assert found.gain.low is not None
    assert found.gain.high is not None
    assert 150 <= found.labels <= 400
    truth = 2.0 * (400**-0.5 - (400 + found.labels) ** -0.5)
    assert found.gain.low <= truth <= found.gain.high
    assert found.gain.value == pytest.approx(0.02, abs=0.012)
    assert [one.labels for one in found.path][:: len(found.path) - 1] == [400, 800]
    rates = [one.hit_rate.value for one in found.path]
    assert rates == sorted(rates)


def test_where_two_points_are_out_of_reach_twice_the_labels_are_told() -> None:
    found = measured(law(0.1, 0.9, 0.5), samples=6000).outlook
    assert (found.verdict, found.labels) == ("more", 400)
    assert found.gain is not None
    assert 0.005 < found.gain.value < 0.02


def test_a_flat_curve_says_that_more_bring_little() -> None:
    found = measured(law(0.2, 0.0, 0.5)).outlook
    assert found.verdict == "little"
    assert found.gain is not None
    assert found.gain.high is not None
    assert found.gain.high < 0.02


def test_where_noise_prevails_nothing_is_foretold() -> None:
    found = measured(law(0.25, 0.4, 0.5), samples=60, wobble=0.08)
    assert found.outlook.verdict == "unclear"
    assert found.outlook.path == []


def test_a_curve_that_falls_is_not_continued() -> None:
    found = measured(lambda n: np.full(2, 0.9 - 0.1 * (n == 400)))
    assert found.outlook.verdict == "unclear"


def test_too_few_shares_or_groups_tell_nothing() -> None:
    assert measured(law(0.05, 2.0, 0.5), shares=(0.5, 1.0)).outlook.verdict == "too_few"
    few = measured(law(0.05, 2.0, 0.5), samples=90, group=10)
    assert few.outlook.verdict == "too_few"
    assert few.need.label is None
    assert few.matched.labels is not None
    assert few.matched.labels.high is None
    assert {(p.probe.low, p.classic.low, p.recalls[0].low) for p in few.points} == {(None, None, None)}
    assert few.points[0].probe.groups == 9


def test_all_labels_are_judged_as_in_the_report() -> None:
    """One draw: the interval is that of the same answers anywhere else."""
    rng = np.random.default_rng(1)
    true = np.arange(300) % 2
    answers = said(rng, true, np.array([0.8, 0.7]), rng.uniform(size=300))[None]
    [point] = learning_curve([Part(1.0, 100, answers, answers)], true, None, ["a", "b"], [0.1], 1.0).points
    same = measure(true, np.eye(2)[answers[0]])["balanced_accuracy"]
    assert point.probe == same


def test_draws_that_differ_make_the_interval_wider() -> None:
    alike, apart = (measured(law(0.2, 0.0, 1.0), wobble=w).points[1].probe for w in (0.0, 0.08))
    assert alike.low is not None
    assert alike.high is not None
    assert apart.low is not None
    assert apart.high is not None
    assert apart.high - apart.low > 1.5 * (alike.high - alike.low)


def test_a_class_found_by_every_draw_is_not_certain() -> None:
    point = measured(lambda n: np.array([1.2, 0.8]), samples=80).points[1]
    assert point.recalls[0].value == 1
    assert point.recalls[0].low is not None
    assert 0.85 < point.recalls[0].low < 0.95  # 40 of 40


def test_the_class_that_rises_needs_labels_most() -> None:
    found = measured(lambda n: np.array([0.9, 0.9 - 3.0 * n**-0.5, 0.8]), classes=3).need
    assert found.label == "good"
    assert found.rise is not None
    assert found.rise.low is not None
    assert found.rise.low > 0
    assert found.hit_rate == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("classes", [2, 3])
def test_classes_that_rise_alike_cannot_be_told_apart(classes: int) -> None:
    assert measured(law(0.05, 2.0, 0.5, classes), samples=300, classes=classes, wobble=0.02).need.label is None


def test_how_many_labels_match_the_classic_method() -> None:
    found = measured(law(0.05, 1.0, 0.5), law(0.1, 2.0, 0.5)).matched  # 0.80 with 400: 44 labels are as good
    assert found.of == 400
    assert found.labels is not None
    assert found.labels.low is not None
    assert found.labels.high is not None
    assert found.labels.low <= 44 <= found.labels.high
    assert found.labels.value == pytest.approx(44, abs=12)
    ahead = measured(law(0.05, 0.5, 0.5), law(0.3, 1.0, 0.5)).matched
    assert ahead.first
    behind = measured(law(0.3, 1.0, 0.5), law(0.05, 0.5, 0.5)).matched
    assert behind.labels is None
    level = measured(law(0.2, 0.0, 0.5), law(0.2, 0.0, 0.5), samples=200).matched
    assert level.labels is None or level.labels.high is None or level.first


def test_a_class_without_a_judged_sample_is_left_alone() -> None:
    true = np.arange(100) % 2
    parts = [Part(share, round(100 * share), np.stack([true] * 2), np.stack([true] * 2)) for share in SHARES]
    found = learning_curve(parts, true, None, ["a", "b", "c"], [], 1.0)
    assert [one.samples for one in found.points[0].recalls] == [50, 50, 0]
    assert found.outlook.verdict == "little"
    assert found.need.label is None


@pytest.mark.parametrize(("number", "told"), [(3.4, 3), (38, 40), (87, 85), (146, 150), (1234, 1200)])
def test_numbers_are_rounded_as_people_would(number: float, told: int) -> None:
    assert rounded(number) == told
