"""Copies of a sound are found whatever became of them; two takes of one thing are no copies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.modalities.altered_sounds import ALTERED
from tests.modalities.made_sounds import RATE, tone
from tl_core.modalities.audio.alike import alike, sketch
from tl_core.modalities.audio.reference import reference
from tl_core.modalities.look import COPY

LIKELY = 0.8  # as ``checks.copies``


@pytest.fixture(scope="module")
def sounds() -> list[np.ndarray]:
    """One of each kind."""
    made = reference()
    return list(dict(zip(reversed(made.units), reversed(made.raws), strict=True)).values())


@pytest.mark.parametrize("way", ALTERED)
def test_copies_are_found(sounds: list[np.ndarray], way: str) -> None:
    rng = np.random.default_rng(1)
    copies = [ALTERED[way](sound, rng) for sound in sounds]
    found = np.array([alike(*pair) for pair in zip(sounds, copies, strict=True)])
    assert (found > COPY).mean() >= 0.9, np.round(found, 2)
    sketches = [float((sketch(one) @ sketch(other).T).item()) for one, other in zip(sounds, copies, strict=True)]
    assert (np.array(sketches) > LIKELY).mean() >= 0.9, np.round(sketches, 2)


def test_it_does_not_matter_which_is_the_copy(sounds: list[np.ndarray]) -> None:
    rng = np.random.default_rng(2)
    for sound in sounds[:6]:
        copy = ALTERED["cut_at_the_beginning"](sound, rng)
        assert alike(sound, copy) == pytest.approx(alike(copy, sound), abs=0.03)


def test_different_sounds_are_no_copies(sounds: list[np.ndarray]) -> None:
    assert max(alike(one, other) for k, one in enumerate(sounds) for other in sounds[k + 1 : k + 6]) < 0.8


def test_two_notes_and_two_takes_of_one_note_are_no_copies() -> None:
    rng = np.random.default_rng(3)
    take = tone(2.0, 220.0)
    note = tone(2.0, 233.1)
    other = np.sin(2 * np.pi * np.cumsum(220 + rng.normal(0, 3, 2 * RATE)) / RATE)  # never quite in tune
    assert alike(take, note) < COPY
    assert alike(take, (0.5 * other * np.linspace(1, 0.4, 2 * RATE)).astype(np.float32)) < COPY


def test_a_hum_that_recordings_share_makes_no_copies() -> None:
    rng = np.random.default_rng(4)
    times = np.arange(2 * RATE) / RATE
    hum = 0.3 * np.sin(2 * np.pi * 100 * times)
    one, other = (hum + 0.05 * rng.normal(size=len(times)) for _ in range(2))
    assert alike(one.astype(np.float32), other.astype(np.float32)) < 0.8


def test_what_is_far_longer_or_silent_is_no_copy() -> None:
    sound = tone(2.0)
    assert alike(sound, sound[:RATE]) == 0
    assert alike(sound, np.zeros_like(sound)) == 0
    assert alike(np.zeros(5, dtype=np.float32), np.full(5, 1e-6, dtype=np.float32)) == 0
    assert np.linalg.norm(sketch(sound)) == pytest.approx(1)
    assert not sketch(np.zeros(RATE, dtype=np.float32)).any()


def test_very_short_sounds_do_not_stop_it() -> None:
    sound = tone(0.03)
    assert alike(sound, sound) == 1
    assert 0 <= alike(sound, tone(0.03, 300.0)) <= 1
