"""Freeze ladders: started, listed, and their recommendation in words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tl_core import backbones
from tl_core.domain.fault import InputFault
from tl_core.domain.ladder import Advice, Ladder, Versus
from tl_core.domain.plan import LadderPlan, TrainPlan
from tl_core.domain.report import Metric
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training import recipes
from tl_core.use_cases import runs
from tl_core.words import say

WORTH_SAYING = 1.5  # times as fast; less is noise


def start(base: TrainPlan, *, scratch: bool = True) -> str:
    """Queue a ladder whose rungs are ``base`` at every boundary; the job's id. Raises InputFault as ``runs.start``."""
    return runs.start(LadderPlan(base=base, scratch=scratch))


def of_project(project_id: str) -> list[runs.RunSummary]:
    """A project's ladders, newest first."""
    return runs.runs_of(project_id, "ladder")


def planned(plan: LadderPlan, run_id: str | None = None) -> list[TrainPlan]:
    """Its rungs in the order tried, of ``run_id`` with the layer groups that it found to be enough.

    Raises InputFault when the starting model is not known any more.
    """
    home = Home.default()
    card = backbones.card(home, plan.base.backbone)
    depth = RunFolder.find(home, run_id).depth() if run_id else None
    if depth is not None:
        card = card.model_copy(update={"stages": card.stages[: depth.stages]})
    return recipes.rungs(plan, card)


def found(run_id: str) -> Ladder | None:
    """What a ladder found; None while it has not ended, or failed. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    if not isinstance(folder.plan(), LadderPlan):
        raise InputFault("ladder.not_one")
    file = folder.path / "evaluation" / "ladder.json"
    try:
        return _read(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=16)
def _read(file: Path, changed: int) -> Ladder:
    return Ladder.model_validate_json(file.read_bytes())


def words(ladder: Ladder) -> list[str]:
    """The recommendation and its reasons, a sentence each; empty without one."""
    advice = ladder.advice
    if advice is None:
        return []
    said = [_what(advice, ladder.rungs[0].frozen_stages), _why(advice)]
    if advice.everything is not None:
        said.append(_beside("everything", advice.everything))
    if advice.scratch is not None:
        said.append(_beside("scratch", advice.scratch))
    return said


def _what(advice: Advice, stages: int) -> str:
    if advice.recipe == "finetune" and not advice.frozen_stages:
        return say("ladder.advice_everything")
    return say(f"ladder.advice_{advice.recipe}", frozen=advice.frozen_stages, count=stages)


def _why(advice: Advice) -> str:
    if advice.reason == "best":
        return say("ladder.reason_best_probe" if advice.recipe == "probe" else "ladder.reason_best")
    return say(f"ladder.reason_{advice.reason}")


def _beside(name: str, other: Versus) -> str:
    gain = other.gain
    values = {"gain": _figure(abs(gain.value)), "interval": _interval(gain), "speed": _speed(name, other.faster)}
    if gain.low is None or gain.high is None:
        way = "more" if gain.value > 0 else "less"
        return say(f"ladder.{name}_unsure_{way}", **values)
    way = "above" if gain.low > 0 else "below" if gain.high < 0 else "level"
    return say(f"ladder.{name}_{way}", **values)


def _speed(name: str, faster: float) -> str:
    """Empty where it makes no difference to speak of."""
    for way, times in (("faster", faster), ("slower", 1 / faster)):
        if times >= WORTH_SAYING:
            rounded = f"{times:.0f}" if times >= 3 or abs(times - round(times)) < 0.05 else f"{times:.1f}"
            return say(f"ladder.{name}_{way}", times=rounded)
    return ""


def _interval(gain: Metric) -> str:
    if gain.low is None or gain.high is None:
        return ""
    return say("ladder.interval", low=_figure(gain.low), high=_figure(gain.high))


def _figure(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")
