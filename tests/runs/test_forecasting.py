"""Forecasting as a job, with a small random network: what it tells, what it keeps, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.data.series import timeline
from tl_core.domain.event import Epoch, Recommended
from tl_core.domain.forecast import ForecastReport
from tl_core.domain.plan import ExamPlan, ForecastPlan, PredictPlan
from tl_core.jobs.perform import perform
from tl_core.store import forecasts as kept
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import forecasts, predict, projects

PHASES = ["prepare", "compare", "train", "evaluate", "again", "mixes", "bundle"]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the slow one."""
    monkeypatch.setattr("tl_core.runs.forecast.MOST_ARIMA", 0)


def done(home: Home, plan: ForecastPlan) -> RunFolder:
    folder = runs.create_run(home, plan)
    status = perform(folder)
    assert status.state == "done", folder.log_path.read_text()
    assert status.model
    return folder


def figures(report: ForecastReport | None) -> list:
    assert report is not None
    return [one.model_dump(exclude={"seconds"}) for one in report.judgements]


def test_from_data_to_what_comes_next(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    folder = done(home, plan)
    view, report = folder.view(), kept.read_report(folder, "validation")
    assert report is not None
    assert [event.name for event in folder.events() if event.kind == "phase"] == PHASES
    assert view.probe is not None
    assert set(view.probe.metrics) == {
        "validation/mase", "validation/weighted_quantile_loss", "seasonal_naive/mase",
    }  # fmt: skip
    assert [one.number for one in view.epochs] == [1, 2, 3, 4]
    best = [one.metrics["validation/mase"] for one in view.epochs if one.number == view.best_epoch]
    assert best == [min(one.metrics["validation/mase"] for one in view.epochs)]
    scores = {one.name: one.mase.mean for one in report.judgements}
    assert view.probe.metrics["validation/mase"].value == scores["untuned"]
    told = next(event for event in folder.events() if isinstance(event, Recommended))
    assert (told.way, told.mase, told.naive) == (
        report.recommended, scores[report.recommended], scores["seasonal_naive"]
    )  # fmt: skip
    assert [one.key for one in view.notices] == ["forecast.no_arima"]
    assert report.forgotten is not None
    assert report.forgotten.ratio.groups == 16
    said = kept.read_said(folder, "validation")
    assert said is not None
    assert said.quantiles.shape == (6, 5, 2, 5, 11)
    ahead = forecasts.ahead(folder.id)
    assert ahead is not None
    assert [one.name for one in ahead.series] == ["shop 0", "shop 1"]
    assert ahead.series[0].times == [f"2022-{month:02}-01T00:00:00" for month in range(7, 12)]
    certificate = forecasts.parity(folder.id)
    assert certificate is not None
    assert certificate.passed
    assert predict.bundle_zip(folder.id).is_file()
    assert not any((folder.path / "checkpoints").glob("*"))
    assert [step.state for step in projects.steps(plan.project)[:3]] == ["done", "done", "done"]


def test_the_exam_stays_sealed_until_it_is_opened_and_is_counted(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    folder = done(home, plan)
    assert forecasts.report(folder.id, "test") is None
    assert forecasts.fans(folder.id, "test") == []
    exam = runs.create_run(home, ExamPlan(project=plan.project, run=folder.id))
    assert perform(exam).state == "done"
    assert exam.view().result == {"openings": 1}
    validation, test = (forecasts.report(folder.id, part) for part in ("validation", "test"))
    assert validation is not None
    assert test is not None
    assert test.recommended == validation.recommended
    assert [one.name for one in test.judgements] == [one.name for one in validation.judgements]
    [*_, last] = forecasts.fans(folder.id, "test", "shop 1")
    assert last.times[-1] == "2022-06-01T00:00:00"
    assert None not in last.truth
    first = forecasts.fans(folder.id, "validation")[0]
    assert first.times[0] < forecasts.fans(folder.id, "test")[0].times[0]


def test_stopped_while_tuning_it_offers_the_best_way_so_far(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, tiny_project.forecasting(home).model_copy(update={"steps": 1000}))
    append = RunFolder.append

    def stopping(self: RunFolder, event: object) -> None:
        append(self, event)  # type: ignore[arg-type]
        if isinstance(event, Epoch) and event.number == 2:
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", stopping)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", True)
    report = kept.read_report(folder, "validation")
    assert report is not None
    assert [one.name for one in report.judgements] == ["untuned", "tuned", "seasonal_naive", "mean"]
    assert report.tuned_steps in (0, 10, 20)
    assert forecasts.ahead(folder.id) is not None


def test_stopped_before_anything_is_known_nothing_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, tiny_project.forecasting(home))
    append = RunFolder.append

    def stopping(self: RunFolder, event: object) -> None:
        append(self, event)  # type: ignore[arg-type]
        self.request_stop()

    monkeypatch.setattr(RunFolder, "append", stopping)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", False)


