"""General sounds: the same every time, fit to be measured on, and not one like the other."""

from __future__ import annotations

import numpy as np

from tl_core.evaluation.intervals import LEAST_UNITS
from tl_core.modalities.audio.reference import EACH, SECONDS, reference

RATE = 16_000


def test_always_the_same_and_enough_for_an_interval() -> None:
    one = reference()
    reference.cache_clear()
    other = reference()
    assert all(np.array_equal(*pair) for pair in zip(one.raws, other.raws, strict=True))
    assert len(one.raws) == len(one.units) == len(one.lengths) >= 60
    assert len(set(one.units)) >= LEAST_UNITS
    assert not one.pairs


def test_sounds_as_they_come_in() -> None:
    for raw in reference().raws:
        assert raw.dtype == np.float32
        assert raw.shape == (SECONDS * RATE,)
        assert np.isfinite(raw).all()
        assert 0.1 < np.abs(raw).max() <= 1


def test_versions_of_a_kind_differ() -> None:
    made = reference()
    for unit in set(made.units):
        kind = [raw for raw, own in zip(made.raws, made.units, strict=True) if own == unit]
        assert len(kind) == EACH
        assert len({raw.tobytes() for raw in kind}) == EACH
