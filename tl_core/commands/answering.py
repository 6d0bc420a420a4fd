"""``train --task answer``: from documents, and questions where there are any, to an assistant that can be asked."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from tl_core import backbones
from tl_core.bundle.assistant_folder import MANIFEST, read_parity
from tl_core.commands import training_arguments as training
from tl_core.domain.answer import AnswerReport
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ExamPlan, ForecastRecipe, Recipe
from tl_core.domain.project import Project
from tl_core.domain.run import RunView, Status
from tl_core.domain.split import SplitRule
from tl_core.store.answers import Judged, read_report
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import questions
from tl_core.words import say

RECIPES: dict[Recipe, ForecastRecipe] = {"probe": "untuned", "finetune": "finetune", "scratch": "scratch"}
PARTS: tuple[Judged, ...] = ("validation", "test")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--questions", type=Path, metavar="FILE", help=say("answering.questions_help"))
    parser.add_argument("--mask-personal", action="store_true", help=say("answering.mask_help"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake, training and, with ``--exam``, the sealed exam; the same jobs that the pages start.

    With fewer than 20 questions nothing is chosen and nothing judged, and there is an assistant all the same.
    ``bundle`` is told only where a fresh process finds the same by it. Raises ``InputFault``.
    """
    home = Home.default()
    if args.modality != "text":
        raise InputFault("answering.texts_only")
    training.check(args, args.questions)
    card = backbones.card(home, args.backbone or backbones.default(args.modality))
    frozen = training.frozen(args.frozen_stages, len(card.stages))
    training.check_out(args.out, MANIFEST)
    project = training.create_project_of(home, args)
    taken, status = training.take_in(home, args, project)
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    ended = [status]
    if args.questions:
        questions.import_file(project.id, args.questions.resolve(), mask_personal=args.mask_personal)
    needed = questions.needed(project.id)
    plan = _plan(args, project, taken).model_copy(update={"frozen_stages": frozen})
    folder, status = training.do(home, plan, _epochs)
    ended.append(status)
    validation = read_report(folder, "validation")
    if args.exam and status.state == "done" and validation and not validation.few_questions:
        ended.append(training.do(home, ExamPlan(project=project.id, run=folder.id))[1])
    bundle = training.deliver(folder, args.out) if status.model else None
    told = _result(load_dataset(home, project.id, plan.dataset), folder, bundle, status, ended)
    return {**told, "questions": needed.model_dump()}


def evaluate(args: argparse.Namespace) -> dict[str, Any]:
    """``evaluate`` with an assistant: how well it finds what answers the questions of ``--data``, and how often it says
    that it does not know. Raises ``InputFault``, also where no question names any of its documents."""
    from tl_core.answering.fusion import findable, truth_of
    from tl_core.bundle.assistant import LoadedAssistant
    from tl_core.evaluation import retrieval

    began = time.monotonic()
    assistant = LoadedAssistant(args.bundle)
    asked = list(questions.asked_in(args.data.resolve(), assistant.samples)[0].values())
    judged = findable(asked, assistant.samples)
    if not judged:
        raise InputFault("answering.nothing_judged", count=len(asked))
    truth, groups = truth_of(judged, assistant.samples), [one.group for one in judged]
    ranks = [
        retrieval.ranks(assistant.find(one.text).fused[None], truth.some([row]))[0] for row, one in enumerate(judged)
    ]
    said = np.array([assistant.reply(one.text).answered for one in judged], dtype=np.float64)
    none = np.array([assistant.reply(one.text).answered for one in asked if one.unanswerable], dtype=np.float64)
    metrics = {str(name): training.plain(one) for name, one in retrieval.judge(ranks, groups).items()}
    metrics["answered"] = training.plain(retrieval.mean_of(said, groups))
    if len(none):
        metrics["wrong"] = training.plain(retrieval.mean_of(none))
    return {
        "status": "done",
        "run": assistant.manifest.run,
        "bundle": str(args.bundle),
        "counts": {"train": 0, "validation": 0, "test": len(judged)},
        "judged": len(judged),
        "unknown": len(asked) - len(judged) - len(none),
        "metrics": {f"test/{name}": value for name, value in metrics.items()},
        "seconds": {"total": time.monotonic() - began},
    }


