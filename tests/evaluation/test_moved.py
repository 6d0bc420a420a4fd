"""What has moved is named, what has not is left in peace, and a patient's samples count as one."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.moved import Described, columns_of, moved
from tl_core.modalities.look import Look


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def looked(brightness: np.ndarray) -> list[Look]:
    return [
        Look({"brightness": float(value), "bytes_per_pixel": float(value)}, {"format": "PNG"}, [], [])
        for value in brightness
    ]


def test_dark_pictures_and_a_new_site_are_named_with_their_shares(rng) -> None:
    dark = rng.uniform(0.0, 0.05, 300) * (rng.random(300) < 0.4)
    bright = rng.uniform(0.3, 0.9, 300)
    old = Described({"site": ["north", "south"] * 200}, looked(rng.uniform(0.3, 0.9, 400)))
    new = Described({"Site": ["north"] * 125 + ["west"] * 125 + [""] * 50}, looked(np.where(dark > 0, dark, bright)))
    found = moved(old, new, ["crack"] * 120 + ["sound"] * 180, ["crack", "sound"])
    proven = {(one.name, one.value): one for one in found if one.proven}
    assert set(proven) == {("brightness", "low"), ("site", "west"), ("site", "south")}
    west = proven["site", "west"]
    assert (west.before, west.now, west.samples) == (0.0, 0.5, 125)
    assert west.gap.low < 0.5 < west.gap.high
    assert west.named == {"crack": 0.0, "sound": 1.0}
    low = proven["brightness", "low"]
    assert low.before == pytest.approx(0.1)
    assert low.limit == pytest.approx(0.36, abs=0.03)
    assert abs(found[0].gap.value) == 0.5, "the largest first"


def test_by_chance_hardly_anything_has_moved(rng) -> None:
    """Of 200 batches like what was learned from, with seven shares each, at most about one in twenty."""
    alarms = 0
    for _ in range(200):
        old = Described({"site": rng.choice(list("abcde"), 200).tolist()}, looked(rng.normal(size=200)))
        new = Described({"site": rng.choice(list("abcde"), 80).tolist()}, looked(rng.normal(size=80)))
        alarms += any(one.chance < 0.05 for one in moved(old, new, ["x"] * 80, ["x"]))
    assert alarms <= 15


def test_patients_of_one_site_each_do_not_make_a_move(rng) -> None:
    """A hundred samples of ten patients say of sites as much as ten."""
    alarms = careless = 0
    for _ in range(100):
        sites = [rng.choice(list("ab"), count) for count in (20, 12)]
        patients = [np.repeat(np.arange(count), 10) for count in (20, 12)]
        values = [site[patient].tolist() for site, patient in zip(sites, patients, strict=True)]
        said = ["x"] * 120
        grouped = [Described({"site": one}, [], own) for one, own in zip(values, patients, strict=True)]
        alarms += any(one.proven for one in moved(*grouped, said, ["x"]))
        careless += any(one.proven for one in moved(*(Described({"site": one}) for one in values), said, ["x"]))
    assert alarms <= 8
    assert careless > 20


def test_the_interval_holds_the_gap(rng) -> None:
    held = 0
    for _ in range(200):
        old = Described({"site": np.where(rng.random(150) < 0.1, "a", "b").tolist()})
        new = Described({"site": np.where(rng.random(60) < 0.35, "a", "b").tolist()})
        one = next(one for one in moved(old, new, ["x"] * 60, ["x"]) if one.value == "a")
        held += one.gap.low <= 0.25 <= one.gap.high
    assert held >= 186


def test_few_patients_are_shown_and_not_tested() -> None:
    old = Described({"site": ["a", "b"] * 50}, [], np.arange(100) // 10)
    new = Described({"site": ["a"] * 40}, [], np.arange(40) // 10)
    assert all(one.chance is None and one.gap.low is None for one in moved(old, new, ["x"] * 40, ["x"]))


def test_columns_are_the_same_whatever_their_case() -> None:
    assert columns_of([{"Site": "a"}, {"site": "b"}, {}]) == {"Site": ["a", "b", ""]}
