"""A whole forecasting with a small network: what is compared, what is preferred, what stays sealed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tasks.test_forecast import small  # noqa: F401 - a fixture
from tl_core.domain.fault import InputFault, Stopped
from tl_core.runs.forecast import Forecasted, Watch, forecast_run
from tl_core.runs.forecast_table import Table
from tl_core.tasks.forecast import Forecaster
from tl_core.training.forecasting import Tuning

TUNING = Tuning(steps=20, learning_rate=1e-2, judge_every=10)
NAMES = ["untuned", "tuned", "seasonal_naive", "smoothing", "arima", "theta", "mean"]


def monthly(steps: int, seed: int, noise: float = 0.1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return 10 + np.sin(np.arange(steps) * 2 * np.pi / 12) + random.normal(0, noise, steps)


def table(steps: int = 90) -> Table:
    values = [monthly(steps, 1), monthly(steps + 6, 2)]
    values[0][10] = np.nan
    return Table(values, ["a", "b"], (12,))


def run(given: Table, forecaster: Forecaster, **asked) -> Forecasted:
    return forecast_run(given, forecaster, 5, asked.pop("frozen", 2), asked.pop("tuning", TUNING), **asked)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the slow one."""
    monkeypatch.setattr("tl_core.runs.forecast.MOST_ARIMA", 0)


def test_all_are_judged_and_the_best_is_recommended(small: Forecaster, monkeypatch) -> None:  # noqa: F811
    from statsforecast.models import AutoETS

    monkeypatch.setattr("statsforecast.models.AutoARIMA", lambda season_length, approximation: AutoETS(season_length))
    before = {name: tensor.clone() for name, tensor in small.head.state_dict().items()}
    found = run(table(), small)
    report = found.report
    assert [one.name for one in report.judgements] == NAMES
    assert (report.subset, report.season, report.origins, report.few_origins) == ("validation", 12, 5, False)
    scores = {one.name: one.mase.mean for one in report.judgements}
    assert scores[report.recommended] == min(scores.values())
    assert report.recommended not in ("untuned", "tuned"), "a random network of a few numbers, tuned for 20 steps"
    assert scores["tuned"] < scores["untuned"]
    assert report.tuned_steps in (10, 20)
    assert all(torch.equal(tensor, before[name]) for name, tensor in small.head.state_dict().items())
    exam = found.exam()
    assert (exam.subset, exam.recommended) == ("test", report.recommended)
    assert [one.name for one in exam.judgements] == NAMES
    ahead = found.ahead()
    assert ahead.shape == (2, 5, 11)
    expected = 10 + np.sin(np.arange(96, 101) * 2 * np.pi / 12)
    assert np.abs(ahead[1, :, 5] - expected).mean() < 0.3


@pytest.mark.usefixtures("plain")
def test_the_tests_part_changes_nothing_before_the_exam(small: Forecaster) -> None:  # noqa: F811
    given = table()
    found = run(given, small)
    other = [one.copy() for one in given.values]
    for one in other:
        one[len(one) - found.origins.unseen :] += np.random.default_rng(9).normal(0, 50, found.origins.unseen)
    again = run(replace(given, values=other), small)
    for one, two in zip(found.report.judgements, again.report.judgements, strict=True):
        assert one.model_copy(update={"seconds": 0}) == two.model_copy(update={"seconds": 0})
    assert again.report.recommended == found.report.recommended
    theirs = again.ways.tuned.head.state_dict()
    assert all(torch.equal(tensor, theirs[name]) for name, tensor in found.ways.tuned.head.state_dict().items())
    assert again.exam().judgements[0].mase.mean > found.exam().judgements[0].mase.mean


@pytest.mark.usefixtures("plain")
def test_where_no_step_helps_tuned_is_untuned(small: Forecaster) -> None:  # noqa: F811
    found = run(table(), small, tuning=replace(TUNING, learning_rate=0.0))
    assert found.report.tuned_steps == 0
    untuned, tuned = found.report.judgements[:2]
    assert tuned.mase == untuned.mase
    assert found.ways.tuned is small


@pytest.mark.usefixtures("plain")
def test_what_is_known_beforehand_is_used_where_it_helps(small: Forecaster) -> None:  # noqa: F811
    random = np.random.default_rng(3)
    price = [random.normal(size=(1, len(one) + 5)) for one in table().values]
    moved = [one + 3 * row[0, : len(one)] for one, row in zip(table().values, price, strict=True)]
    found = run(Table(moved, ["a", "b"], (12,), price), small)
    assert found.report.known_used
    without = run(Table(moved, ["a", "b"], (12,)), small)
    naive = {name: one.report.judgements[2].mase.mean for name, one in (("with", found), ("without", without))}
    assert naive["with"] < 0.5 * naive["without"]
    expected = 10 + np.sin(np.arange(96, 101) * 2 * np.pi / 12) + 3 * price[1][0, -5:]
    assert np.abs(found.ahead("theta")[1, :, 5] - expected).mean() < 0.5
    found.table = replace(found.table, known=[row[:, :-2] for row in price])
    with pytest.raises(InputFault) as told:
        found.ahead()
    assert told.value.key == "forecast.known_ends"
    assert "3 steps" in str(told.value)


@pytest.mark.usefixtures("plain")
def test_what_says_nothing_is_not_used(small: Forecaster) -> None:  # noqa: F811
    given = table()
    constant = [np.ones((1, len(one) + 5)) for one in given.values]
    assert not run(replace(given, known=constant), small).report.known_used


@pytest.mark.usefixtures("plain")
def test_of_many_series_some_are_looked_at_while_tuning_and_all_in_the_end(small: Forecaster, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr("tl_core.runs.forecast.MOST_LOOKED", 2)
    asked: list[int] = []
    quantiles = Forecaster.quantiles

    def counted(self: Forecaster, series: list, horizon: int) -> np.ndarray:
        asked.append(len(series))
        return quantiles(self, series, horizon)

    monkeypatch.setattr(Forecaster, "quantiles", counted)
    values = [monthly(90, k) for k in range(4)]
    price = [np.random.default_rng(k).normal(size=(1, 95)) for k in range(4)]
    found = run(Table(values, list("abcd"), (12,), price), small, tuning=replace(TUNING, steps=10))
    assert set(asked) == {2, 4}
    assert asked.count(2) == 2 * len(found.origins.validation), "the start and one look"
    assert set(found.report.judgements[0].by_series) == set("abcd")


def test_too_short_is_told(small: Forecaster) -> None:  # noqa: F811
    with pytest.raises(InputFault) as told:
        run(table(22), small)
    assert told.value.key == "forecast.too_short_for_horizon"
    assert "22" in str(told.value)


@pytest.mark.usefixtures("plain")
def test_few_origins_are_said(small: Forecaster) -> None:  # noqa: F811
    found = run(table(29), small)
    assert found.report.few_origins
    assert 1 <= found.report.origins < 5


def test_it_stops_when_asked(small: Forecaster) -> None:  # noqa: F811
    with pytest.raises(Stopped):
        run(table(), small, watch=Watch(stop=lambda: True))
