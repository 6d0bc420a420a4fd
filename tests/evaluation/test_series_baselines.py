"""What a model of time series must beat."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.data.series.made import wave
from tl_core.data.series.stored import Series, series
from tl_core.evaluation.baselines import competitors
from tl_core.evaluation.catch22 import describe_series
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.evaluation.minirocket import FEATURES, paces, shares
from tl_core.evaluation.nearest_series import warped
from tl_core.evaluation.recommended import recommend
from tl_core.evaluation.report import Answers
from tl_core.evaluation.ridge_classes import solve
from tl_core.evaluation.series_matrix import matrix

NAMES = list(competitors("series"))


def made(count: int, start: int = 0, channels: int = 1) -> tuple[list[Series], np.ndarray]:
    """Even or rising waves of unlike lengths, some with gaps."""
    raws, y = [], np.arange(count) % 2
    for k in range(count):
        values = np.stack([wave(start + k + 1000 * c, 40 + k % 5, bool(y[k])) for c in range(channels)])
        if k % 3 == 0:
            values[:, 5:8] = np.nan
        raws.append(series(values, [f"c{c}" for c in range(channels)]))
    return raws, y


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channels", [1, 3])
def test_each_learns_and_answers_the_same_again(name: str, channels: int) -> None:
    raws, y = made(40, channels=channels)
    new, y_new = made(40, 500, channels)
    groups = [f"g{k // 4}" for k in range(40)]
    fitted = competitors("series")[name].fit(raws, y, groups, 3)
    answers = fitted.predict(new)
    assert answers.shape == (40, 3)
    np.testing.assert_allclose(answers.sum(1), 1)
    assert balanced_accuracy(y_new, answers) > 0.9
    np.testing.assert_array_equal(answers, competitors("series")[name].fit(raws, y, groups, 3).predict(new))
    told = getattr(fitted, "left_out", None)
    assert told is None or (told.shape == (40, 3) and balanced_accuracy(y, told) > 0.85)


@pytest.mark.parametrize("name", NAMES)
def test_odd_series_are_answered_too(name: str) -> None:
    raws, y = made(12)
    raws[0] = series(np.ones(5), ["a"])
    raws[1] = series(np.array([1.0, np.nan, 2.0, 1.0]), ["a"])
    fitted = competitors("series")[name].fit(raws, y, classes=2)
    answers = fitted.predict([series(np.zeros(4), ["a"]), series(np.arange(3000.0), ["a"])])
    assert np.isfinite(answers).all()
    np.testing.assert_allclose(answers.sum(1), 1)


def test_one_class_alone() -> None:
    raws, _ = made(6)
    for competitor in competitors("series").values():
        assert competitor.fit(raws, np.zeros(6, dtype=int), classes=1).predict(raws[:2]).tolist() == [[1.0], [1.0]]


def test_time_is_bent_as_by_the_definition() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(6, 2, 15)), rng.normal(size=(9, 2, 15))

    def by_hand(a: np.ndarray, b: np.ndarray, window: int) -> float:
        table = np.full((16, 16), np.inf)
        table[0, 0] = 0
        for i in range(15):
            for j in range(max(0, i - window), min(15, i + window + 1)):
                cost = ((a[:, i] - b[:, j]) ** 2).sum()
                table[i + 1, j + 1] = cost + min(table[i, j], table[i + 1, j], table[i, j + 1])
        return float(table[15, 15])

    exact = np.array([[by_hand(a, b, 3) for b in other] for a in one])
    found = warped(one, other, 3, np.ones((6, 9), dtype=bool))
    known = np.isfinite(found)
    np.testing.assert_allclose(found[known], exact[known], rtol=1e-5)
    assert (found.argmin(1) == exact.argmin(1)).all(), "what was passed over is not nearer"
    banned = np.ones((6, 9), dtype=bool)
    banned[np.arange(6), exact.argmin(1)] = False
    second = np.where(banned, exact, np.inf)
    assert (warped(one, other, 3, banned).argmin(1) == second.argmin(1)).all()


class TestMiniRocket:
    def test_shares_are_as_by_the_definition(self) -> None:
        values = torch.from_numpy(matrix(made(8)[0], 1, 40))
        measured = paces(values, 1)
        found = shares(values, measured)
        assert found.shape == (8, sum(pace.thresholds.numel() for pace in measured)) == (8, FEATURES)
        assert found.min() >= 0
        assert found.max() <= 1
        assert 0.3 < found.mean() < 0.7
        pace, at = measured[1], measured[0].thresholds.numel()
        kernel = torch.full((9,), -1.0)
        kernel[[0, 1, 2]] = 2  # the first of them
        padded = torch.nn.functional.pad(values[3, 0], (4 * pace.dilation,) * 2)
        seen = sum(kernel[k] * padded[k * pace.dilation :][: values.shape[2]] for k in range(9))
        if pace.whole:
            seen = seen[4 * pace.dilation : -4 * pace.dilation]
        expected = [(seen > threshold).float().mean().item() for threshold in pace.thresholds[0]]
        np.testing.assert_allclose(found[3, at : at + len(expected)], expected, atol=0.03)

    def test_level_and_order_of_samples_do_not_matter(self) -> None:
        raws, y = made(20)
        fitted = competitors("series")["minirocket"].fit(raws, y)
        moved = [series(one.values * 1000 + 5e4, one.channels) for one in raws]
        other = competitors("series")["minirocket"].fit(moved, y)
        np.testing.assert_allclose(fitted.predict(raws), other.predict(moved), atol=0.02)


class TestRidge:
    def test_left_out_is_as_refitted(self) -> None:
        rng = np.random.default_rng(0)
        y = np.arange(30) % 3
        features = rng.normal(size=(30, 50)) + np.eye(3)[y] @ rng.normal(size=(3, 50))
        units = np.arange(30) // 2
        _, told = solve(features, y, units, 3)
        assert told is not None
        for unit in (0, 7):
            kept = units != unit
            ridge, _ = solve(features[kept], y[kept], units[kept], 3)
            again = ridge.probabilities(features[~kept])
            assert (again.argmax(1) == told[~kept].argmax(1)).all()
            np.testing.assert_allclose(again, told[~kept], atol=0.15)  # scale and weights of classes differ a little

    def test_groups_are_left_out_whole(self) -> None:
        """Copies within groups: what is told of them must not be learned from their copies."""
        rng = np.random.default_rng(1)
        features = np.repeat(rng.normal(size=(20, 40)), 3, axis=0)
        y = np.repeat(rng.integers(0, 2, 20), 3)
        _, apart = solve(features, y, np.repeat(np.arange(20), 3), 2)
        _, together = solve(features, y, np.arange(60), 2)
        assert apart is not None
        assert together is not None
        assert (together.argmax(1) == y).mean() > 0.95
        assert (apart.argmax(1) == y).mean() < 0.8


class TestCatch22:
    def test_of_a_sine(self) -> None:
        """Against what is known of a sine of 20 moments a turn."""
        told = describe_series(series(3 + 2 * np.sin(2 * np.pi * (np.arange(200) + 0.5) / 20), ["a"]))
        mean, spread, *numbers = told
        assert len(numbers) == 22
        assert mean == pytest.approx(3, abs=1e-6)
        assert spread == pytest.approx(np.sqrt(2), rel=0.01)
        assert numbers[2] in (9, 10), "half a turn of falling"
        assert numbers[6] in (9, 10), "first minimum of the autocorrelation: half a turn"
        assert numbers[10] == pytest.approx(0, abs=1e-3), "the same backwards"
        assert numbers[14] == 10, "half a turn above the mean"
        assert numbers[21] == 19, "its period, counted from lag 1"

    def test_scale_changes_mean_and_spread_only(self) -> None:
        one = wave(3, 120)
        first, second = describe_series(series(one, ["a"])), describe_series(series(one * 50 - 7, ["a"]))
        np.testing.assert_allclose(first[2:], second[2:], atol=1e-3)
        assert first[0] != pytest.approx(second[0])

    @pytest.mark.parametrize("values", [np.ones(30), np.arange(4.0), np.array([1, np.nan, 1, 2.0]), np.arange(5000.0)])
    def test_odd_series_have_numbers_too(self, values: np.ndarray) -> None:
        assert np.isfinite(describe_series(series(values, ["a"]))).all()


class TestRecommended:
    labels = np.arange(40) % 2
    groups = np.arange(40)
    weights = np.ones(40)

    def said(self, right: float, left_out: float | None = None) -> Answers:
        def chances(sure: float) -> np.ndarray:
            return np.where(np.eye(2)[self.labels] > 0, sure, 1 - sure)

        return Answers(chances(right), 0.0, left_out=None if left_out is None else chances(left_out))

    def evidence(self, n: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.labels[:n], self.groups[:n], self.weights[:n]

    def test_a_clearly_better_competitor_wins(self) -> None:
        answers = {"probe": self.said(0.7), "minirocket": self.said(0.9), "nearest": self.said(0.8)}
        verdict = recommend("probe", answers | {"majority": self.said(0.99)}, self.evidence())
        assert verdict == ("minirocket", "minirocket")

    def test_within_a_standard_error_the_own_model_stays(self) -> None:
        rng = np.random.default_rng(0)

        sure = rng.uniform(0.2, 0.95, 40)

        def as_sure(share: np.ndarray) -> Answers:
            return Answers(np.where(np.eye(2)[self.labels] > 0, share[:, None], 1 - share[:, None]), 0.0)

        own, rival = as_sure(sure), as_sure(rng.permutation(sure) + 0.005)
        losses = [-np.log(one.probabilities[np.arange(40), self.labels]).mean() for one in (own, rival)]
        assert losses[1] < losses[0], "a little better"
        verdict = recommend("probe", {"probe": own, "classic": rival}, self.evidence())
        assert verdict == ("probe", "classic")

    def test_what_is_known_of_training_samples_counts_too(self) -> None:
        answers = {"probe": self.said(0.9, 0.6), "minirocket": self.said(0.85, 0.85)}
        assert recommend("probe", answers, self.evidence()).recommended == "probe"
        assert recommend("probe", answers, self.evidence(), self.evidence()).recommended == "minirocket"
        answers["probe"] = self.said(0.9)
        assert recommend("probe", answers, self.evidence(), self.evidence()).recommended == "probe"

    def test_alone_it_is_recommended(self) -> None:
        assert recommend("probe", {"probe": self.said(0.6)}, self.evidence()) == ("probe", "probe")
