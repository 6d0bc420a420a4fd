"""Two forecastings side by side: the same series from the same moments, across versions of the data too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.app import made, made_forecast
from tl_core.domain.fault import InputFault
from tl_core.evaluation.forecasts import LEVELS, truths
from tl_core.store.forecasts import read_said, write_said
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import forecasts
from tl_core.use_cases.forecast_comparisons import compare


@pytest.fixture(autouse=True)
def fetched(home: Home) -> None:
    made.fetched(home, "packaged:fracast-0")


def off(folder: RunFolder, by: float) -> None:
    """Every way of it is ``by`` too high, with some noise."""
    plan, said = folder.plan(), read_said(folder, "validation")
    assert said is not None
    values = [
        np.array([np.nan if one is None else one for one in forecasts.history(plan.project, name, plan.dataset).values])  # type: ignore[union-attr, arg-type]
        for name in said.series
    ]
    noise = np.random.default_rng(int(by)).normal(0, 0.5, (len(said.backs), len(values), 6))
    middle = np.nan_to_num(truths(values, said.backs, 6)) + by + noise
    shape = (len(said.ways), *middle.shape, len(LEVELS))
    write_said(folder, "validation", said.ways, said.backs, said.series, np.broadcast_to(middle[..., None], shape))


def test_the_closer_one_is_said_to_be_closer(home: Home) -> None:
    project = made_forecast.project(home, gaps=0)
    near, far = made_forecast.done(home, project), made_forecast.done(home, project, frozen_stages=3)
    off(near, 2.0)
    off(far, 9.0)
    found = compare(near.id, far.id, "validation")
    assert (found.first, found.second, found.same_data) == (near.id, far.id, True)
    assert (found.series, found.moments, found.horizon) == (2, 5, 6)
    assert (found.closer, found.further, found.apart, found.changed) == (10, 0, 0, 0)
    assert found.proven
    assert found.gain.value > 0
    back = compare(far.id, near.id, "validation")
    assert back.gain.value == pytest.approx(-found.gain.value)
    assert (back.gain.low, back.gain.high) == (
        pytest.approx(-found.gain.high),  # type: ignore[operator]
        pytest.approx(-found.gain.low),  # type: ignore[operator]
    )


def test_across_versions_what_both_forecast_and_nothing_else(home: Home) -> None:
    project = made_forecast.project(home, gaps=0)
    old = made_forecast.done(home, project)
    made_forecast.bring(home, read_project(home, project.id), ("north", "west"))
    new = made_forecast.done(home, read_project(home, project.id))
    found = compare(old.id, new.id, "validation")
    assert not found.same_data
    assert (found.series, found.moments, found.apart) == (1, 5, 10)
    assert found.gain.value == 0
    assert not found.proven


def test_values_told_otherwise_by_now_are_left_out(home: Home) -> None:
    project = made_forecast.project(home, names=("north", "south"), gaps=0)
    old = made_forecast.done(home, project)
    made_forecast.bring(home, read_project(home, project.id), ("south", "north"))  # each has the other's values
    new = made_forecast.done(home, read_project(home, project.id))
    with pytest.raises(InputFault) as told:
        compare(old.id, new.id, "validation")
    assert told.value.key == "compare.no_moments"


def test_another_horizon_is_compared_on_the_moments_and_steps_that_both_have(home: Home) -> None:
    project = made_forecast.project(home, gaps=0)
    short = made_forecast.done(home, project)
    found = compare(short.id, made_forecast.done(home, project, horizon=11).id, "validation")
    assert (found.moments, found.horizon, found.apart) == (2, 6, 12)
    assert found.gain.low is not None
    found = compare(short.id, made_forecast.done(home, project, horizon=7).id, "validation")
    assert (found.moments, found.gain.low) == (1, None)


def test_what_was_not_judged_is_a_sentence(home: Home) -> None:
    project = made_forecast.project(home, gaps=0)
    ids = [made_forecast.done(home, project).id for _ in range(2)]
    with pytest.raises(InputFault) as told:
        compare(ids[0], ids[1], "test")
    assert told.value.key == "results.no_model"
