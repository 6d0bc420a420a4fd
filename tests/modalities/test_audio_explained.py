"""What counted in a sound is lit up, can be heard alone, and is silent when covered."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.modalities.made_sounds import RATE
from tl_core.data.sounds.spectrum import power
from tl_core.modalities.audio.explained import HEIGHT, WIDTH, SoundParts


def two_tones() -> np.ndarray:
    """Two seconds: 500 Hz and 4 kHz all along."""
    times = np.arange(2 * RATE) / RATE
    return (0.3 * np.sin(2 * np.pi * 500 * times) + 0.3 * np.sin(2 * np.pi * 4000 * times)).astype(np.float32)


def hot(bands: slice, frames: slice) -> np.ndarray:
    heat = np.zeros((20, 40))
    heat[bands, frames] = 1.0
    return heat


def energy(values: np.ndarray, at: float, seconds: slice) -> float:
    found = power(values)[slice(round(seconds.start * 100), round(seconds.stop * 100)), round(at * 512 / RATE)]
    return float(found.mean())


@pytest.fixture
def high_and_early() -> SoundParts:
    """The upper tone counted, in the first second."""
    return SoundParts(two_tones(), hot(slice(12, 20), slice(0, 20)))


def test_what_counted_is_silent_when_covered_and_the_rest_stays(high_and_early: SoundParts) -> None:
    left, whole = high_and_early.covered(0.2), two_tones()
    assert left.shape == whole.shape
    assert left.dtype == np.float32
    assert energy(left, 4000, slice(0.2, 0.8)) < 1e-3 * energy(whole, 4000, slice(0.2, 0.8))
    for pitch, seconds in ((500, slice(0.2, 0.8)), (500, slice(1.2, 1.8)), (4000, slice(1.2, 1.8))):
        assert energy(left, pitch, seconds) == pytest.approx(energy(whole, pitch, seconds), rel=0.05)


def test_covering_nothing_changes_nothing(high_and_early: SoundParts) -> None:
    assert np.abs(high_and_early.covered(0.0) - two_tones()).max() < 1e-4


def test_elsewhere_is_another_place(high_and_early: SoundParts) -> None:
    left = high_and_early.elsewhere(0.1, np.random.default_rng(1))
    assert energy(left, 4000, slice(0.3, 0.7)) > 0.5 * energy(two_tones(), 4000, slice(0.3, 0.7))
    assert np.abs(left - two_tones()).max() > 0.1


def test_it_is_lit_up_and_can_be_heard(high_and_early: SoundParts) -> None:
    shown = high_and_early.shown()
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown["picture"]))), dtype=float)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    ember = picture[..., 0] - picture[..., 2]
    assert ember[: HEIGHT // 4, : WIDTH // 3].mean() > 80 + ember[HEIGHT // 2 :, WIDTH // 2 :].mean()
    heard, rate = soundfile.read(io.BytesIO(base64.b64decode(shown["sound"])))
    assert rate == RATE
    assert energy(heard, 4000, slice(0.2, 0.8)) > 100 * energy(heard, 500, slice(0.2, 0.8))


def test_a_sound_with_one_band_or_no_heat_is_no_trouble() -> None:
    early = SoundParts(two_tones(), np.concatenate([np.ones((1, 10)), np.zeros((1, 10))], axis=1))
    left = early.covered(0.5)
    assert energy(left, 500, slice(0.1, 0.8)) < 1e-3
    assert energy(left, 500, slice(1.2, 1.9)) > 0.05
    cold = SoundParts(two_tones()[:400], np.zeros((4, 3)))
    assert cold.shown()["picture"]
    assert cold.covered(0.1).shape == (400,)
