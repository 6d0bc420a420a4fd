"""What a forecasting keeps in its folder."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.domain.forecast import Ahead, Continued
from tl_core.store import forecasts, runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


@pytest.fixture
def folder(home: Home) -> RunFolder:
    return runs.create_run(home, tiny_project.forecasting(home))


def test_nothing_is_there_at_first(folder: RunFolder) -> None:
    assert forecasts.read_said(folder, "validation") is None
    assert forecasts.read_report(folder, "test") is None
    assert forecasts.read_ahead(folder) is None


def test_what_was_said_comes_back(folder: RunFolder) -> None:
    quantiles = np.random.default_rng(0).normal(size=(2, 3, 2, 5, 11))
    forecasts.write_said(folder, "validation", ["theta", "mean"], [15, 10, 5], ["a", "b"], quantiles)
    said = forecasts.read_said(folder, "validation")
    assert said is not None
    assert (said.ways, said.backs, said.series) == (["theta", "mean"], [15, 10, 5], ["a", "b"])
    np.testing.assert_allclose(said.quantiles, quantiles, rtol=1e-6)
    assert forecasts.read_said(folder, "test") is None


def test_what_comes_next_comes_back(folder: RunFolder) -> None:
    ahead = Ahead(way="mean", levels=[0.5], series=[Continued(name="a", times=["2020-01-01"], quantiles=[[1.5]])])
    forecasts.write_ahead(folder, ahead)
    assert forecasts.read_ahead(folder) == ahead
