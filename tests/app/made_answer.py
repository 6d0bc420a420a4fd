"""A hand-made support assistant: documents, questions and runs in any state, without a worker."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import made
from tl_core.bundle.assistant import LoadedAssistant, words_of, write_assistant, write_version_index
from tl_core.domain.answer import (
    AnswerParity,
    AnswerReport,
    Error,
    FinderName,
    FinderReport,
    Judged,
    Phrased,
    PhraseSample,
    Place,
    Question,
    RefusalPoint,
    Reply,
)
from tl_core.domain.dataset import Dataset, Refusal, Sample
from tl_core.domain.event import Epoch, Event, Phase, Probed, Started
from tl_core.domain.plan import AnswerPlan, ExamPlan, PhrasePlan
from tl_core.domain.project import Project
from tl_core.domain.split import Split, SplitRule, Subset
from tl_core.serving import client
from tl_core.store.answers import write_report
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.phrases import write_phrased, write_samples
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.questions import add_questions, question_id, read_questions, write_questions
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import record_opening

ENCODER = "packaged:all-MiniLM-L6-v2"
MANUAL = {
    "Getting started": "Press the green button for three seconds. The pump starts when the light turns blue.",
    "Cleaning": "Unplug the pump before cleaning. Rinse the filter with cold water once a week.",
    "Error codes": "E7 means that the filter is clogged. E9 means that the water is colder than 4 degrees.",
    "Warranty": "The warranty lasts two years from the date of purchase. *Keep* the receipt.",
}
GUIDE = {"Winter": "Drain all water before the first frost. Store the pump in a dry place above 5 degrees."}
FINDERS: dict[FinderName, float] = {"words": 0.46, "meaning": 0.52, "both": 0.61, "tuned": 0.6, "tuned_both": 0.67}


def project(home: Home) -> Project:
    """Two documents and one that was refused, to be asked by their words."""
    made_of = create_project(home, "Pump support", "support")
    samples = [*_passages("manual.pdf", MANUAL, pages=True), *_passages("guide.md", GUIDE)]
    samples.append(
        Sample(
            id="f" * 16, source="faq.csv", text="Write to help@example.com and we send a new filter.",
            place=Place(asked="Where do I get a new filter?"), traits={"personal": "mail"},
        )
    )  # fmt: skip
    refused = Refusal(source="scan.pdf", reason="refusals.empty_text")
    dataset = Dataset(
        id="", modality="text", task="answer", classes=[], samples=samples, refusals=[refused], received=4,
        languages={"en": len(samples)},
    )  # fmt: skip
    stored = save_dataset(home, made_of.id, dataset)
    write_version_index(home, made_of.id, stored)
    return set_dataset(home, made_of.id, stored.id)


def _passages(document: str, parts: dict[str, str], pages: bool = False) -> list[Sample]:
    return [
        Sample(
            id=question_id(f"{document} {heading}"), source=document, text=text,
            place=Place(heading=["Pump", heading], page=number + 1 if pages else None, number=number),
        )
        for number, (heading, text) in enumerate(parts.items())
    ]  # fmt: skip


def samples(home: Home, of: Project) -> list[Sample]:
    return load_dataset(home, of.id, str(of.dataset)).samples


def questions(home: Home, of: Project, count: int = 24) -> list[Question]:
    """``count`` with their passage, and one that nothing answers."""
    known = samples(home, of)
    found = [
        _question(f"Question {number} about the pump?", passages=[known[number % len(known)].id])
        for number in range(count)
    ]
    return add_questions(home, of.id, [*found, _question("Does it make coffee?", unanswerable=True)])


def _question(text: str, **more: object) -> Question:
    return Question.model_validate({"id": question_id(text), "text": text, "created": time.time(), **more})


def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies as the predictor gives them, without a process of its own."""

    def answer(home: Home, folder: Path, question: str) -> Iterator[Reply]:
        yield LoadedAssistant(folder, home).reply(question)

    monkeypatch.setattr(client, "answer", answer)
    monkeypatch.setattr(client, "warm", lambda home, folder: None)


def plan(of: Project, **changes: object) -> AnswerPlan:
    return AnswerPlan.model_validate({"project": of.id, "dataset": of.dataset, "backbone": ENCODER} | changes)


def going(epochs: int, of: int = 8, best: int = 3) -> list[Event]:
    """The making of an assistant up to some epoch."""
    quick = {"words": 0.46, "meaning": 0.52, "both": 0.61}
    events: list[Event] = [
        Started(device="CPU, 2 cores"),
        Phase(name="prepare"),
        Phase(name="look"),
        Probed(metrics={f"{name}/recall@5": made.metric(value) for name, value in quick.items()}, seconds=12.0),
        Phase(name="train", total=of),
    ]
    for number in range(1, epochs + 1):
        found = 0.52 + 0.03 * min(number, best)
        metrics = {"train/loss": 2 / number, "validation/loss": 1.5, "validation/recall@5": found}
        events.append(
            Epoch(number=number, of=of, metrics=metrics, best=number <= best, seconds=8, rate=31, memory=900_000_000)
        )
    return events