def test_untuned_it_is_only_compared(home: Home) -> None:
    folder = done(home, tiny_project.forecasting(home).model_copy(update={"recipe": "untuned"}))
    report = kept.read_report(folder, "validation")
    assert report is not None
    assert [one.name for one in report.judgements] == ["untuned", "seasonal_naive", "smoothing", "theta", "mean"]
    assert folder.view().epochs == []
    assert not (folder.path / kept.TUNED).exists()
    assert report.forgotten is None


def test_from_scratch_it_stands_beside_the_starting_model(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    folder = done(home, plan.model_copy(update={"recipe": "scratch"}))
    report = kept.read_report(folder, "validation")
    assert report is not None
    assert [one.name for one in report.judgements] == [
        "untuned", "scratch", "seasonal_naive", "smoothing", "theta", "mean",
    ]  # fmt: skip
    assert report.learned == "scratch"
    assert report.tuned_steps
    exam = runs.create_run(home, ExamPlan(project=plan.project, run=folder.id))
    assert perform(exam).state == "done", exam.log_path.read_text()
    again = done(home, plan.model_copy(update={"recipe": "scratch"}))
    assert figures(forecasts.report(again.id, "validation")) == figures(report), "random weights are the seed's"


def test_where_known_columns_end_it_says_why_and_is_certified_all_the_same(home: Home) -> None:
    folder = done(home, tiny_project.forecasting(home, known=True))
    report, ahead = kept.read_report(folder, "validation"), forecasts.ahead(folder.id)
    assert report is not None
    assert ahead is not None
    assert report.known_used
    assert (ahead.series, ahead.reason) == ([], "forecast.known_ends")
    certificate = forecasts.parity(folder.id)
    assert certificate is not None
    assert certificate.passed


def test_newer_data_are_gone_on_with(home: Home, tmp_path) -> None:
    plan = tiny_project.forecasting(home)
    folder = done(home, plan)
    months = (np.datetime64("2015-01", "M") + np.arange(100)).astype(str)
    table = tmp_path / "new.csv"
    rows = [f"{month};east;{10 + np.sin(k * np.pi / 6):.3f}" for k, month in enumerate(months)]
    table.write_text("\n".join(["month;shop;sold", *rows]))
    asked = PredictPlan(project=plan.project, run=folder.id, paths=[str(table)])
    job = runs.create_run(home, asked)
    assert perform(job).state == "done", job.log_path.read_text()
    assert job.view().result == {"rows": 5, "refused": 0}
    found = forecasts.ahead(job.id)
    assert found is not None
    assert [one.name for one in found.series] == ["east"]
    assert found.series[0].times[0] == "2023-05-01T00:00:00"
    assert forecasts.ahead_csv(job.id).decode().splitlines()[0].startswith("series,time,q0.025,q0.1")
    years = tmp_path / "years.csv"
    years.write_text("month,shop,sold\n" + "".join(f"{1950 + k},east,{k}\n" for k in range(40)))
    job = runs.create_run(home, asked.model_copy(update={"paths": [str(years)]}))
    status = perform(job)
    assert (status.state, status.reason) == ("failed", "forecast.not_its_pace")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"horizon": 60}, "forecast.too_short_for_horizon"),
        ({"frozen_stages": 99}, "training.bad_frozen"),
        ({"backbone": "packaged:fracast-0"}, "backbones.not_fetched"),
    ],
)
def test_what_cannot_work_is_a_sentence(changes: dict, reason: str, home: Home) -> None:
    plan = tiny_project.forecasting(home).model_copy(update=changes)
    status = perform(runs.create_run(home, plan))
    assert (status.state, status.fault, status.reason) == ("failed", "input", reason)
    assert forecasts.jobs.reason(status)


