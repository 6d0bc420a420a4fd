"""``train``: from a folder or table to a bundle, in this process; what the guide does page by page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

from tl_core import backbones
from tl_core.bundle.folder import MANIFEST
from tl_core.commands import answering, forecasting
from tl_core.commands import training_arguments as training
from tl_core.domain.mixes import Mixes
from tl_core.domain.plan import ExamPlan, Recipe, TrainPlan
from tl_core.domain.report import Report
from tl_core.domain.run import RunView, Status
from tl_core.domain.split import SUBSETS, Subset
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.words import say

PHASES = ("prepare", "features", "train", "evaluate")


def add(parser: argparse.ArgumentParser) -> None:
    training.add(parser, tasks=("classify", "forecast", "answer"))
    forecasting.add(parser)
    answering.add(parser)
    parser.add_argument("--test", type=Path, metavar="PATH")
    parser.add_argument("--recipe", default="finetune", choices=get_args(Recipe))
    parser.add_argument("--frozen-stages", metavar="N|all")
    parser.add_argument("--exam", action="store_true")
    parser.add_argument("--out", type=Path, metavar="DIR")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake, training and, with ``--exam``, the sealed exam; the same jobs that the pages start."""
    if args.task == "forecast":
        return forecasting.perform(args)
    if args.task == "answer":
        return answering.perform(args)
    home = Home.default()
    training.check(args, args.test)
    training.check_out(args.out, MANIFEST)
    taken, status = training.take_in(home, args, training.create_project_of(home, args), args.test)
    ended = [status]
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    plan = _plan(args, taken)
    folder, status = training.do(home, plan, _epochs)
    ended.append(status)
    if args.exam and status.state == "done":
        ended.append(training.do(home, ExamPlan(project=plan.project, run=folder.id))[1])
    bundle = training.deliver(folder, args.out) if status.model else None
    return _result(home, folder, bundle, status, ended)


def tell(result: dict[str, Any]) -> str:
    """The end of a training for people."""
    if "horizon" in result:
        return forecasting.tell(result)
    if "passages" in result:
        return answering.tell(result)
    if not result.get("metrics") and result.get("bundle"):
        return say("training.told_unjudged", bundle=result["bundle"])
    if not result.get("metrics"):
        return say("training.stopped_before")
    subset = "test" if "test/balanced_accuracy" in result["metrics"] else "validation"
    score = result["metrics"][f"{subset}/balanced_accuracy"]["value"]
    return say("training.told", score=score, subset=subset, bundle=result["bundle"])


def _plan(args: argparse.Namespace, taken: RunFolder) -> TrainPlan:
    plan = training.plan(args, taken)
    frozen = training.frozen(args.frozen_stages, len(backbones.card(Home.default(), plan.backbone).stages))
    augmentations = plan.augmentations if args.recipe != "probe" else []
    return plan.model_copy(update={"recipe": args.recipe, "frozen_stages": frozen, "augmentations": augmentations})


def _epochs(seen: RunView) -> list[str]:
    """One line a round of training."""
    return [
        say(
            "training.told_epoch", number=epoch.number, of=epoch.of,
            score=epoch.metrics["validation/balanced_accuracy"], loss=epoch.metrics["validation/loss"],
        )
        for epoch in seen.epochs
    ]  # fmt: skip


def _result(home: Home, folder: RunFolder, bundle: Path | None, status: Status, ended: list[Status]) -> dict[str, Any]:
    plan, split = folder.plan(), folder.split()
    assert isinstance(plan, TrainPlan)
    dataset = load_dataset(home, read_project(home, plan.project).id, plan.dataset)
    metrics: dict[str, Any] = {}
    others: dict[str, Any] = {}
    gains: dict[str, Any] = {}
    chosen = recommended = None
    for report in filter(None, (_report(folder, subset) for subset in SUBSETS)):
        chosen, recommended = report.chosen, report.recommended or report.chosen
        for candidate in report.candidates:
            place = metrics if candidate.name == report.chosen else others.setdefault(candidate.name, {})
            place |= {f"{report.subset}/{name}": training.plain(m) for name, m in candidate.metrics.items()}
        if report.gain_over_classic:
            gains[f"{report.subset}/balanced_accuracy"] = training.plain(report.gain_over_classic)
    spent = [job.seconds for job in ended]
    seconds = {name: sum(s.get(name, 0.0) for s in spent) for name in PHASES}
    seconds["prepare"] += spent[0].get("total", 0.0)
    return {
        "status": status.state,
        "run": folder.id,
        "folder": str(folder.path),
        "bundle": str(bundle) if bundle else None,
        "classes": dataset.classes,
        "counts": {subset: len(split.ids(subset)) if split else 0 for subset in SUBSETS},
        "chosen": chosen,
        "metrics": metrics,
        "baselines": others,
        "recommended": recommended,
        "gain_over_classic": gains,
        "kept": _kept(folder, chosen),
        "seconds": {**seconds, "total": sum(s.get("total", 0.0) for s in spent)},
    }


def _report(folder: RunFolder, subset: Subset) -> Report | None:
    return read_noun(folder.evaluation / f"{subset}.json", Report)


def _kept(folder: RunFolder, chosen: str | None) -> dict[str, float | None] | None:
    """What a fine-tuned model kept of the starting model's ability; None for any other."""
    found = read_noun(folder.evaluation / "mixes.json", Mixes) if chosen == "finetuned" else None
    return training.plain(found.tuned) if found else None
