"""What every verb that trains shares: its data, its choices, and doing jobs here with their progress on a terminal."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, get_args

from tl_core import backbones
from tl_core.commands import scan_arguments
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, DeviceChoice, IntakePlan, Plan, Precision, TrainPlan
from tl_core.domain.project import MODALITY_OF, Project, Purpose
from tl_core.domain.report import Metric
from tl_core.domain.run import RunView, Status
from tl_core.domain.split import SplitRule
from tl_core.jobs.foreground import work_here
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.plans import default_plan
from tl_core.words import say

PURPOSES: dict[str, Purpose] = {"image": "photos", "text": "texts", "audio": "sounds", "series": "signals"}

OF_TASK: dict[str, Purpose] = {"forecast": "forecasts", "answer": "support"}


def add(parser: argparse.ArgumentParser, tasks: Sequence[str] = ("classify",)) -> None:
    parser.add_argument("--modality", required=True, choices=sorted(set(MODALITY_OF.values())))
    parser.add_argument("--task", default="classify", choices=tasks)
    add_data(parser, "--documents" if "answer" in tasks else "--data")
    parser.add_argument("--backbone", metavar="NAME")
    parser.add_argument("--epochs", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--device", default="auto", choices=get_args(DeviceChoice))
    parser.add_argument("--precision", default="f32", choices=get_args(Precision))
    parser.add_argument("--lora-rank", type=int, metavar="N")


def add_data(parser: argparse.ArgumentParser, also: str = "--data") -> None:
    """Where samples with their classes are; ``also``: another name for it."""
    parser.add_argument(*dict.fromkeys(["--data", also]), dest="data", required=True, type=Path, metavar="PATH")
    parser.add_argument("--add", nargs="+", default=[], type=Path, metavar="PATH")
    parser.add_argument("--unlabelled", action="store_true")
    parser.add_argument("--text-column", metavar="C")
    parser.add_argument("--file-column", metavar="C")
    parser.add_argument("--label-column", metavar="C")
    parser.add_argument("--id-column", metavar="C")
    parser.add_argument("--time-column", metavar="C")
    parser.add_argument("--value-columns", nargs="+", default=[], metavar="C")
    groups = parser.add_mutually_exclusive_group()
    groups.add_argument("--group-column", metavar="C")
    groups.add_argument("--group-pattern", metavar="REGEX")
    parser.add_argument("--slice-columns", nargs="+", default=[], metavar="C")
    scan_arguments.add(parser)


def columns_of(args: argparse.Namespace) -> Columns | None:
    """What the arguments say of a table's columns; None: nothing."""
    named = {
        "text": args.text_column, "file": args.file_column, "label": args.label_column, "group": args.group_column,
        "id": args.id_column, "time": args.time_column,
    }  # fmt: skip
    known = getattr(args, "known_columns", [])
    if not any([*named.values(), args.slice_columns, args.value_columns, known]):
        return None
    return Columns(**named, values=args.value_columns, attributes=args.slice_columns, known=known)


def check(args: argparse.Namespace, *more: Path | None) -> None:
    """What can be known to be wrong before any work; ``more``: other paths that must be there. Raises InputFault."""
    for path in (args.data, *args.add, *more):
        if path is not None and not path.exists():
            raise InputFault("training.no_path", path=str(path))
    card = backbones.card(Home.default(), args.backbone or backbones.default(args.modality))
    if not card.sha256:
        raise InputFault("training.not_fetched", title=card.title, name=card.name)
    if args.epochs is not None and not 1 <= args.epochs <= 1000:
        raise InputFault("training.bad_epochs")
    if args.seed < 0:
        raise InputFault("training.bad_seed")
    scan_arguments.reading(args)
    if args.lora_rank is not None and not 1 <= args.lora_rank <= 256:
        raise InputFault("training.bad_rank")


def check_out(out: Path | None, manifest: str) -> None:
    """What is handed out goes where nothing is yet, or what holds a ``manifest`` of its kind, which will be replaced.

    Raises InputFault for any other place.
    """
    if out and out.exists() and not (out.is_dir() and ((out / manifest).is_file() or not any(out.iterdir()))):
        raise InputFault("training.out_in_use", path=str(out))


