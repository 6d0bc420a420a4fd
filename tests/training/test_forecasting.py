"""Fine-tuning of a small forecaster: what learns, what is kept, and when it ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.tasks.test_forecast import small, year  # noqa: F401 - a fixture
from tl_core.tasks.forecast import Forecaster
from tl_core.training import forecasting
from tl_core.training.forecasting import Judged, Tuning, Windows, tune

TUNING = Tuning(steps=40, rows=8, learning_rate=1e-2, judge_every=10)


def windows(count: int = 2, seed: int = 0) -> Windows:
    return Windows([year(80, k, 1 + k) for k in range(count)], 5, 16, seed)


def off(forecaster: Forecaster) -> float:
    series = year(90)
    found = forecaster.quantiles([series[:end] for end in range(70, 82)], 5)[:, :, 1]
    return float(np.abs(found - np.stack([series[end : end + 5] for end in range(70, 82)])).mean())


def weights(forecaster: Forecaster) -> dict[str, torch.Tensor]:
    both = {
        **forecaster.backbone.network.state_dict(),
        **{f"h.{k}": v for k, v in forecaster.head.state_dict().items()},
    }
    return {name: tensor.clone() for name, tensor in both.items()}


@pytest.mark.parametrize("frozen", [0, 2, 5])
def test_it_learns_and_frozen_stages_do_not(frozen: int, small: Forecaster) -> None:  # noqa: F811
    before = weights(small)
    told: list[Judged] = []
    judged = tune(small, windows(), frozen, TUNING, off, told.append)
    assert judged == told
    assert [one.step for one in judged] == [0, 10, 20, 30, 40]
    assert math.isnan(judged[0].loss)
    assert judged[-1].loss < judged[1].loss
    assert off(small) == pytest.approx(min(one.score for one in judged), abs=1e-6)
    assert off(small) < 0.8 * judged[0].score
    after = weights(small)
    own = {f"{name}." for name in ["stem", *(f"levels.{k}" for k in range(4))][:frozen]}
    for name, tensor in before.items():
        if name.startswith(tuple(own)):
            assert torch.equal(after[name], tensor), name
    assert any(not torch.equal(after[name], before[name]) for name in before if name.startswith("h."))
    assert not any(p.requires_grad for p in [*small.backbone.network.parameters(), *small.head.parameters()])


def test_what_helps_nothing_leaves_everything_as_it_was(small: Forecaster) -> None:  # noqa: F811
    before = weights(small)
    scores = iter(range(100))
    judged = tune(small, windows(), 0, Tuning(steps=200, judge_every=2, patience=3), lambda one: float(next(scores)))
    assert [one.step for one in judged] == [0, 2, 4, 6], "patience ends it"
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(small).items())


def test_the_last_step_is_judged_too(small: Forecaster) -> None:  # noqa: F811
    judged = tune(small, windows(), 0, Tuning(steps=7, judge_every=5), off)
    assert [one.step for one in judged] == [0, 5, 7]
    assert [one.step for one in tune(small, windows(), 0, Tuning(steps=3, judge_every=5), off)] == [0, 3]


def test_a_loss_that_is_no_number_ends_it(small: Forecaster, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    before = weights(small)
    monkeypatch.setattr(forecasting, "loss", lambda answer, truth, levels: answer.sum() * torch.nan)
    assert len(tune(small, windows(), 0, TUNING, off)) == 1
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(small).items())


def test_it_stops_when_asked(small: Forecaster) -> None:  # noqa: F811
    asked = iter([False] * 12 + [True])
    judged = tune(small, windows(), 0, TUNING, off, stop=lambda: next(asked))
    assert [one.step for one in judged] == [0, 10]


def test_the_same_seed_gives_the_same_weights(small: Forecaster) -> None:  # noqa: F811
    other = small.copy()
    tune(small, windows(seed=3), 1, TUNING, off)
    tune(other, windows(seed=3), 1, TUNING, off)
    found = weights(other)
    assert all(torch.equal(tensor, found[name]) for name, tensor in weights(small).items())


def test_kept_states_are_those_computed_anew(small: Forecaster, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    other = small.copy()
    tune(small, windows(), 2, TUNING, off)
    monkeypatch.setattr(forecasting._Step, "_state", anew)
    tune(other, windows(), 2, TUNING, off)
    found = weights(other)
    for name, tensor in weights(small).items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-3, atol=1e-4)


def anew(self: forecasting._Step, numbers: list[int], batch: dict) -> dict:
    with torch.no_grad():
        return forecasting.forward(self._forecaster.backbone, batch, stop=self._frozen)


def test_windows_end_where_the_series_does() -> None:
    series = [np.arange(40.0), np.full(40, np.nan), np.arange(10.0)]
    found = Windows(series, 5, 16, 0)
    assert [end for _, end in found.places] == list(range(16, 36))
    for number in found.draw(50):
        past, truth = found.past(number), found.truth(number)
        assert np.array_equal(np.concatenate([past, truth]), series[0][: len(past) + 5])


def test_of_many_windows_some_are_taken_everywhere() -> None:
    found = Windows([np.arange(3000.0)], 5, 16, 0)
    ends = [end for _, end in found.places]
    assert len(ends) == forecasting.MOST
    assert (min(ends), max(ends)) == (16, 2995)
    assert np.ptp(np.diff(ends)) <= 1


def test_series_too_short_to_learn_from_teach_nothing(small: Forecaster) -> None:  # noqa: F811
    assert tune(small, Windows([year(18)], 5, 16, 0), 0, TUNING, off) == []
