"""Classes told by their border, brightness, size or source are found; what is natural is not called an alarm."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks import made
from tl_core.checks.confounds import confounds, grade
from tl_core.checks.examined import Examined
from tl_core.domain.report import Metric
from tl_core.domain.text import said
from tl_core.modalities.look import Look
from tl_core.words import say


def photos(labels: np.ndarray, rng: np.random.Generator, **planted: np.ndarray) -> list[Look]:
    """What cameras would give, whatever is on the picture."""
    found = {
        "brightness": rng.normal(120, 30, len(labels)),
        "contrast": rng.gamma(6, 8, len(labels)),
        "border": np.zeros(len(labels)),
        "width": rng.choice([640.0, 800.0, 1024.0], len(labels)),
        "bytes": rng.lognormal(11, 0.4, len(labels)),
    } | planted
    kinds = rng.choice(["jpeg", "png"], len(labels), p=[0.9, 0.1])
    return [
        Look({name: float(values[n]) for name, values in found.items()}, {"format": str(kinds[n])}, [], [])
        for n in range(len(labels))
    ]


def seen(seed: int, classes: int = 2, groups: bool = False, **planted) -> tuple[Examined, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=500)
    values = made.features(labels, rng, 0.7)
    looks = photos(labels, rng, **{name: plant(labels, rng) for name, plant in planted.items()})
    return made.examined(values, labels, looks=looks, groups=np.arange(500) // 5 if groups else None), labels


@pytest.mark.parametrize("groups", [False, True])
def test_untouched_photos_are_let_be(groups: bool) -> None:
    for seed in range(4):
        assert list(confounds(seen(seed, groups=groups)[0])) == []


def test_a_border_on_one_class_is_an_alarm() -> None:
    found, labels = seen(1, border=lambda labels, rng: np.where((labels == 1) & (rng.random(500) < 0.95), 8.0, 0.0))
    [finding] = confounds(found)
    assert (finding.code, finding.level) == ("confound_traits", "alarm")
    assert said(finding.values)["traits"] == say_or("border")
    assert finding.figures["traits"].low > 0.85  # type: ignore[operator]
    told = {found.ids[n] for n in np.flatnonzero(labels == 1)}
    assert finding.samples
    assert set(finding.samples) & told


def test_a_shift_of_brightness_is_found() -> None:
    found, _ = seen(2, brightness=lambda labels, rng: rng.normal(120, 30, 500) + 70 * (labels == 1))
    [finding] = confounds(found)
    assert finding.level == "alarm"
    assert said(finding.values)["traits"] == say_or("brightness")


def test_what_may_be_the_matter_itself_is_no_alarm() -> None:
    found, _ = seen(2, swing=lambda labels, rng: rng.normal(120, 30, 500) + 90 * (labels == 1))
    found.looks[:] = [look._replace(matter=frozenset({"swing"})) for look in found.looks]
    [finding] = confounds(found)
    assert (finding.code, finding.level) == ("confound_matter", "warning")


def test_a_value_in_the_middle_is_found_too() -> None:
    found, _ = seen(3, width=lambda labels, rng: np.where(labels == 1, 800.0, rng.choice([640.0, 1024.0], 500)))
    [finding] = confounds(found)
    assert finding.level == "alarm"
    assert said(finding.values)["traits"] == say_or("width")


def test_one_class_of_five_in_another_size_is_no_alarm_but_said() -> None:
    found, _ = seen(4, classes=5, width=lambda labels, rng: np.where(labels == 1, 333.0, 640.0))
    [finding] = confounds(found)
    assert finding.level in ("note", "warning")


def test_natural_differences_are_a_note_at_most() -> None:
    """Darker on the whole, as night scenes are: the network sees far more than that."""
    found, _ = seen(5, brightness=lambda labels, rng: rng.normal(120, 30, 500) + 18 * (labels == 1))
    assert [finding.level for finding in confounds(found)] in ([], ["note"])


def test_the_level_asks_what_the_features_reach() -> None:
    def metric(value: float) -> Metric:
        return Metric(value=value, low=value - 0.03, high=value + 0.03)

    assert grade(metric(0.97), metric(0.99), 2) == "alarm"
    assert grade(metric(0.80), metric(0.82), 2) == "alarm"
    assert grade(metric(0.80), metric(0.99), 2) == "warning"
    assert grade(metric(0.62), metric(0.95), 2) == "note"
    assert grade(metric(0.54), metric(0.95), 2) is None
    assert grade(Metric(value=0.6), metric(0.95), 2) is None  # too few groups to be sure of so little


def sites(shares: list[float], prefix: list[str], seed: int = 0) -> Examined:
    """Files of several hospitals with these shares of the second class."""
    rng = np.random.default_rng(seed)
    site = rng.integers(len(shares), size=600)
    labels = (rng.random(600) < np.array(shares)[site]).astype(int)
    names = [f"{'ab'[k]}/{prefix[s]}_{n:04d}.png" for n, (k, s) in enumerate(zip(labels, site, strict=True))]
    return made.examined(made.features(labels, rng), labels, sources=names)


def test_a_source_that_tells_the_class_is_a_warning() -> None:
    [finding] = confounds(sites([0.9, 0.1, 0.15], ["north", "south", "east"]))
    assert (finding.code, finding.level) == ("confound_source", "warning")
    assert list(confounds(sites([0.5, 0.45, 0.5], ["north", "south", "east"]))) == []


def test_files_named_for_their_class_are_no_source() -> None:
    assert list(confounds(sites([0.0, 1.0], ["cat", "dog"]))) == []


def say_or(trait: str) -> str:
    try:
        return say(f"traits.{trait}")
    except KeyError:
        return trait