def tell_evaluated(result: dict[str, Any]) -> str:
    """``evaluate`` for people."""
    lines = [say("answering.told_judged", count=result["judged"])]
    for name, figure in result["metrics"].items():
        key = "predict.told_no_interval" if figure["low"] is None else "predict.told_interval"
        title = say(f"answering.metric_{name.removeprefix('test/').replace('@', '_')}")
        lines.append(f"  {title}: {say(key, **figure)}")
    if result["unknown"]:
        lines.append(say("answering.told_unknown", count=result["unknown"]))
    return "\n".join(lines)


def tell(result: dict[str, Any]) -> str:
    """The end for people."""
    if "recommended" not in result:
        return say("training.stopped_before")
    where = {"bundle": result["bundle"] or result["folder"]}
    if result["few_questions"]:
        return say("answering.told_few", **result["questions"], passages=result["passages"], **where)
    part = "test" if "test/recall@5" in result["metrics"] else "validation"
    ways = (result["metrics"], result["baselines"]["words"])
    found, words = (figures[f"{part}/recall@5"]["value"] for figures in ways)
    return say(f"answering.told_{part}", found=100 * found, words=100 * words, **where)


def _plan(args: argparse.Namespace, project: Project, taken: RunFolder) -> AnswerPlan:
    return AnswerPlan(
        project=project.id, dataset=str(taken.view().result["dataset"]),
        backbone=args.backbone or backbones.default(args.modality), recipe=RECIPES[args.recipe],
        split=SplitRule(seed=args.seed), epochs=args.epochs, lora_rank=args.lora_rank, seed=args.seed,
        device=args.device, precision=args.precision,
    )  # fmt: skip


def _epochs(seen: RunView) -> list[str]:
    """One line a look at validation."""
    return [
        say("answering.told_epoch", number=one.number, of=one.of, found=100 * one.metrics["validation/recall@5"])
        for one in seen.epochs
        if "validation/recall@5" in one.metrics
    ]


def _result(
    dataset: Dataset, folder: RunFolder, bundle: Path | None, status: Status, ended: list[Status]
) -> dict[str, Any]:
    reports = [report for part in PARTS if (report := read_report(folder, part)) is not None]
    found: dict[str, Any] = {"status": status.state, "run": folder.id, "folder": str(folder.path)}
    if not reports:
        return found
    report, certificate = reports[0], read_parity(folder.bundle)
    passed = certificate.passed if certificate else None
    names = [finder.name for finder in report.finders]
    return found | {
        "documents": len({sample.source for sample in dataset.samples}),
        "passages": len(dataset.samples),
        "refused": {one.source: one.why for one in dataset.refusals if not one.kept},
        "few_questions": report.few_questions,
        "recommended": report.recommended,
        "tuned_epochs": report.tuned_epochs,
        "metrics": _figures(reports, report.recommended),
        "baselines": {name: _figures(reports, name) for name in names},
        "gain": {f"{one.subset}/recall@5": training.plain(one.gain) for one in reports if one.gain},
        "refusal": {one.subset: _refusal(one) for one in reports if one.refusal},
        "kept": training.plain(report.kept) if report.kept else None,
        "bundle": str(bundle) if bundle and passed else None,
        "parity": passed,
        "seconds": {"total": sum(job.seconds.get("total", 0.0) for job in ended)},
    }


def _figures(reports: list[AnswerReport], name: str) -> dict[str, Any]:
    return {
        f"{report.subset}/{metric}": training.plain(value)
        for report in reports
        for finder in report.finders
        if finder.name == name
        for metric, value in finder.metrics.items()
    }


def _refusal(report: AnswerReport) -> dict[str, Any]:
    """What the threshold does to questions that can be answered, and to those that cannot."""
    assert report.refusal is not None
    return {
        "threshold": report.refusal.threshold,
        "answered": training.plain(report.answered) if report.answered else report.refusal.answered,
        "wrong": training.plain(report.wrong) if report.wrong else report.refusal.wrong,
    }
