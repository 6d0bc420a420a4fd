"""Leaks are found by names, also hidden ones, and by order; names and orders that mean nothing raise no alarm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.checks import made
from tl_core.checks import CHECKS, Omit
from tl_core.checks.examined import Examined
from tl_core.checks.leaks import leaks
from tl_core.data.names import pseudonym
from tl_core.data.signs import with_signs
from tl_core.domain.finding import Finding, GroupRemedy
from tl_core.words import say

PLANES = ("axial", "coronal", "sagittal")


def scans(people: int, each: int = 90, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Features, labels, people and names ("axial/lung1__034.png"): each person's classes look like nobody else's."""
    values, labels, who = made.subjects(np.random.default_rng(seed), people, each)
    pairs = enumerate(zip(labels, who, strict=True))
    return values, labels, who, [f"{PLANES[k]}/lung{p}__{n:03d}.png" for n, (k, p) in pairs]


def groups_of(finding: Finding) -> dict[str, str]:
    [remedy] = finding.remedies
    assert isinstance(remedy, GroupRemedy)
    return remedy.groups


def same(found: dict[str, str], seen: Examined, wanted: Sequence[int]) -> bool:
    """Whether both part the samples alike."""
    pairs = {(found[sample], wanted[n]) for n, sample in enumerate(seen.ids)}
    return len(pairs) == len(set(found.values())) == len(set(wanted))


def test_the_textbook_case() -> None:
    """Three people: no interval, but a fall that nobody can overlook."""
    values, labels, who, names = scans(3)
    seen = made.examined(values, labels, sources=names)
    [finding] = leaks(seen)  # the order in a person's slices is told by the person
    assert (finding.code, finding.level) == ("leak_names", "alarm")
    random, grouped = finding.figures["random"], finding.figures["grouped"]
    assert random.value > 0.95
    assert random.low is not None
    assert grouped.value < 0.75
    assert grouped.low is None
    assert "3 groups" in str(finding.values["sure"])
    assert same(groups_of(finding), seen, who.tolist())
    assert sorted(len(cluster) for cluster in finding.clusters) == [90, 90, 90]
    for part in ("title", "why", "do"):
        assert "{" not in say(f"findings.{finding.code}_{part}", **finding.values)


def test_many_people_have_an_interval() -> None:
    values, labels, _, names = scans(16, 24)
    [finding] = leaks(made.examined(values, labels, sources=names))
    assert finding.figures["grouped"].low is not None
    assert finding.figures["grouped"].high < finding.figures["random"].value  # type: ignore[operator]
    assert len(set(groups_of(finding).values())) == 16


def test_hidden_names_still_give_the_leak_away_and_stay_hidden() -> None:
    values, labels, who, names = scans(4)
    names = [name.replace("lung", "Doe") for name in names]
    samples = with_signs(b"key", made.examined(values, labels, sources=names).samples)
    samples = [s.model_copy(update={"source": pseudonym(b"key", "source", s.source)}) for s in samples]
    seen = made.examined(values, labels, samples=samples)
    [finding] = leaks(seen)
    assert finding.code == "leak_names"
    assert same(groups_of(finding), seen, who.tolist())
    told = finding.model_dump_json() + "".join(sample.model_dump_json() for sample in samples)
    assert "Doe" not in told


def test_names_that_were_hidden_without_their_signs_cannot_be_checked() -> None:
    values, labels, _, names = scans(3)
    seen = made.examined(values, labels, sources=[pseudonym(b"key", "source", name) for name in names])
    with pytest.raises(Omit, match="names_hidden"):
        list(leaks(seen))


@pytest.mark.parametrize("seed", range(6))
def test_names_that_mean_nothing_raise_no_alarm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=400)
    names = [f"{'abc'[k]}/site{rng.integers(12)}_{rng.integers(5)}_{n:04d}.png" for n, k in enumerate(labels)]
    assert list(leaks(made.examined(made.features(labels, rng), labels, sources=names))) == []


def test_names_that_say_the_class_are_no_groups() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(2, size=300)
    names = [f"{('cats', 'dogs')[k]}/{('cat', 'dog')[k]}.{n}.jpg" for n, k in enumerate(labels)]
    assert list(leaks(made.examined(made.features(labels, rng), labels, sources=names))) == []


def film(rng: np.random.Generator, scenes: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels of the frames of a film: those of one scene are almost the same."""
    of_scene = rng.integers(2, size=scenes)
    labels = np.repeat(of_scene, frames)
    views = made.features(of_scene, rng, 0.25)
    return np.repeat(views, frames, axis=0) + rng.normal(size=(len(labels), 48)).astype(np.float32) * 0.15, labels


def test_frames_of_a_film_are_found_by_their_order() -> None:
    rng = np.random.default_rng(2)
    values, labels = film(rng, 60, 8)
    seen = made.examined(values, labels, sources=[f"{'ab'[k]}/frame{n:05d}.jpg" for n, k in enumerate(labels)])
    [finding] = leaks(seen)
    assert (finding.code, finding.level) == ("leak_order", "alarm")
    assert finding.figures["random"].value - finding.figures["grouped"].value > 0.1
    assert finding.values["near"] > 40, "by chance 1 of 100"  # type: ignore[operator]
    groups = groups_of(finding)
    together = [groups[a] == groups[b] for a, b in zip(seen.ids, seen.ids[1:], strict=False)]
    assert np.mean(together) > 0.8


def test_rows_of_a_table_have_an_order_too() -> None:
    values, labels = film(np.random.default_rng(3), 60, 8)
    [finding] = leaks(made.examined(values, labels))
    assert finding.code == "leak_order"


@pytest.mark.parametrize("seed", range(4))
def test_files_of_a_class_numbered_in_one_run_are_normal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(3, size=450))
    names = [f"{'abc'[k]}/{n:04d}.png" for n, k in enumerate(labels)]
    assert list(leaks(made.examined(made.features(labels, rng), labels, sources=names))) == []


def test_groups_at_hand_show_what_a_careless_split_would_have_said() -> None:
    values, labels, who, names = scans(12, 30)
    [finding] = leaks(made.examined(values, labels, groups=who, sources=names))
    assert (finding.code, finding.level, finding.remedies) == ("leak_groups", "note", [])
    assert finding.figures["random"].value > finding.figures["grouped"].value + 0.2


def test_a_leak_beyond_the_groups_at_hand_is_found_and_keeps_them_whole() -> None:
    values, labels, who, names = scans(12, 30)
    series = who * 3 + np.arange(len(who)) // 3 % 3  # three of each person, with all classes in each
    seen = made.examined(values, labels, groups=series, sources=names)
    finding = next(finding for finding in leaks(seen) if finding.code == "leak_names")
    assert "as_split" in finding.figures
    assert same(groups_of(finding), seen, who.tolist())


def test_what_was_found_before_a_check_gave_up_stays() -> None:
    values, labels, who, names = scans(12, 30)
    hidden = [pseudonym(b"key", "source", name) for name in names]
    findings, omitted = CHECKS.examine(made.examined(values, labels, groups=who, sources=hidden), lambda name: None)
    assert "leak_groups" in [finding.code for finding in findings]
    assert "findings.names_hidden" in [concern.key for concern in omitted]
