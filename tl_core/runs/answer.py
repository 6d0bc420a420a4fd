"""A job: make an assistant. prepare -> index -> look -> train -> compare -> threshold -> evaluate -> bundle.

The exam's questions are looked at only when a person opens it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tl_core import backbones
from tl_core.answering import refusal
from tl_core.answering.meaning import Encoder
from tl_core.answering.passages import indexed
from tl_core.answering.reply import Answerer
from tl_core.bundle.assistant import LoadedAssistant, rewrite_assistant_card, write_assistant
from tl_core.bundle.assistant_parity import certify_assistant
from tl_core.domain.answer import WITH_TUNED, AnswerReport, FinderName
from tl_core.domain.event import Notice, Phase, Probed, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import AnswerPlan, ExamPlan
from tl_core.domain.report import Metric
from tl_core.evaluation import retrieval
from tl_core.runs import answer_judging as judging
from tl_core.runs.answer_judging import Refusing, Way, of_way
from tl_core.runs.answer_material import LEAST, Material, Meant, gather, meant, untuned
from tl_core.runs.answer_pairs import lessons
from tl_core.runs.answer_tuning import Tuned, learn, quicker
from tl_core.runs.environment import write_environment
from tl_core.runs.index import Telling
from tl_core.store import runs
from tl_core.store.answers import read_report, write_report
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.recipes import resolve_answer

ASKED = 24  # questions that a fresh process is asked, to prove the bundle


@dataclass(frozen=True)
class Chosen:
    """What the assistant will be: a way to find, by which vectors, when to refuse, and its report."""

    way: Way | None  # None: too few questions to choose by
    meant: Meant
    refusing: Refusing | None
    report: AnswerReport
    tuned: bool = False

    @property
    def name(self) -> FinderName:
        return self.way.name if self.way else "both"


def run(folder: RunFolder, plan: AnswerPlan, home: Home) -> dict[str, object]:
    """Do what ``plan`` says, resuming whatever an earlier child left; returns what the status should add.

    Raises InputFault (the data or the plan cannot work), Stopped (before there was anything to keep).
    """
    folder.append(Phase(name="prepare"))
    plan = resolve_answer(plan, backbones.card(home, plan.backbone))
    material = gather(folder, plan, home)
    if not material.samples:
        raise InputFault("answering.no_documents")
    write_environment(folder, plan, material.device)
    start = untuned(material)
    stopped = False
    if material.few:
        folder.append(Notice(key="finding.few_questions", values={"known": len(material.questions), "least": LEAST}))
        chosen = Chosen(None, start, None, _report(material, material.rows()))
    else:
        _look(material, start)
        tuned, stopped = _tuned(material, start)
        chosen = _choose(material, start, tuned)
    write_report(folder, chosen.report)
    folder.append(Phase(name="bundle"))
    if not _bundle(material, chosen):
        folder.append(Notice(key="finding.parity_failed"))
    Checkpoints(folder.checkpoints).clear()
    return {"model": True, "state": "stopped" if stopped else "done"}


def _look(material: Material, start: Meant) -> None:
    """Words, meaning and both, before anything slow."""
    folder, rows = material.folder, material.rows("train", "validation")
    folder.append(Phase(name="look"))
    groups = material.groups(rows)
    found = {one.name: judging.report_of(one, groups).metrics for one in judging.ways(material, rows, start)}
    metrics = {f"{name}/{metric}": value for name, own in found.items() for metric, value in own.items()}
    began = folder.events()[0].time
    folder.append(Probed(metrics=metrics, seconds=max(0.0, folder.events()[-1].time - began)))


def _tuned(material: Material, start: Meant) -> tuple[tuple[Tuned, Meant | None] | None, bool]:
    """What learning came to and its vectors, where there is any; and whether a person stopped it: then the starting
    model stays, as nobody has compared the two.
    """
    folder, plan = material.folder, material.plan
    frozen = plan.frozen_stages == len(start.encoder.backbone.stages)
    if plan.recipe == "untuned" or frozen:
        return None, False
    folder.append(Phase(name="train"))
    given = lessons(material, start)
    if not len(given.pairs) or not len(given.looked.asked):
        return None, False
    try:
        told = learn(material, given)
        if told.encoder is None:
            return (told, None), False
        folder.append(Phase(name="compare", total=len(material.samples)))
        with tempfile.TemporaryDirectory(dir=folder.path, prefix="compiled-", ignore_cleanup_errors=True) as work:
            encoder = quicker(told.encoder, material.device, Path(work))
            telling = Telling(folder, len(material.samples), material.device)
            texts = [indexed(sample) for sample in material.samples]
            vectors = encoder.encode(texts, telling, folder.stop_requested)
    except Stopped:
        return None, True
    return (replace(told, encoder=encoder), meant(material, encoder, vectors)), False


def _choose(material: Material, start: Meant, learned: tuple[Tuned, Meant | None] | None) -> Chosen:
    """Tuned, it is judged on validation's questions alone, which it never saw; else all but the exam's count."""
    folder = material.folder
    tuned = learned[1] if learned else None
    rows = material.rows("validation") if tuned else material.rows("train", "validation")
    groups = material.groups(rows)
    ways = judging.ways(material, rows, start, tuned)
    named = {one.name: one for one in ways}
    kept = tuned is not None and judging.better(named["tuned_both"], named["both"], groups)
    if learned and not kept:
        folder.append(Notice(key="finding.untuned_kept", well=True))
    way = judging.recommended(ways, groups, tuned=kept)
    by = of_way(way.name, start, tuned)
    folder.append(Phase(name="threshold"))
    refusing = judging.learn_refusal(material, rows, by, way)
    folder.append(Phase(name="evaluate"))
    report = _report(material, rows).model_copy(
        update={
            "finders": [judging.report_of(one, groups) for one in ways],
            "recommended": way.name,
            "gain": _gain(way, named["words"], groups),
            "judged": judging.judged(material, rows, by, way, refusing),
            "kept": learned[0].kept if learned else None,
            "original": learned[0].original if learned else None,
            "tuned_epochs": learned[0].fitted.best_epoch if learned and kept else 0,
        }
    )
    report = judging.refusing_report(report, refusing, groups)
    assert report.refusal is not None
    if report.refusal.wrong > refusal.MOST_WRONG:
        share = round(100 * report.refusal.wrong)
        folder.append(Notice(key="finding.refusal_weak", values={"wrong": share}))
    return Chosen(way, by, refusing, report, kept)


def _gain(way: Way, words: Way, groups: list[str | None]) -> Metric:
    return retrieval.gain(retrieval.each(way.ranks, "recall@5"), retrieval.each(words.ranks, "recall@5"), groups)


def _report(material: Material, rows: np.ndarray) -> AnswerReport:
    """Still without figures."""
    return AnswerReport(
        subset="validation", questions=len(rows), passages=len(material.samples),
        documents=len({sample.source for sample in material.samples}), few_questions=material.few,
    )  # fmt: skip


def _bundle(material: Material, chosen: Chosen) -> bool:
    """Write the assistant, and have a fresh process confirm that it replies the same."""
    way, by = chosen.way, chosen.meant
    # as a fresh process would, one question at a time: eager, in full precision
    encoder = Encoder(by.encoder.backbone, tokens=by.encoder.tokens)
    fusion, chances = (way.fusion if way else None), (chosen.refusing.chances if chosen.refusing else None)
    write_assistant(
        material.folder.bundle, material.samples, material.words, finder=chosen.name, fusion=fusion, chances=chances,
        vectors=by.passages, encoder=encoder, run=material.folder.id, licence=material.dataset.licence,
        reports=[chosen.report],
    )  # fmt: skip
    answerer = Answerer(
        material.samples, material.words, fusion=fusion, vectors=by.passages, encoder=encoder, chances=chances
    )
    rows = material.rows("validation")[:ASKED]
    asked = [material.questions[row].text for row in rows]
    asked = asked or [" ".join((sample.text or "").split()[:12]) for sample in material.samples[:3]]
    return certify_assistant(material.folder.bundle, [answerer.reply(text) for text in asked if text]).passed


def open_exam(folder: RunFolder, plan: ExamPlan, home: Home, training: RunFolder, asked: AnswerPlan) -> None:
    """Judge an assistant by questions that nothing was learned from or chosen by; the report goes to its own folder.

    Raises InputFault (nothing to judge) before the opening is counted, and Stopped.
    """
    validation = read_report(training, "validation")
    if validation is None or not training.bundle.is_dir():
        raise InputFault("results.no_model")
    resolved = resolve_answer(asked, backbones.card(home, asked.backbone))
    material = replace(gather(training, resolved, home), folder=folder)
    rows = material.rows("test")
    if validation.few_questions or not len(rows):
        raise InputFault("results.no_exam")
    runs.open_once(folder, asked.project, plan.run)
    start = untuned(material)
    folder.append(Phase(name="evaluate", total=len(rows)))
    loaded, tuned = LoadedAssistant(training.bundle, home), None
    if validation.recommended in WITH_TUNED and loaded.index is not None:
        tuned = meant(material, loaded.index[0], loaded.index[1])
    finders = [one for one in validation.finders if tuned or one.name not in WITH_TUNED]
    ways = judging.fixed(material, rows, finders, {one.name: of_way(one.name, start, tuned) for one in finders})
    named, groups = {one.name: one for one in ways}, material.groups(rows)
    way = named[validation.recommended]
    by = of_way(way.name, start, tuned)
    refusing = None
    if chances := loaded.manifest.chances:
        found = judging.tried(material, rows, by, way.fusion)
        refusing = Refusing(chances, *(refusal.said(one, chances) for one in (found.with_answer, found.without)))
    report = _report(material, rows).model_copy(
        update={
            "subset": "test",
            "finders": [judging.report_of(one, groups) for one in ways],
            "recommended": way.name,
            "gain": _gain(way, named["words"], groups),
            "judged": judging.judged(material, rows, by, way, refusing),
            "kept": validation.kept,
            "original": validation.original,
            "tuned_epochs": validation.tuned_epochs,
        }
    )
    if refusing is not None:
        report = judging.refusing_report(report, refusing, groups)
    folder.append(Progress(done=len(rows), total=len(rows)))
    write_report(training, report)
    rewrite_assistant_card(training.bundle, [validation, report])