def changed(home: Home, plan: ForecastPlan, change: Callable[[int, np.ndarray], np.ndarray]) -> None:
    """The series of ``plan``, by their number, with other values."""
    for number, sample in enumerate(load_dataset(home, plan.project, plan.dataset).samples):
        file = home.samples(plan.project) / str(sample.file)
        one = timeline.load(file)
        file.write_bytes(timeline.content_of(replace(one, values=change(number, one.values.copy()))))


def test_nothing_that_moves_is_a_sentence(home: Home) -> None:
    plan = tiny_project.forecasting(home)
    changed(home, plan, lambda number, values: np.full(len(values), 7.0))
    status = perform(runs.create_run(home, plan))
    assert (status.state, status.reason) == ("failed", "forecast.never_moves")


def test_what_has_no_figure_does_not_spoil_the_others(home: Home) -> None:
    """A series that stands still has no error to compare with; nor has a moment after which all is missing."""

    def change(number: int, values: np.ndarray) -> np.ndarray:
        if number:
            return np.full(len(values), 7.0)
        values[-16:-8] = np.nan
        return values

    plan = tiny_project.forecasting(home).model_copy(update={"recipe": "untuned", "horizon": 2})
    changed(home, plan, change)
    report = forecasts.report(done(home, plan).id, "validation")
    assert report is not None
    assert all(np.isfinite(one.mase.mean) for one in report.judgements)
    assert any(np.isnan(one.mase.each).any() for one in report.judgements)
    assert np.isnan(report.judgements[0].by_series["shop 1"])


def test_too_many_steps_together(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tl_core.runs.forecasting.LARGEST", 9)
    status = perform(runs.create_run(home, tiny_project.forecasting(home)))
    assert status.reason == "forecast.too_much"


def test_figures_do_not_depend_on_where_it_was_broken_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off after a checkpoint, and again while the ways are compared."""
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    plan = tiny_project.forecasting(home)
    quiet, broken = done(home, plan), runs.create_run(home, plan)
    append = RunFolder.append
    fatal = iter([("epoch", 3), ("phase", "again")])
    next_one = next(fatal)

    def breaking(self: RunFolder, event) -> None:
        nonlocal next_one
        append(self, event)
        told = (event.kind, getattr(event, "number", None) or getattr(event, "name", None))
        if self.id == broken.id and told == next_one:
            next_one = next(fatal, ("", 0))
            raise SystemExit

    monkeypatch.setattr(RunFolder, "append", breaking)
    for _ in range(2):
        with pytest.raises(SystemExit):
            perform(broken)
    assert perform(broken).state == "done"
    assert broken.view().attempts == 3
    assert [one.epoch for one in broken.events() if one.kind == "resumed"] == [2, 4]
    for part in (quiet, broken):
        assert [one.number for one in part.view().epochs] == [1, 2, 3, 4]
    assert figures(forecasts.report(broken.id, "validation")) == figures(forecasts.report(quiet.id, "validation"))
    ahead = [json.loads((one.path / kept.AHEAD).read_text()) for one in (broken, quiet)]
    assert ahead[0] == ahead[1]
