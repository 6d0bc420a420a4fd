"""``train``: from a folder or table to a bundle, in this process; what the guide does page by page."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any, TextIO, get_args

from tl_core import backbones
from tl_core.domain.fault import InputFault
from tl_core.domain.mixes import Mixes
from tl_core.domain.plan import Columns, DeviceChoice, ExamPlan, IntakePlan, Plan, Recipe, TrainPlan
from tl_core.domain.project import MODALITY_OF, Purpose
from tl_core.domain.report import Metric, Report
from tl_core.domain.run import Status
from tl_core.domain.split import SUBSETS, SplitRule, Subset
from tl_core.jobs.foreground import work_here
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.plans import default_plan
from tl_core.words import say

PURPOSES: dict[str, Purpose] = {"image": "photos", "text": "texts"}
PHASES = ("prepare", "features", "train", "evaluate")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--modality", required=True, choices=sorted(set(MODALITY_OF.values())))
    parser.add_argument("--task", default="classify", choices=["classify"])
    parser.add_argument("--data", required=True, type=Path, metavar="PATH")
    parser.add_argument("--test", type=Path, metavar="PATH")
    parser.add_argument("--text-column", metavar="C")
    parser.add_argument("--label-column", metavar="C")
    groups = parser.add_mutually_exclusive_group()
    groups.add_argument("--group-column", metavar="C")
    groups.add_argument("--group-pattern", metavar="REGEX")
    parser.add_argument("--backbone", metavar="NAME")
    parser.add_argument("--recipe", default="finetune", choices=get_args(Recipe))
    parser.add_argument("--frozen-stages", metavar="N|all")
    parser.add_argument("--epochs", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--device", default="auto", choices=get_args(DeviceChoice))
    parser.add_argument("--exam", action="store_true")
    parser.add_argument("--out", type=Path, metavar="DIR")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake, training and, with ``--exam``, the sealed exam; the same jobs that the pages start."""
    home = Home.default()
    _check(args)
    project = create_project(home, (args.data.stem or str(args.data))[:80], PURPOSES[args.modality])
    columns = None
    if args.text_column or args.label_column or args.group_column:
        columns = Columns(text=args.text_column, label=args.label_column, group=args.group_column)
    intake = IntakePlan(
        project=project.id, modality=args.modality, paths=[str(args.data.resolve())], columns=columns,
        test_paths=[str(args.test.resolve())] if args.test else [],
        group_pattern=args.group_pattern, remove_paths=False,
    )  # fmt: skip
    taken, status = _job(home, intake)
    ended = [status]
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    folder, status = _job(home, _plan(args, project.id))
    ended.append(status)
    if args.exam and status.state == "done":
        ended.append(_job(home, ExamPlan(project=project.id, run=folder.id))[1])
    bundle = _deliver(folder, args.out) if status.model else None
    return _result(home, folder, bundle, status, ended)


def tell(result: dict[str, Any]) -> str:
    """The end of a training for people."""
    if not result.get("metrics"):
        return say("training.stopped_before")
    subset = "test" if "test/balanced_accuracy" in result["metrics"] else "validation"
    score = result["metrics"][f"{subset}/balanced_accuracy"]["value"]
    return say("training.told", score=score, subset=subset, bundle=result["bundle"])


def _check(args: argparse.Namespace) -> None:
    """What can be known to be wrong before any work."""
    for path in (args.data, args.test):
        if path is not None and not path.exists():
            raise InputFault("training.no_path", path=str(path))
    backbones.card(Home.default(), args.backbone or backbones.default(args.modality))
    if args.epochs is not None and not 1 <= args.epochs <= 1000:
        raise InputFault("training.bad_epochs")
    if args.seed < 0:
        raise InputFault("training.bad_seed")
    if args.out and not _may_hold_bundle(args.out):
        raise InputFault("training.out_in_use", path=str(args.out))


def _may_hold_bundle(out: Path) -> bool:
    """Not there yet, empty, or holding a bundle that will be replaced."""
    return not out.exists() or (out.is_dir() and ((out / "bundle.json").exists() or not any(out.iterdir())))


