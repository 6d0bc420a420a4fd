"""``ladder``: every freeze boundary on the same data, and how deep is deep enough; in this process."""

from __future__ import annotations

import argparse
from typing import Any

from tl_core.commands import training_arguments as training
from tl_core.domain.event import Rung
from tl_core.domain.plan import LadderPlan
from tl_core.domain.run import RunView
from tl_core.domain.split import SUBSETS
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.use_cases import ladders
from tl_core.words import say

SCORE = "validation/balanced_accuracy"


def add(parser: argparse.ArgumentParser) -> None:
    training.add(parser)
    parser.add_argument("--no-scratch", action="store_true")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake and ladder; the same jobs that the pages start. Raises InputFault."""
    home = Home.default()
    training.check(args)
    taken, status = training.take_in(home, args, training.create_project_of(home, args))
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    plan = LadderPlan(base=training.plan(args, taken), scratch=not args.no_scratch)
    folder, status = training.do(home, plan, _lines)
    split, found = folder.split(), ladders.found(folder.id)
    recommended = None
    if found is not None and found.advice is not None:
        advice = found.advice
        reason = " ".join(ladders.words(found))
        recommended = {"frozen_stages": advice.frozen_stages, "recipe": advice.recipe, "reason": reason}
    return {
        "status": status.state,
        "run": folder.id,
        "folder": str(folder.path),
        "classes": load_dataset(home, plan.project, plan.base.dataset).classes,
        "counts": {subset: len(split.ids(subset)) if split else 0 for subset in SUBSETS},
        "rungs": [_plain(rung) for rung in folder.view().rungs],
        "recommended": recommended,
        "seconds": status.seconds,
    }


def tell(result: dict[str, Any]) -> str:
    """The rungs and the recommendation for people."""
    if not result.get("rungs"):
        return say("ladder.told_nothing")
    lines = [
        _line(rung["recipe"], rung["frozen_stages"], rung["metrics"][SCORE]["value"], rung["seconds"])
        for rung in result["rungs"]
        if rung["metrics"]
    ]
    recommended = result["recommended"]
    return "\n".join([*lines, *([recommended["reason"]] if recommended else [])])


def _lines(seen: RunView) -> list[str]:
    """One line a rung while the ladder goes on."""
    told = [rung for rung in seen.rungs if rung.metrics]
    return [_line(rung.recipe, rung.frozen_stages, rung.metrics[SCORE].value, rung.seconds) for rung in told]


def _line(recipe: str, frozen: int, score: float, seconds: float) -> str:
    return say(f"ladder.told_{recipe}", frozen=frozen, score=f"{score:.2f}", seconds=seconds)


def _plain(rung: Rung) -> dict[str, Any]:
    kept = {"frozen_stages", "recipe", "seconds", "prepare_seconds", "memory", "trained_parameters", "epochs"}
    metrics = {name: training.plain(metric) for name, metric in rung.metrics.items()}
    ability = {name: training.plain(one) for name, one in (("kept", rung.kept), ("original", rung.original)) if one}
    return {**rung.model_dump(include=kept), "metrics": metrics, **ability}