def deliver(folder: RunFolder, out: Path | None) -> Path:
    """What a training made, copied to ``out`` if that is said; where it is."""
    if out is None:
        return folder.bundle
    shutil.copytree(folder.bundle, out, dirs_exist_ok=True)
    return out.resolve()


def frozen(asked: str | None, stages: int) -> int | None:
    """How many of ``stages`` are frozen: a number, or "all"; None where nobody asked. Raises InputFault."""
    if asked is None:
        return None
    if asked != "all" and not (asked.isdigit() and int(asked) <= stages):
        raise InputFault("training.bad_frozen", asked=asked, stages=stages)
    return stages if asked == "all" else int(asked)


def create_project_of(home: Home, args: argparse.Namespace) -> Project:
    """A project for the data and the task, named after them.

    Raises InputFault: only time series are forecast, and those come all at once.
    """
    task = getattr(args, "task", "classify")
    if task == "forecast" and args.modality != "series":
        raise InputFault("forecast.series_only")
    if task == "forecast" and args.add:
        raise InputFault("forecast.all_at_once")
    purpose = OF_TASK.get(task, PURPOSES[args.modality])
    return create_project(home, (args.data.stem or str(args.data))[:80], purpose)


def take_in(
    home: Home, args: argparse.Namespace, project: Project, test: Path | None = None
) -> tuple[RunFolder, Status]:
    """The data as those of ``project``, and what is to be added to them. Raises what ``do`` raises."""
    intake = IntakePlan(
        project=project.id, modality=args.modality, paths=[str(args.data.resolve())],
        columns=columns_of(args),
        test_paths=[str(test.resolve())] if test else [],
        group_pattern=args.group_pattern, scan=scan_arguments.reading(args), remove_paths=False,
        mask_personal=getattr(args, "mask_personal", False), unlabelled=args.unlabelled,
    )  # fmt: skip
    taken, status = do(home, intake)
    for path in args.add:
        if status.state == "done":
            more = {"paths": [str(path.resolve())], "test_paths": [], "add": True}
            taken, status = do(home, intake.model_copy(update=more))
    return taken, status


def plan(args: argparse.Namespace, taken: RunFolder) -> TrainPlan:
    """What is sound for these data, with what the arguments choose; recipe and boundary are the caller's."""
    found = default_plan(str(taken.plan().project), "finetune", SplitRule(seed=args.seed))
    changes = {
        "epochs": args.epochs, "seed": args.seed, "device": args.device,
        "precision": args.precision, "lora_rank": args.lora_rank,
    }  # fmt: skip
    return found.model_copy(update={**changes, "backbone": args.backbone or found.backbone})


def do(
    home: Home, plan: Plan, lines: Callable[[RunView], list[str]] = lambda seen: []
) -> tuple[RunFolder, Status]:  # fmt: skip
    """Do a job here and now; on a terminal its parts are told, and ``lines`` beside them. Raises as ``work_here``."""
    folder = runs.create_run(home, plan)
    done = threading.Event()
    terminal = os.fdopen(os.dup(2), "w") if sys.stderr.isatty() else None
    teller = threading.Thread(target=_tell_progress, args=(folder, terminal, lines, done), daemon=True)
    teller.start()
    try:
        return folder, work_here(folder)
    finally:
        done.set()
        teller.join()
        if terminal:
            terminal.close()


def _tell_progress(
    folder: RunFolder, terminal: TextIO | None, lines: Callable[[RunView], list[str]], done: threading.Event
) -> None:
    """Each line once."""
    told: set[str] = set()
    while terminal and not done.wait(0.5):
        seen = folder.view()
        for line in [*([say(f"training.phase_{seen.phase}")] if seen.phase else []), *lines(seen)]:
            if line not in told:
                told.add(line)
                print(line, file=terminal, flush=True)


def plain(metric: Metric) -> dict[str, float | None]:
    """A figure as JSON tells it."""
    return {"value": metric.value, "low": metric.low, "high": metric.high}