def _plan(args: argparse.Namespace, project_id: str) -> TrainPlan:
    plan = default_plan(project_id, args.recipe, SplitRule(seed=args.seed))
    backbone = args.backbone or plan.backbone
    frozen = None
    if args.frozen_stages is not None:
        stages = len(backbones.card(Home.default(), backbone).stages)
        if args.frozen_stages != "all" and not args.frozen_stages.isdigit():
            raise InputFault("training.bad_frozen", asked=args.frozen_stages, stages=stages)
        frozen = stages if args.frozen_stages == "all" else int(args.frozen_stages)
    changes = {"backbone": backbone, "frozen_stages": frozen, "epochs": args.epochs}
    return plan.model_copy(update={**changes, "seed": args.seed, "device": args.device})


def _job(home: Home, plan: Plan) -> tuple[RunFolder, Status]:
    """Do a job here and now, with its progress on a terminal. Raises what ``work_here`` raises."""
    folder = runs.create_run(home, plan)
    done = threading.Event()
    terminal = os.fdopen(os.dup(2), "w") if sys.stderr.isatty() else None
    teller = threading.Thread(target=_tell_progress, args=(folder, terminal, done), daemon=True)
    teller.start()
    try:
        return folder, work_here(folder)
    finally:
        done.set()
        teller.join()
        if terminal:
            terminal.close()


def _tell_progress(folder: RunFolder, terminal: TextIO | None, done: threading.Event) -> None:
    """One line a part of the work and one a round of training."""
    told: set[str] = set()
    while terminal and not done.wait(0.5):
        seen = folder.view()
        lines = [say(f"training.phase_{seen.phase}")] if seen.phase else []
        for epoch in seen.epochs:
            score, loss = epoch.metrics["validation/balanced_accuracy"], epoch.metrics["validation/loss"]
            lines.append(say("training.told_epoch", number=epoch.number, of=epoch.of, score=score, loss=loss))
        for line in lines:
            if line not in told:
                told.add(line)
                print(line, file=terminal, flush=True)


def _deliver(folder: RunFolder, out: Path | None) -> Path:
    if out is None:
        return folder.bundle
    shutil.copytree(folder.bundle, out, dirs_exist_ok=True)
    return out.resolve()


def _result(home: Home, folder: RunFolder, bundle: Path | None, status: Status, ended: list[Status]) -> dict[str, Any]:
    plan, split = folder.plan(), folder.split()
    assert isinstance(plan, TrainPlan)
    dataset = load_dataset(home, read_project(home, plan.project).id, plan.dataset)
    metrics: dict[str, Any] = {}
    others: dict[str, Any] = {}
    gains: dict[str, Any] = {}
    chosen = None
    for report in filter(None, (_report(folder, subset) for subset in SUBSETS)):
        chosen = report.chosen
        for candidate in report.candidates:
            place = metrics if candidate.name == report.chosen else others.setdefault(candidate.name, {})
            place |= {f"{report.subset}/{name}": _plain(m) for name, m in candidate.metrics.items()}
        if report.gain_over_classic:
            gains[f"{report.subset}/balanced_accuracy"] = _plain(report.gain_over_classic)
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
        "gain_over_classic": gains,
        "kept": _kept(folder, chosen),
        "seconds": {**seconds, "total": sum(s.get("total", 0.0) for s in spent)},
    }


def _report(folder: RunFolder, subset: Subset) -> Report | None:
    path = folder.evaluation / f"{subset}.json"
    return Report.model_validate_json(path.read_bytes()) if path.exists() else None


def _kept(folder: RunFolder, chosen: str | None) -> dict[str, float | None] | None:
    """What a fine-tuned model kept of the starting model's ability; None for any other."""
    path = folder.evaluation / "mixes.json"
    if chosen != "finetuned" or not path.exists():
        return None
    return _plain(Mixes.model_validate_json(path.read_bytes()).tuned)


def _plain(metric: Metric) -> dict[str, float | None]:
    return {"value": metric.value, "low": metric.low, "high": metric.high}
