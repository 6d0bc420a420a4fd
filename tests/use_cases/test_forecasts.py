"""Forecasting as pages ask for it: tables looked at, limits, histories, what comes after an intake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import CheckPlan, Columns, ForecastPlan, IntakePlan
from tl_core.domain.run import Status
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.use_cases import forecasts, models, results, runs


def table(tmp_path: Path) -> Path:
    days = (np.datetime64("2020-01-01") + np.arange(40)).astype(str)
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["day;shop;sold;price", *(f"{day};north;{k},5;{k % 3}" for k, day in enumerate(days))]))
    return path


def test_a_table_is_looked_at_and_looked_at_again(home: Home, tmp_path: Path) -> None:
    seen = forecasts.inspect_table(table(tmp_path))
    assert (seen.columns.time, seen.columns.values, seen.columns.known) == ("day", ["sold", "price"], [])
    assert seen.columns.delimiter == ";"
    assert seen.header == ["day", "shop", "sold", "price"]
    assert seen.numeric == ["sold", "price"]
    assert seen.rows[0] == ["2020-01-01", "north", "0,5", "0"]
    again = forecasts.inspect_table(table(tmp_path), Columns(id="shop", known=["price"]))
    assert (again.columns.id, again.columns.values, again.columns.known) == ("shop", ["sold"], ["price"])


def test_a_table_without_times_can_still_be_looked_at(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2\n" * 30)
    seen = forecasts.inspect_table(path)
    assert (seen.columns.time, seen.header, seen.numeric) == (None, ["a", "b"], ["a", "b"])
    with pytest.raises(InputFault) as told:
        forecasts.inspect_table(path, Columns(time="when"))
    assert told.value.key == "data.column_missing"


def test_how_far_ahead(home: Home) -> None:
    plan = tiny_project.forecasting(home, steps=90)
    found = forecasts.limits(plan.project)
    assert (found.shortest, found.least, found.longest, found.season) == (90, 16, 37, 12)
    assert found.origins_at(5) == 5
    assert 1 <= found.origins_at(37) < 5
    assert found.origins_at(38) == 0


def test_the_usual_plan(home: Home) -> None:
    plan = tiny_project.forecasting(home, steps=30)
    usual = forecasts.default_plan(plan.project)
    assert (usual.horizon, usual.recipe, usual.dataset) == (7, "finetune", plan.dataset)
    short = tiny_project_of(home, 17)
    with pytest.raises(InputFault) as told:
        forecasts.default_plan(short)
    assert told.value.key == "forecast.too_short"
    empty = create_project(home, "Empty", "forecasts")
    for ask in (forecasts.default_plan, forecasts.limits, forecasts.history, forecasts.series_names):
        with pytest.raises(InputFault):
            ask(empty.id)


def tiny_project_of(home: Home, steps: int) -> str:
    """Another one, with the starting model that is there."""
    from tl_core.backbones.catalogue import weights_folder

    weights_folder(home, "folder:tiny_series").rename(home.trash / "model")
    return tiny_project.forecasting(home, steps=steps).project


def test_histories(home: Home) -> None:
    plan = tiny_project.forecasting(home, steps=30)
    assert forecasts.series_names(plan.project) == ["shop 0", "shop 1"]
    one = forecasts.history(plan.project, "shop 1", plan.dataset)
    assert (one.name, one.times[0], one.end) == ("shop 1", "2015-01-01T00:00:00", 30)
    with pytest.raises(InputFault) as told:
        forecasts.history(plan.project, "shop 9")
    assert told.value.key == "forecast.no_such_series"


def test_nothing_is_known_of_a_run_that_has_not_begun(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    run = runs.start(plan)
    [job] = forecasts.runs(plan.project)
    assert (job.id, job.title, job.way, job.model) == (run, "Tiny", None, False)
    assert forecasts.report(run, "validation") is None
    assert forecasts.ahead(run) is None
    assert forecasts.fans(run, "validation") == []
    assert forecasts.data_of(run).id == plan.dataset
    for ask in (forecasts.open_exam, forecasts.ahead_csv, lambda one: forecasts.go_on(one, "x.csv")):
        with pytest.raises(InputFault):
            ask(run)
    assert results.exam_at_work(plan.project, run) is False


def test_a_sample_set_is_followed_by_a_forecasting_and_any_other_upload_by_the_doctor(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    for then_train, kind in ((True, ForecastPlan), (False, CheckPlan)):
        asked = IntakePlan(project=plan.project, modality="series", paths=[], then_train=then_train)
        folder = index.create_run(home, asked)
        folder.write_status(Status(state="done", ended=1.0))
        before = set(index.ids_of(home, plan.project))
        runs.follow_up(folder)
        fresh = set(index.ids_of(home, plan.project)) - before
        assert [type(runs.plan(one)) for one in fresh] == [kind]


def test_only_models_that_forecast_are_offered(home: Home) -> None:
    tiny_project.starting_model(home, "text")
    assert {one.modality for one in models.cards(None, "forecast")} == {"series"}
    assert {one.modality for one in models.cards()} > {"series"}