def done(home: Home, of: Project, recommended: FinderName = "tuned_both", **changes: object) -> RunFolder:
    """An assistant that came to its end: judged, its bundle written and checked."""
    folder = made.run(home, plan(of, **changes))
    tunes = folder.plan().recipe == "finetune"  # type: ignore[union-attr]
    made.tell(folder, [*going(5 if tunes else 0), Phase(name="evaluate"), Phase(name="bundle")])
    asked = read_questions(home.project(of.id))
    write_questions(folder.path, asked)
    thirds: tuple[Subset, ...] = ("train", "validation", "test")
    subset = {one.id: thirds[place % 3] for place, one in enumerate(asked) if one.judged}
    folder.write_split(Split(rule=SplitRule(), subset=subset, grouped=False, given_test=False))
    judge(home, of, folder, "validation", recommended)
    dataset = load_dataset(home, of.id, str(of.dataset))
    write_assistant(folder.bundle, dataset.samples, words_of(dataset), finder="words", run=folder.id)
    write_json(folder.bundle / "parity.json", AnswerParity(questions=12, sources_equal=True, largest_difference=1e-6))
    made.end(folder, "done")
    return folder


def judge(
    home: Home, of: Project, folder: RunFolder, subset: str, recommended: FinderName = "tuned_both"
) -> AnswerReport:
    asked = read_questions(folder.path)
    judged = [one for one in asked if one.judged]
    few = len(judged) < 20
    names = list(FINDERS) if folder.plan().recipe == "finetune" else list(FINDERS)[:3]  # type: ignore[union-attr]
    known = [sample.id for sample in samples(home, of)]
    kinds: list[Error] = ["right", "ranked_low", "not_found", "refused"]
    report = AnswerReport.model_validate(
        {
            "subset": subset,
            "questions": len(judged),
            "passages": len(known),
            "documents": 3,
            "few_questions": few,
            "finders": [] if few else [_finder(name) for name in names],
            "recommended": recommended if not few else "words",
            "gain": None if few else made.metric(FINDERS[recommended] - 0.46, 0.09),
            "curve": [] if few else [
                RefusalPoint(threshold=k / 10, answered=1 - (k / 10) ** 2, wrong=(1 - k / 10) ** 2) for k in range(11)
            ],
            "refusal": None if few else RefusalPoint(threshold=0.7, answered=0.51, wrong=0.09),
            "answered": None if few else made.metric(0.8),
            "wrong": None if few else made.metric(0.1),
            "judged": [
                Judged(question=one.id, rank=1 if place % 4 == 0 else None, sureness=0.8, error=kinds[place % 4],
                       found=[known[place % len(known)], known[0]])
                for place, one in enumerate(judged)
            ],
            "kept": made.metric(0.81) if "tuned" in names and not few else None,
            "original": made.metric(0.82) if "tuned" in names and not few else None,
        }
    )  # fmt: skip
    write_report(folder, report)
    return report


def _finder(name: FinderName) -> FinderReport:
    value = FINDERS[name]
    metrics = {"recall@1": value - 0.2, "recall@5": value, "mrr": value - 0.1, "ndcg@10": value - 0.05}
    found = {metric: made.metric(one) for metric, one in metrics.items()}
    return FinderReport.model_validate({"name": name, "metrics": found, "seconds": 0.02})


def examined(home: Home, of: Project, folder: RunFolder) -> None:
    """The sealed exam was opened for this run."""
    job = made.run(home, ExamPlan(project=of.id, run=folder.id))
    judge(home, of, folder, "test")
    record_opening(home, of.id, folder.id)
    made.end(job, "done")


def taught(home: Home, of: Project, assistant: RunFolder, *, offered: bool) -> RunFolder:
    """A language model that learned to write answers, judged, its bundle written where it may be used."""
    asked = PhrasePlan(project=of.id, run=assistant.id, generator="packaged:SmolLM2-135M-Instruct")
    folder = made.run(home, asked)
    made.tell(folder, [Started(), Phase(name="train"), *going(3)[-3:], Phase(name="judge")])
    written = made.metric(0.9 if offered else 0.4)
    forgotten: dict = {"before": 18.0, "after": 18.6}
    found = Phrased(
        quoted=made.metric(0.8), written=written, questions=10, offered=offered, forgotten=forgotten, strength=0.5
    )
    write_phrased(folder, found)
    write_samples(folder, [PhraseSample(question="Q?", expected="E.", quoted="Quote.", written="Written.")])
    if offered:
        shutil.copytree(assistant.bundle, folder.bundle)
    made.end(folder, "done", model=offered)
    return folder
