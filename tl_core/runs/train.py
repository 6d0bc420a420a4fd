"""A whole training: prepare -> features -> probe -> train -> mixes -> evaluate, decide -> bundle."""

from __future__ import annotations

import math
from subprocess import Popen
from typing import Literal

from tl_core.bundle.parity import certify, start_fresh
from tl_core.bundle.write import write_bundle
from tl_core.domain.event import Chosen, Notice, Phase, Spent
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Report
from tl_core.evaluation.baselines import CLASSIC, competitors
from tl_core.evaluation.paired import LEAST_GAIN, log_loss_gain
from tl_core.evaluation.recommended import recommend
from tl_core.evaluation.report import Answers, build_report
from tl_core.runs.baselines import judge_baselines
from tl_core.runs.candidates import Candidate, Job, out_of_fold, prepare, sharpened, solve, train_suffix
from tl_core.runs.decide import Decided, decide_for, keep
from tl_core.runs.mixes import keep_classic, measure_mixes
from tl_core.runs.warnings import warned
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.energy import Meter


def run(folder: RunFolder, plan: TrainPlan, home: Home) -> dict[str, object]:
    """Do what ``plan`` says, resuming whatever an earlier child left; returns what the status should add.

    Raises InputFault (the data or the plan cannot work), Stopped (before there was a model to keep).
    """
    job = prepare(folder, plan, home)
    candidates: dict[str, Candidate] = {}
    library = job.backbone.architecture["library"]
    fresh = start_fresh(library) if job.plan.recipe == "probe" else None  # a quick look is over before that is loaded
    if job.plan.recipe != "scratch":
        with Meter(job.device) as meter:
            candidates["probe"] = solve(job)
            _tell_spent(job, "look", meter, meter.seconds)
    stopped = False
    if job.plan.recipe != "probe":
        with Meter(job.device) as meter:
            trained, stopped = train_suffix(job, candidates.get("probe"))
            if trained is not None:
                _tell_spent(job, "training", meter, max(meter.seconds, trained.seconds))
        if trained is not None:
            candidates["scratch" if job.plan.recipe == "scratch" else "finetuned"] = trained
    if not candidates:
        raise Stopped
    chosen = choose(job, candidates)
    if "finetuned" in candidates and not stopped:
        stopped = not measure_mixes(job, candidates["probe"], candidates["finetuned"])
    fresh = fresh or start_fresh(library)  # loads its libraries while we judge
    report = _evaluate(job, candidates, chosen) if job.judged else None
    original = candidates["probe"].tensors if "probe" in candidates else {}
    decided = decide_for(job, candidates[chosen], original)
    keep(folder, decided)
    _bundle(job, candidates[chosen], chosen, report, decided, fresh)
    Checkpoints(folder.checkpoints).clear()
    return {"model": True, "state": "stopped" if stopped else "done"}


def _tell_spent(job: Job, part: Literal["look", "training"], meter: Meter, seconds: float) -> None:
    """One taken up again does not know what the child before it has used."""
    once = job.folder.view().attempts == 1
    job.tell(Spent(part=part, seconds=seconds, energy=meter.spent() if once else None))


def choose(job: Job, candidates: dict[str, Candidate]) -> str:
    """Which of ``candidates`` (by name) becomes the model.

    Fine-tuning replaces the probe only where validation log-loss falls by more than one standard error. Both are
    compared at their best temperature, so that neither wins or loses by being too sure of itself.
    """
    if "finetuned" not in candidates:
        return "scratch" if "scratch" in candidates else "probe"
    labels = job.validation.labels
    probe, tuned = sharpened(job, candidates["probe"]), candidates["finetuned"].probabilities
    gain, error = log_loss_gain(labels, tuned, probe, job.validation.groups, job.weights[labels])
    chosen = "finetuned" if gain > max(error, LEAST_GAIN) else "probe"
    if chosen == "probe":
        job.tell(Notice(key="training.probe_kept"))
    job.tell(Chosen(candidate=chosen, gain=gain, error=error if math.isfinite(error) else None))
    return chosen


def _evaluate(job: Job, candidates: dict[str, Candidate], chosen: str) -> Report:
    """Every candidate, the majority class and the classic baseline on the validation samples, beside each other."""
    job.tell(Phase(name="evaluate"))
    answers = {name: Answers(c.probabilities, c.seconds, c.epochs) for name, c in candidates.items()}
    if "probe" in answers and len(competitors(job.plan.modality)) > 1:
        answers["probe"] = answers["probe"]._replace(left_out=out_of_fold(job, candidates["probe"]))
    answers |= judge_baselines(
        job.home, job.plan.project, job.plan.modality, job.train, job.validation, job.classes
    )  # fmt: skip
    if "finetuned" in candidates and CLASSIC in answers:
        keep_classic(job, answers[CLASSIC])
    labels = job.validation.labels
    verdict = recommend(
        chosen, answers, (labels, job.validation.groups, job.weights[labels]),
        (job.train.labels, job.train.groups, job.weights[job.train.labels]),
    )  # fmt: skip
    report, predictions = build_report(
        "validation", job.dataset.classes, chosen, answers, job.validation.labels, job.validation.ids,
        job.validation.groups if job.dataset.group_rule else None, verdict=verdict,
    )  # fmt: skip
    report = warned(job.home, job.plan.project, job.dataset, report, predictions)
    write_json(job.folder.evaluation / "validation.json", report)
    write_json(job.folder.evaluation / "validation-predictions.json", predictions)
    return report


def _bundle(
    job: Job, candidate: Candidate, chosen: str, report: Report | None, decided: Decided, fresh: Popen[bytes]
) -> None:
    """Write the product and have a fresh process confirm that it answers as measured."""
    job.tell(Phase(name="bundle"))
    write_bundle(
        job.folder.bundle, job.backbone, candidate.head, run=job.folder.id, plan=job.plan, candidate=chosen,
        dataset=job.dataset, split=job.split, reports=[report] if report else [], tensors=candidate.tensors,
        decision=decided.decision, distance=decided.distance,
    )  # fmt: skip
    parity = certify(
        job.folder.bundle, job.home, job.plan.project, job.validation.samples, candidate.probabilities, fresh
    )  # fmt: skip
    if not parity.passed:
        job.tell(Notice(key="training.parity_failed", values={"difference": parity.largest_difference}))
