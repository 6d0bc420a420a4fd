"""A job: make a mix of starting model and tuned model the model of a training.

It is measured on the validation samples, written as a bundle and certified like any other. An exam that was opened for
the model before says nothing of this one: its figures go, its opening stays counted.
"""

from __future__ import annotations

import copy

from tl_core.bundle.folder import read_manifest
from tl_core.bundle.parity import certify, start_fresh
from tl_core.bundle.write import write_bundle
from tl_core.domain.event import Notice, Phase, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import MixPlan, TrainPlan
from tl_core.domain.report import Candidate, Report
from tl_core.evaluation.baselines import CLASSIC, majority
from tl_core.evaluation.recommended import recommend
from tl_core.evaluation.report import Answers, build_report
from tl_core.freezing.suffix import Suffix
from tl_core.runs.baselines import judge_baselines
from tl_core.runs.candidates import Candidate as Way
from tl_core.runs.candidates import Job, prepare
from tl_core.runs.decide import decide_for, keep
from tl_core.runs.mixes import BATCH, blend, read_classic, read_ends
from tl_core.runs.warnings import warned
from tl_core.store.atomic import write_json
from tl_core.store.decisions import read_decision
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.loop import answer

ENDS = {0.0: "probe", 1.0: "finetuned"}  # what a share is called in reports; anything between is a mix


def run(folder: RunFolder, plan: MixPlan, home: Home) -> None:
    """Write the bundle of ``plan.run`` anew with ``plan.share`` of the tuned weights, and its validation report.

    Raises InputFault (no model, no mixes, another starting model) and Stopped, both before anything has changed.
    """
    training = RunFolder.find(home, plan.run)
    asked, split = training.plan(), training.split()
    if not isinstance(asked, TrainPlan):
        raise InputFault("results.not_a_training")
    if split is None or not training.bundle.is_dir():
        raise InputFault("results.no_model")
    folder.write_split(split)
    if depth := training.depth():
        folder.write_depth(depth)
    job = prepare(folder, asked.model_copy(update={"device": "cpu"}), home)
    if read_manifest(training.bundle).card.sha256 != job.backbone.card.sha256:
        raise InputFault("results.other_start")
    original, tuned = read_ends(training, job)
    fresh = start_fresh(job.backbone.architecture["library"])  # loads its libraries while we judge
    try:
        name = ENDS.get(plan.share, "mix")
        shares = {name: plan.share} | {other: share for share, other in ENDS.items() if other != name}
        answers = _judge(job, training, original, tuned, shares)
        if folder.stop_requested():
            raise Stopped
    except BaseException:
        fresh.kill()
        fresh.wait()
        raise
    report, predictions = build_report(
        "validation", job.dataset.classes, name, answers, job.validation.labels, job.validation.ids,
        job.validation.groups if job.dataset.group_rule else None,
        verdict=recommend(
            name, answers, (job.validation.labels, job.validation.groups, job.weights[job.validation.labels])
        ),
    )  # fmt: skip
    report = warned(home, asked.project, job.dataset, report, predictions)

    folder.append(Phase(name="bundle"))
    mixed = blend(original, tuned, plan.share)
    head = classify.make_head(job.backbone.card.features, job.classes)
    head.load_state_dict({part.removeprefix("head."): t for part, t in mixed.items() if part.startswith("head.")})
    tensors, own = ({k: t for k, t in ends.items() if k.startswith("backbone.")} for ends in (mixed, original))
    before = read_decision(training)  # what a person wished for stays so
    decided = decide_for(
        job, Way(head, tensors, answers[name].probabilities, 0.0), own, before.wishes if before else None
    )  # fmt: skip
    write_bundle(
        training.bundle, job.backbone, head, run=plan.run, plan=job.plan, candidate=name, dataset=job.dataset,
        split=split, reports=[report], share=plan.share if name == "mix" else None, tensors=tensors,
        decision=decided.decision, distance=decided.distance,
    )  # fmt: skip
    for kind in ("", "-predictions", "-distances", "-calibrated"):  # of the model before
        (training.evaluation / f"test{kind}.json").unlink(missing_ok=True)
    write_json(training.evaluation / "validation-predictions.json", predictions)
    keep(training, decided)
    write_json(training.evaluation / "validation.json", report)
    parity = certify(
        training.bundle, home, asked.project, job.validation.samples, answers[name].probabilities, fresh
    )  # fmt: skip
    if not parity.passed:
        folder.append(Notice(key="training.parity_failed", values={"difference": parity.largest_difference}))
    folder.append(Result(values={"share": plan.share}))


def _judge(job: Job, training: RunFolder, original: dict, tuned: dict, shares: dict[str, float]) -> dict[str, Answers]:
    """What each of ``shares`` says of the validation samples, and what it must beat."""
    head = classify.make_head(job.backbone.card.features, job.classes)
    model = Suffix(job.backbone, job.encoder.boundary, copy.deepcopy(head)).to(job.device)
    states = job.encoder.judged()
    job.tell(Phase(name="evaluate"))
    before = _candidates(training)
    answers = {}
    for name, share in shares.items():
        if job.folder.stop_requested():
            raise Stopped
        model.load(blend(original, tuned, share))
        logits = answer(model, states, len(job.validation.labels), BATCH, job.device)
        made = before.get("finetuned" if name == "mix" else name)
        answers[name] = Answers(
            classify.probabilities(logits), made.seconds if made else 0.0, made.epochs if made else None,
            share if name == "mix" else None,
        )  # fmt: skip
    model.load(original)  # what lies below the mixed tensors in the bundle
    classic = read_classic(training, job, before[CLASSIC].seconds) if CLASSIC in before else None
    if classic is None:
        return answers | judge_baselines(
            job.home, job.plan.project, job.plan.modality, job.train, job.validation, job.classes
        )  # fmt: skip
    commonest = majority(job.train.labels, len(job.validation.samples), job.classes)
    return answers | {CLASSIC: classic, "majority": Answers(commonest, 0.0)}


def _candidates(training: RunFolder) -> dict[str, Candidate]:
    report = read_noun(training.evaluation / "validation.json", Report)
    return {one.name: one for one in report.candidates} if report else {}
