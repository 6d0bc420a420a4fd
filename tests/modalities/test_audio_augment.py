"""Sounds are varied without losing their length or their limits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.modalities.made_sounds import tone
from tl_core.data.sounds.spectrum import power
from tl_core.modalities.audio.augment import AUGMENTATIONS, gain, hiss, shift, tilt
from tl_core.modalities.augmentation import Augmentation
from tl_core.words import say


@pytest.mark.parametrize("one", AUGMENTATIONS, ids=lambda one: one.name)
def test_each_keeps_length_and_limits_and_can_be_repeated(one: Augmentation) -> None:
    assert say(one.title)
    assert say(one.about)
    for raw in (tone(2.0), tone(0.03), np.zeros(1600, dtype=np.float32), np.ones(1, dtype=np.float32)):
        before = raw.copy()
        first, again = (one.apply(raw, np.random.default_rng(5)) for _ in range(2))
        assert first.shape == raw.shape
        assert first.dtype == np.float32
        assert np.isfinite(first).all()
        assert np.abs(first).max() <= 1 + 1e-6
        assert np.array_equal(first, again)
        assert np.array_equal(raw, before), "the sample itself stays"


def test_they_do_what_they_say() -> None:
    sound, rng = tone(1.0), np.random.default_rng(0)
    changed = gain(sound, rng)
    assert np.corrcoef(changed, sound)[0, 1] > 0.999
    assert changed.std() != pytest.approx(sound.std(), rel=0.01)
    noise = hiss(sound, rng) - sound
    assert -40.5 < 20 * np.log10(noise.std() / sound.std()) < -14.5
    moved = shift(sound, rng)
    assert (moved == 0).any()
    assert np.abs(moved).sum() < np.abs(sound).sum()
    bent = [power(tilt(sound, np.random.default_rng(seed))).mean(axis=0) for seed in range(8)]
    ratios = [float(one[60:].sum() / one[:30].sum()) for one in bent]
    assert max(ratios) > 3 * min(ratios)
