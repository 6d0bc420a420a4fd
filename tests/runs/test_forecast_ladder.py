"""A freeze ladder of a forecasting with a small random network: its rungs, its advice, and what a break leaves."""

from __future__ import annotations

import pytest

from tests.runs import tiny_project
from tl_core.domain.event import Rung
from tl_core.domain.ladder import Ladder
from tl_core.domain.plan import ForecastPlan, LadderPlan, Plan
from tl_core.evaluation.forecasts import plan_origins
from tl_core.jobs.perform import perform
from tl_core.store import forecasts as kept
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

MASE = "validation/mase"


@pytest.fixture
def base(home: Home) -> ForecastPlan:
    plan = tiny_project.forecasting(home)
    return plan.model_copy(update={"frozen_stages": None, "steps": 20})


def done(home: Home, plan: Plan, state: str = "done") -> RunFolder:
    folder = runs.create_run(home, plan)
    status = perform(folder)
    assert status.state == state, folder.log_path.read_text() if folder.log_path.exists() else status
    return folder


def report(folder: RunFolder) -> Ladder:
    return Ladder.model_validate_json((folder.evaluation / "ladder.json").read_bytes())


def figures(folder: RunFolder) -> list[tuple]:
    """All that must not depend on how often a ladder was broken off."""
    return [(r.recipe, r.frozen_stages, r.epochs, r.trained_parameters, r.metrics) for r in folder.view().rungs]


def test_every_depth_is_tried_from_as_it_is_to_from_scratch(home: Home, base: ForecastPlan) -> None:
    folder = done(home, LadderPlan(base=base))
    told = folder.view().rungs
    stages = told[0].frozen_stages
    assert [(r.recipe, r.frozen_stages) for r in told] == [
        ("untuned", stages), *(("finetune", n) for n in reversed(range(stages + 1))), ("scratch", 0)
    ]  # fmt: skip
    assert {r.of for r in told} == {len(told)}
    parameters = [r.trained_parameters for r in told]
    assert parameters == sorted(parameters)
    assert parameters[0] == 0 < parameters[1]
    assert parameters[-1] == parameters[-2]
    for rung in told:
        assert set(rung.metrics) == {MASE, "validation/weighted_quantile_loss"}
        assert (rung.metrics[MASE].groups, rung.metrics[MASE].low) == (5, None), "five moments: no honest interval"
        assert rung.seconds > 0
        assert rung.memory > 0
        assert rung.energy is not None
        tuned = rung.recipe == "finetune"
        assert (rung.kept is not None, rung.original is not None) == (tuned, tuned)
    assert all(rung.kept.value > 0 for rung in told if rung.kept)
    assert any(rung.kept.value != 1 for rung in told if rung.kept), "none was tuned at all"
    assert [r.epochs for r in told] == [None, *[2] * (stages + 2)]
    found = report(folder)
    assert found.rungs == told
    assert set(found.beside) == {"seasonal_naive", "smoothing", "theta"}
    assert found.advice is not None
    scores = {(r.recipe, r.frozen_stages): r.metrics[MASE].value for r in told}
    best = found.advice.best or found.advice
    assert scores[best.recipe, best.frozen_stages] == min(scores.values())
    assert folder.view().seconds_left == 0
    assert not folder.bundle.exists()
    assert not any(folder.path.glob("checkpoints/*"))


def test_a_rung_is_the_forecasting_of_that_depth(home: Home, base: ForecastPlan, monkeypatch) -> None:
    monkeypatch.setattr("tl_core.runs.forecast.MOST_ARIMA", 0)
    found = done(home, LadderPlan(base=base)).view().rungs
    stages, told = found[0].frozen_stages, {(r.recipe, r.frozen_stages): r for r in found}
    for recipe, frozen, way in (("finetune", 2, "tuned"), ("scratch", 0, "scratch"), ("untuned", stages, "untuned")):
        plain = done(home, base.model_copy(update={"recipe": recipe, "frozen_stages": frozen}))
        judged = kept.read_report(plain, "validation")
        assert judged is not None
        same = next(one for one in judged.judgements if one.name == way)
        assert told[recipe, frozen].metrics[MASE].value == pytest.approx(same.mase.mean, abs=1e-6)


def test_the_part_of_the_exam_changes_nothing(home: Home, base: ForecastPlan) -> None:
    """The same past with another end: every figure is the same."""
    other = Home(home.path / "other")
    another = tiny_project.forecasting(other, altered=9).model_copy(update={"frozen_stages": None, "steps": 20})
    origins = plan_origins(90, base.horizon, 16)
    assert origins is not None
    assert origins.unseen >= 9
    ours, theirs = (done(at, LadderPlan(base=one, scratch=False)) for at, one in ((home, base), (other, another)))
    assert figures(ours) == figures(theirs)


def test_figures_do_not_depend_on_where_it_was_broken_off(home: Home, base: ForecastPlan, monkeypatch) -> None:
    """After the first rung was told, within another one after a checkpoint, and while the classics are judged."""
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    plan = LadderPlan(base=base.model_copy(update={"steps": 40}))
    quiet, broken = done(home, plan), runs.create_run(home, plan)
    append = RunFolder.append
    fatal = iter([("rung", 0, 1), ("epoch", 3, 2), ("phase", "evaluate", len(quiet.view().rungs))])
    now = next(fatal)

    def breaking(self: RunFolder, event) -> None:
        nonlocal now
        append(self, event)
        if self.id != broken.id:
            return
        name = {"epoch": "number", "phase": "name"}.get(event.kind, "")
        if (event.kind, getattr(event, name, 0), len(self.view().rungs)) == now:
            now = next(fatal, ("", 0, 0))
            raise SystemExit

    monkeypatch.setattr(RunFolder, "append", breaking)
    for _ in range(3):
        with pytest.raises(SystemExit):
            perform(broken)
    assert perform(broken).state == "done"
    assert broken.view().attempts == 4
    assert [one.epoch for one in broken.events() if one.kind == "resumed"] == [2]
    assert figures(broken) == figures(quiet)
    assert report(broken).beside == report(quiet).beside
    ours, theirs = report(broken).advice, report(quiet).advice
    assert ours is not None
    assert theirs is not None
    assert (ours.recipe, ours.frozen_stages, ours.reason) == (theirs.recipe, theirs.frozen_stages, theirs.reason)


def stopping(monkeypatch: pytest.MonkeyPatch, rungs: int) -> None:
    append = RunFolder.append

    def stop(self: RunFolder, event) -> None:
        append(self, event)
        if len(self.view().rungs) >= rungs and (isinstance(event, Rung) or not rungs):
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", stop)


def test_stopped_it_keeps_the_rungs_so_far_and_compares_them(home: Home, base: ForecastPlan, monkeypatch) -> None:
    stopping(monkeypatch, 3)
    folder = done(home, LadderPlan(base=base), "stopped")
    assert len(folder.view().rungs) == 3
    found = report(folder)
    assert found.advice is not None
    assert set(found.beside) == {"seasonal_naive"}


def test_stopped_before_a_rung_there_is_nothing(home: Home, base: ForecastPlan, monkeypatch) -> None:
    stopping(monkeypatch, 0)
    folder = done(home, LadderPlan(base=base), "stopped")
    assert folder.view().rungs == []
    assert not (folder.evaluation / "ladder.json").exists()


def test_what_cannot_work_is_a_sentence(home: Home, base: ForecastPlan) -> None:
    status = perform(runs.create_run(home, LadderPlan(base=base.model_copy(update={"horizon": 60}))))
    assert (status.state, status.fault, status.reason) == ("failed", "input", "forecast.too_short_for_horizon")
