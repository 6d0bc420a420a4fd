"""``learning-curve``: what parts of the labels are enough for, and what more may bring; in this process."""

from __future__ import annotations

import argparse
from typing import Any

from tl_core.commands import training_arguments as training
from tl_core.domain.learning_curve import CurvePoint, LearningCurve
from tl_core.domain.plan import LearningCurvePlan
from tl_core.domain.split import SUBSETS
from tl_core.store.home import Home
from tl_core.use_cases import learning_curves
from tl_core.words import number, say


def add(parser: argparse.ArgumentParser) -> None:
    training.add(parser)


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake and learning curve; the same jobs that the pages start. Raises InputFault."""
    home = Home.default()
    training.check(args)
    taken, status = training.take_in(home, args, training.create_project_of(home, args))
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    folder, status = training.do(home, LearningCurvePlan(base=training.plan(args, taken)))
    split, found = folder.split(), learning_curves.found(folder.id)
    told = {
        "status": status.state,
        "run": folder.id,
        "folder": str(folder.path),
        "counts": {subset: len(split.ids(subset)) if split else 0 for subset in SUBSETS},
        "seconds": status.seconds,
    }
    return told | (_plain(found) if found else {})


def tell(result: dict[str, Any]) -> str:
    """The curve for people."""
    if not result.get("points"):
        return say("learning_curve.told_nothing")
    lines = [
        say(
            "learning_curve.told", labels=point["labels"],
            probe=number(point['probe']['value'], ".2f"), classic=number(point['classic']['value'], ".2f"),
        )
        for point in result["points"]
    ]  # fmt: skip
    return "\n".join([*lines, *result["says"]])


def _plain(found: LearningCurve) -> dict[str, Any]:
    return {
        "classes": found.classes,
        "points": [_point(point, found.classes) for point in found.points],
        "left_out": found.left_out,
        "outlook": found.outlook.model_dump(),
        "need": found.need.model_dump(),
        "matched": found.matched.model_dump(),
        "says": learning_curves.words(found),
    }


def _point(point: CurvePoint, classes: list[str]) -> dict[str, Any]:
    return {
        **point.model_dump(include={"share", "labels", "draws"}),
        "probe": training.plain(point.probe),
        "classic": training.plain(point.classic),
        "recalls": {label: training.plain(one) for label, one in zip(classes, point.recalls, strict=True)},
    }
