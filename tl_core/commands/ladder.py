"""``ladder``: every freeze boundary on the same data, and how deep is deep enough; in this process."""

from __future__ import annotations

import argparse
from typing import Any

from tl_core.commands import forecasting
from tl_core.commands import training_arguments as training
from tl_core.domain.event import Rung
from tl_core.domain.plan import LadderPlan
from tl_core.domain.run import RunView
from tl_core.domain.split import SUBSETS
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.use_cases import ladders
from tl_core.words import joined, number, say

SCORES = {"hits": ladders.HIT_RATE, "mase": ladders.MASE}


def add(parser: argparse.ArgumentParser) -> None:
    training.add(parser, tasks=("classify", "forecast"))
    forecasting.add(parser)
    parser.add_argument("--no-scratch", action="store_true")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake and ladder; the same jobs that the pages start. Raises InputFault."""
    home, forecasts = Home.default(), args.task == "forecast"
    (forecasting if forecasts else training).check(args)
    taken, status = training.take_in(home, args, training.create_project_of(home, args))
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    base = forecasting.plan_of(args, taken) if forecasts else training.plan(args, taken)
    plan = LadderPlan(base=base, scratch=not args.no_scratch)
    folder, status = training.do(home, plan, _lines)
    split, found = folder.split(), ladders.found(folder.id)
    recommended = None
    if found is not None and found.advice is not None:
        advice = found.advice
        reason = joined(ladders.words(found))
        recommended = {"frozen_stages": advice.frozen_stages, "recipe": advice.recipe, "reason": reason}
    return {
        "status": status.state,
        "run": folder.id,
        "folder": str(folder.path),
        "classes": load_dataset(home, plan.project, plan.base.dataset).classes,
        "counts": {subset: len(split.ids(subset)) for subset in SUBSETS} if split else {},
        "rungs": [_plain(rung) for rung in folder.view().rungs],
        "classics": found.beside if found else {},
        "recommended": recommended,
        "seconds": status.seconds,
    }


def tell(result: dict[str, Any]) -> str:
    """The rungs and the recommendation for people."""
    if not result.get("rungs"):
        return say("ladder.told_nothing")
    lines = [
        _line(by, rung["recipe"], rung["frozen_stages"], rung["metrics"][score]["value"], rung["seconds"])
        for rung in result["rungs"]
        for by, score in SCORES.items()
        if score in rung["metrics"]
    ]
    recommended = result["recommended"]
    return "\n".join([*lines, *([recommended["reason"]] if recommended else [])])


def _lines(seen: RunView) -> list[str]:
    """One line a rung while the ladder goes on."""
    return [
        _line(by, rung.recipe, rung.frozen_stages, rung.metrics[score].value, rung.seconds)
        for rung in seen.rungs
        for by, score in SCORES.items()
        if score in rung.metrics
    ]


def _line(by: str, recipe: str, frozen: int, score: float, seconds: float) -> str:
    return say(f"ladder.told_{by}_{recipe}", frozen=frozen, score=number(score, ".2f"), seconds=seconds)


def _plain(rung: Rung) -> dict[str, Any]:
    kept = {"frozen_stages", "recipe", "seconds", "prepare_seconds", "memory", "trained_parameters", "epochs"}
    metrics = {name: training.plain(metric) for name, metric in rung.metrics.items()}
    ability = {name: training.plain(one) for name, one in (("kept", rung.kept), ("original", rung.original)) if one}
    return {**rung.model_dump(include=kept), "metrics": metrics, **ability}
