"""What is heard of a sound without a model."""

from __future__ import annotations

import numpy as np
import pytest

from tests.modalities.made_sounds import RATE, tone
from tl_core.domain.dataset import Sample
from tl_core.modalities.audio.look import look
from tl_core.words import say

RECORDED = Sample(
    id="a", source="a.wav", file="a.flac",
    traits={"rate": 44_100, "channels": 2, "format": "WAV", "clipped": 0.0, "level": -20.0},
)  # fmt: skip


def test_how_it_was_recorded_and_how_it_sounds() -> None:
    found = look(np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32), RECORDED)
    assert found.kinds == {"format": "WAV", "rate": "44.1 kHz"}
    assert found.traits["channels"] == 2
    assert found.traits["seconds"] == 1
    assert found.traits["level"] == pytest.approx(-3.01, abs=0.01)
    assert found.traits["peak"] == pytest.approx(1, abs=0.01)
    assert found.traits["bandwidth"] == pytest.approx(1000, abs=150)
    assert found.flaws == []
    assert all(say(f"traits.{name}") for name in (*found.traits, *found.kinds))
    assert all(type(value) is float and np.isfinite(value) for value in found.traits.values())


def test_louder_background_and_pauses() -> None:
    rng = np.random.default_rng(0)
    knock = np.concatenate([tone(0.2), np.zeros(RATE, dtype=np.float32)])
    quiet, loud = (
        look((knock + rng.normal(0, noise, len(knock))).astype(np.float32), RECORDED) for noise in (1e-4, 0.1)
    )
    assert quiet.traits["noise_floor"] < loud.traits["noise_floor"] - 40
    assert quiet.traits["pauses"] > 0.7
    assert loud.traits["pauses"] == 0


def test_a_telephone_reaches_less_high() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE)
    spectrum = np.fft.rfft(noise)
    spectrum[3500:] = 0  # Hz, for a second
    narrow = np.fft.irfft(spectrum, RATE).astype(np.float32)
    assert look(narrow, RECORDED).traits["bandwidth"] == pytest.approx(3500, abs=200)
    assert look(noise.astype(np.float32), RECORDED).traits["bandwidth"] == RATE / 2


def test_flaws() -> None:
    assert look(1e-4 * tone(), RECORDED).flaws == ["silent"]
    clipped = RECORDED.model_copy(update={"traits": {**RECORDED.traits, "clipped": 0.05}})
    assert look(tone(), clipped).flaws == ["clipped"]
    assert look(tone(0.02), Sample(id="b", source="b")).kinds == {"format": "", "rate": "16 kHz"}
