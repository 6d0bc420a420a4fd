"""Time series: what a network is given of them, how they are varied, looked at, compared and explained."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.backbones import tiny
from tests.data.series.made import wave
from tl_core import modalities
from tl_core.data.series.stored import Series, series
from tl_core.domain.card import SeriesInput
from tl_core.domain.fault import InputFault
from tl_core.modalities.augmentation import Augmentation
from tl_core.modalities.look import COPY
from tl_core.modalities.series.alike import alike, sketch
from tl_core.modalities.series.augment import AUGMENTATIONS, dropout, jitter, scaling, shift, warp
from tl_core.modalities.series.explained import SeriesParts
from tl_core.modalities.series.gaps import filled, standard
from tl_core.modalities.series.look import look
from tl_core.modalities.series.preprocess import collate, steps
from tl_core.words import say

SPEC = SeriesInput(context=32, horizon=4, quantiles=(0.5,))
NAN = np.nan


def two(seed: int = 0, length: int = 40) -> Series:
    """Two channels with a gap in the second."""
    values = np.stack([wave(seed, length), wave(seed + 100, length, rising=True)])
    values[1, 10:13] = NAN
    return series(values, ["a", "b"])


class TestSteps:
    def test_each_channel_goes_from_0_to_1_and_gaps_are_told(self) -> None:
        made = steps(series(np.array([[2.0, NAN, 6.0, 4.0], [5, 5, 5, 5]]), ["a", "b"]), SPEC, 100).numpy()
        assert made.shape == (4, 2, 2)
        np.testing.assert_allclose(made[:, 0], [[0, 1], [0, 0], [1, 1], [0.5, 1]])
        np.testing.assert_allclose(made[:, 1], [[0, 1]] * 4)

    @pytest.mark.parametrize(("longest", "count"), [(100, 32), (20, 20)])
    def test_of_a_long_series_the_end_is_read(self, longest: int, count: int) -> None:
        made = steps(series(np.arange(50.0), ["a"]), SPEC, longest)
        assert len(made) == count
        assert float(made[-1, 0, 0]) == 1

    def test_scale_and_unit_do_not_matter(self) -> None:
        one = two()
        other = series(one.values * 1000 + 5, one.channels)
        np.testing.assert_allclose(steps(one, SPEC, 100), steps(other, SPEC, 100), atol=1e-4)

    def test_padding_stands_at_the_end(self) -> None:
        items = [steps(two(length=20), SPEC, 100), steps(series(wave(1, 12), ["a"]), SPEC, 100)]
        batch = collate(items)
        assert batch["values"].shape == (2, 20, 2, 2)
        assert batch["mask"].sum(1).tolist() == [20, 12]
        assert not batch["values"][1, 12:].any()
        assert not batch["values"][1, :, 1].any(), "a channel that it lacks has no values"


@pytest.mark.parametrize("one", AUGMENTATIONS, ids=lambda one: one.name)
def test_each_variation_keeps_length_gaps_and_can_be_repeated(one: Augmentation) -> None:
    assert say(one.title)
    assert say(one.about)
    for raw in (two(), series(wave(3, 4), ["a"]), series(np.ones(9), ["a"]), series(np.array([NAN, 1, NAN, 2]), ["a"])):
        before = raw.values.copy()
        first, again = (one.apply(raw, np.random.default_rng(5)) for _ in range(2))
        assert first.values.shape == raw.values.shape
        assert first.values.dtype == np.float32
        assert first.channels == raw.channels
        np.testing.assert_array_equal(np.isnan(first.values), np.isnan(before))
        np.testing.assert_array_equal(first.values, again.values)
        np.testing.assert_array_equal(raw.values, before)


def test_variations_do_what_they_say() -> None:
    raw = series(wave(0, 400), ["a"])
    rng = np.random.default_rng(1)
    noise = jitter(raw, rng).values - raw.values
    assert 0.02 < noise.std() / raw.values.std() < 0.04
    scaled = scaling(raw, rng).values
    assert np.corrcoef(scaled, raw.values)[0, 1] > 0.9999
    assert scaled.std() != pytest.approx(raw.values.std(), rel=0.01)
    bent = warp(raw, rng).values[0]
    assert bent[[0, -1]] == pytest.approx(raw.values[0, [0, -1]])
    assert 0.1 < np.corrcoef(bent, raw.values[0])[0, 1] < 0.999
    moved = shift(raw, np.random.default_rng(3)).values[0]
    lags = [np.corrcoef(moved[60:-60], np.roll(raw.values[0], lag)[60:-60])[0, 1] for lag in range(-40, 41)]
    assert max(lags) > 0.999
    lost = dropout(raw, np.random.default_rng(2)).values[0]
    changed = np.flatnonzero(lost != raw.values[0])
    assert 0 < len(changed) <= 40
    assert np.abs(np.diff(lost[changed], 2)).max() < 1e-5, "a straight line"


def test_gaps_are_drawn_over_in_straight_lines() -> None:
    values = np.array([[NAN, 1, NAN, 3, NAN], [NAN] * 5])
    np.testing.assert_array_equal(filled(values), [[1, 1, 2, 3, 3], [0] * 5])
    assert not standard(np.full((1, 5), 1e9)).any()


class TestLook:
    def test_flaws_and_traits(self) -> None:
        assert look(series(np.full(30, 7.0), ["a"])).flaws == ["constant"]
        assert look(series(np.where(np.arange(30) % 2, NAN, np.arange(30.0)), ["a"])).flaws == ["gappy"]
        plain = look(two())
        assert not plain.flaws
        assert plain.traits["gaps"] == pytest.approx(3 / 80)
        assert plain.traits["series_channels"] == 2
        noise = look(series(np.random.default_rng(0).normal(size=200), ["a"]))
        assert noise.traits["noisy"] > 0.6 > 0.1 > look(series(wave(0, 200), ["a"])).traits["noisy"]

    def test_a_constant_has_no_sketch(self) -> None:
        assert not sketch(series(np.ones(30), ["a"])).any()
        assert np.linalg.norm(sketch(two())) == pytest.approx(1, abs=1e-4)


class TestCopies:
    @pytest.mark.parametrize("seed", range(4))
    def test_other_units_rounding_and_cut_ends_stay_copies(self, seed: int) -> None:
        one = two(seed, 200)
        changed = [
            series(one.values * 9 / 5 + 32, one.channels), series(one.values.round(2), one.channels),
            series(one.values[:, 7:], one.channels), series(one.values[:, :-15], ["x", "y"]),
        ]  # fmt: skip
        for other in changed:
            assert alike(one, other) > COPY
            assert float((sketch(one) @ sketch(other).T).item()) > 0.8
        assert alike(one, one) == 1

    def test_another_take_of_the_same_is_no_copy(self) -> None:
        assert alike(two(0, 200), two(1, 200)) < COPY
        assert alike(two(0, 200), series(-two(0, 200).values, ["a", "b"])) == 0
        assert alike(two(0, 200), two(0, 100)) == 0
        assert alike(two(0, 200), series(wave(0, 200), ["a"])) == 0


class TestExplained:
    def test_what_counted_is_drawn_over_and_lit(self) -> None:
        raw, heat = two(0, 100), np.zeros((2, 100))
        heat[0, 40:50] = 1
        parts = SeriesParts(raw, heat)
        gone = parts.covered(0.05)
        touched = np.flatnonzero(gone.values[0] != raw.values[0])
        assert set(range(41, 49)) <= set(touched) <= set(range(36, 54))
        np.testing.assert_array_equal(gone.values[1], raw.values[1])
        elsewhere = parts.elsewhere(0.05, np.random.default_rng(0))
        assert not set(touched) & set(np.flatnonzero(elsewhere.values[0] != raw.values[0]))
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(parts.shown()["picture"])))).astype(int)
        warm = pixels[..., 0] - pixels[..., 2] > 60
        across = np.flatnonzero(warm.any(axis=0)) / pixels.shape[1]
        assert 0.3 < across.min() < across.max() < 0.6
        assert not warm[pixels.shape[0] // 2 + 2 :].any(), "nothing of the second channel"

    def test_a_share_is_a_share(self) -> None:
        raw = series(np.random.default_rng(0).normal(size=200), ["a"])
        gone = SeriesParts(raw, np.ones((1, 200))).covered(0.3)
        assert (gone.values != raw.values).sum() == pytest.approx(60, abs=2)

    def test_moments_that_were_not_read_counted_for_nothing(self) -> None:
        card = tiny.card("fracast")
        raw = series(wave(0, 50), ["a"])
        parts = modalities.get("series").explained(raw, np.ones((1, 32)), card, {}, {})
        gone = parts.covered(0.5)
        assert np.array_equal(gone.values[0, :14], raw.values[0, :14])


def test_a_model_for_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFault):
        modalities.get("series").make_preprocessor(tiny.card("transformers bert"), {}, {})


def test_general_series_are_the_same_every_time_and_tell_kinds_apart() -> None:
    reference = modalities.get("series").reference()
    assert len(set(reference.units)) >= 10
    assert len(reference.raws) == len(reference.units) >= 60
    assert len({one.id for one in reference.raws}) == len(reference.raws)
    assert all(np.isfinite(one.values).all() for one in reference.raws)
