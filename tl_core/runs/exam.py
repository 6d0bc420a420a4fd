"""A job: open the sealed exam for one model. The opening is recorded before there is anything to see."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from tl_core.bundle.load import load_bundle
from tl_core.bundle.write import rewrite_card
from tl_core.domain.dataset import Dataset
from tl_core.domain.decision import Distances
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import AnswerPlan, ExamPlan, ForecastPlan, TrainPlan
from tl_core.domain.report import Predictions, Report
from tl_core.evaluation.decisions import Held, calibrated
from tl_core.evaluation.report import Answers, Verdict, build_report
from tl_core.runs.baselines import Raws, judge_baselines
from tl_core.runs.material import subset_of
from tl_core.runs.warnings import warned
from tl_core.store import runs
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset
from tl_core.store.decisions import write_calibrated, write_distances
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder

PAUSE = 0.5  # seconds between two reports of progress


def run(folder: RunFolder, plan: ExamPlan, home: Home) -> None:
    """Answer the exam with the bundle of ``plan.run``, baselines beside it; reports go to that training's folder.

    Raises InputFault (no model, no exam) before the opening is counted, and Stopped.
    """
    folder.append(Phase(name="prepare"))
    training = RunFolder.find(home, plan.run)
    asked = training.plan()
    if isinstance(asked, ForecastPlan):
        from tl_core.runs import forecasting

        forecasting.open_exam(folder, plan, home, training, asked)
        return
    if isinstance(asked, AnswerPlan):
        from tl_core.runs import answer

        answer.open_exam(folder, plan, home, training, asked)
        return
    if not isinstance(asked, TrainPlan):
        raise InputFault("results.not_a_training")
    split = training.split()
    if split is None or not training.bundle.is_dir():
        raise InputFault("results.no_model")
    dataset = load_dataset(home, asked.project, asked.dataset)
    exam, train = subset_of(dataset, split, "test"), subset_of(dataset, split, "train")
    if not exam.samples:
        raise InputFault("results.no_exam")
    predictor = load_bundle(training.bundle)

    runs.open_once(folder, asked.project, plan.run)
    folder.append(Phase(name="predict", total=len(exam.samples)))
    with tempfile.TemporaryDirectory(dir=folder.path, prefix="compiled-", ignore_cleanup_errors=True) as work:
        predictor.quicken(len(exam.samples), Path(work))
    raws = Raws(home, asked.project, asked.modality, exam.samples)
    seen = predictor.look(raws, pace(folder, len(exam.samples)))

    folder.append(Phase(name="evaluate"))
    validation = _report(training)
    mine = predictor.manifest.candidate
    made = next((c for c in validation.candidates if c.name == mine), None) if validation else None
    answers = {mine: Answers(seen.probabilities, made.seconds if made else 0.0, made.epochs if made else None)}
    answers |= judge_baselines(home, asked.project, asked.modality, train, exam, len(dataset.classes))
    report, predictions = build_report(
        "test",
        dataset.classes,
        mine,
        answers,
        exam.labels,
        exam.ids,
        exam.groups if dataset.group_rule else None,
        verdict=Verdict(validation.recommended or mine, validation.against) if validation else None,
    )
    if seen.distances is not None:
        write_distances(training, "test", Distances(samples=exam.ids, values=seen.distances.tolist()))
    report = warned(home, asked.project, dataset, report, predictions)
    write_json(training.evaluation / "test-predictions.json", predictions)
    _keep_calibrated(training, asked, dataset, predictions)
    write_json(training.evaluation / "test.json", report)
    reports = [validation, report] if validation else [report]
    rewrite_card(training.bundle, asked, dataset, split, reports)


def pace(folder: RunFolder, total: int) -> Callable[[int], None]:
    """What hears of every few samples done: tells it twice a second, and raises Stopped when a person asked for it."""
    began = told = time.monotonic()

    def tell(done: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < PAUSE and done < total:
            return
        told = now
        if folder.stop_requested():
            raise Stopped
        folder.append(Progress(done=done, total=total, rate=done / max(1e-3, now - began)))

    return tell


def _keep_calibrated(training: RunFolder, asked: TrainPlan, dataset: Dataset, said: Predictions) -> None:
    """Whether its percentages come true on the exam, as corrected by validation."""
    before = read_noun(training.evaluation / "validation-predictions.json", Predictions)
    if before is None:
        return
    group = {sample.id: sample.group for sample in dataset.samples}
    with threadpool_limits(limits=1, user_api="blas"):  # same run, same numbers
        validation, held = (
            Held(
                np.array(one.true), np.array(one.probabilities),
                [group.get(sample) for sample in one.samples] if dataset.group_rule else None,
            )
            for one in (before, said)
        )  # fmt: skip
        write_calibrated(training, "test", calibrated(validation, held, asked.seed))


def _report(training: RunFolder) -> Report | None:
    return read_noun(training.evaluation / "validation.json", Report)
