"""Freeze ladders: started, listed, and their recommendation in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tl_core import backbones
from tl_core.domain.event import Rung
from tl_core.domain.fault import InputFault
from tl_core.domain.ladder import Advice, Ladder, Versus
from tl_core.domain.plan import ForecastPlan, LadderPlan, TrainPlan
from tl_core.domain.report import Metric
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_noun
from tl_core.store.run_folder import RunFolder
from tl_core.training import recipes
from tl_core.use_cases import runs
from tl_core.words import number, say

HIT_RATE, MASE = "validation/balanced_accuracy", "validation/mase"
WORTH_SAYING = 1.5  # times as fast; less is noise


def start(base: TrainPlan | ForecastPlan, *, scratch: bool = True) -> str:
    """Queue a ladder whose rungs are ``base`` at every boundary; the job's id. Raises InputFault as ``runs.start``."""
    return runs.start(LadderPlan(base=base, scratch=scratch))


def of_project(project_id: str) -> list[runs.RunSummary]:
    """A project's ladders, newest first."""
    return runs.runs_of(project_id, "ladder")


def planned(plan: LadderPlan, run_id: str | None = None) -> Sequence[TrainPlan | ForecastPlan]:
    """Its rungs in the order tried, of ``run_id`` with the layer groups that it found to be enough.

    Raises InputFault when the starting model is not known any more.
    """
    home = Home.default()
    card = backbones.card(home, plan.base.backbone)
    depth = RunFolder.find(home, run_id).depth() if run_id else None
    if depth is not None:
        card = card.model_copy(update={"stages": card.stages[: depth.stages]})
    if isinstance(plan.base, ForecastPlan):
        return recipes.forecast_rungs(plan.base, card, scratch=plan.scratch)
    return recipes.rungs(plan.base, card, scratch=plan.scratch)


def found(run_id: str) -> Ladder | None:
    """What a ladder found; None while it has not ended, or failed. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    if not isinstance(folder.plan(), LadderPlan):
        raise InputFault("ladder.not_one")
    return remembered_noun(folder.path / "evaluation" / "ladder.json", Ladder)


def words(ladder: Ladder) -> list[str]:
    """The recommendation and its reasons, a sentence each; empty without one."""
    advice = ladder.advice
    if advice is None:
        return []
    by = measure(ladder.rungs)
    said = [_what(advice, ladder.rungs[0].frozen_stages), _why(by, advice, advice.recipe == ladder.rungs[0].recipe)]
    if advice.everything is not None:
        said.append(_beside(by, "everything", advice.everything))
    if advice.scratch is not None:
        said.append(_beside(by, "scratch", advice.scratch))
    if ladder.beside:
        said.append(_classic(ladder, advice))
    return said


def measure(rungs: Sequence[Rung]) -> Literal["hits", "mase"]:
    """What rungs are told apart by: average hit rates, or the errors of forecasts."""
    return "mase" if any(MASE in rung.metrics for rung in rungs) else "hits"


def _what(advice: Advice, stages: int) -> str:
    if advice.recipe == "finetune" and advice.frozen_stages in (0, stages):
        name = "head" if advice.frozen_stages else "everything"
        return say(f"ladder.advice_{name}", count=stages)
    return say(f"ladder.advice_{advice.recipe}", frozen=advice.frozen_stages, count=stages)


def _why(by: str, advice: Advice, cheapest: bool) -> str:
    reason = "best_cheapest" if advice.reason == "best" and cheapest else advice.reason
    return say(f"ladder.{by}_{reason}")


def _beside(by: str, name: str, other: Versus) -> str:
    gain = other.gain
    values = {"gain": _figure(abs(gain.value)), "interval": _interval(gain), "speed": _speed(name, other.faster)}
    if gain.low is None or gain.high is None:
        way = "same" if round(gain.value, 2) == 0 else "more" if gain.value > 0 else "less"
        return say(f"ladder.{by}_{name}_unsure_{way}", **values)
    way = "above" if gain.low > 0 else "below" if gain.high < 0 else "level"
    return say(f"ladder.{by}_{name}_{way}", **values)


def _classic(ladder: Ladder, advice: Advice) -> str:
    """The best classic way to forecast beside the recommended rung."""
    place = advice.recipe, advice.frozen_stages
    value = next(r.metrics[MASE].value for r in ladder.rungs if (r.recipe, r.frozen_stages) == place)
    name = min(ladder.beside, key=lambda one: ladder.beside[one])
    way = "closer" if ladder.beside[name] < value else "further"
    values = {"classic": _figure(ladder.beside[name]), "value": _figure(value)}
    return say(f"ladder.classic_{way}", name=say(f"forecast.name_{name}"), **values)


def _speed(name: str, faster: float) -> str:
    """Empty where it makes no difference to speak of."""
    for way, times in (("faster", faster), ("slower", 1 / faster)):
        if times >= WORTH_SAYING:
            rounded = number(times, ".0f") if times >= 3 or abs(times - round(times)) < 0.05 else number(times, ".1f")
            return say(f"ladder.{name}_{way}", times=rounded)
    return ""


def _interval(gain: Metric) -> str:
    if gain.low is None or gain.high is None:
        return ""
    return say("ladder.interval", low=_figure(gain.low), high=_figure(gain.high))


def _figure(value: float) -> str:
    return number(value, "z.2f").replace("-", "−")
