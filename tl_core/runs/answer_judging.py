"""How well an assistant finds and refuses, from scores: the ways beside each other, the threshold, each question."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.answering import fusion, refusal
from tl_core.answering.fusion import fused, ranked
from tl_core.domain.answer import WITH_TUNED, AnswerReport, Chances, Error, FinderName, FinderReport, Fusion, Judged
from tl_core.evaluation import retrieval
from tl_core.evaluation.folds import folds
from tl_core.runs.answer_material import Material, Meant

FOUND = 5  # passages that a page shows of each question
TIMED = 5  # questions whose time is taken


@dataclass(frozen=True)
class Way:
    """One way to find, on some questions: how both are weighed, and the ranks of what is right (question,)."""

    name: FinderName
    fusion: Fusion
    ranks: list[np.ndarray]
    seconds: float

    @property
    def quality(self) -> np.ndarray:
        """(question,) what ways are compared by."""
        return (retrieval.each(self.ranks, "recall@5") + retrieval.each(self.ranks, "mrr")) / 2


def ways(material: Material, rows: np.ndarray, meant: Meant, tuned: Meant | None = None) -> list[Way]:
    """Of the questions ``rows``. What is chosen for a question's figures is chosen on the other four fifths."""
    took = _seconds(material, meant)
    found = [
        _fixed(material, rows, meant, "words", fusion.WORDS, took[0]),
        _fixed(material, rows, meant, "meaning", fusion.MEANING, took[1]),
        _chosen(material, rows, meant, "both", sum(took)),
    ]
    if tuned is not None:
        found.append(_fixed(material, rows, tuned, "tuned", fusion.MEANING, took[1]))
        found.append(_chosen(material, rows, tuned, "tuned_both", sum(took)))
    return found


def fixed(
    material: Material, rows: np.ndarray, reports: Sequence[FinderReport], of: dict[FinderName, Meant]
) -> list[Way]:
    """The ways of ``reports`` as they were chosen before, on other questions."""
    return [
        _fixed(material, rows, of[one.name], one.name, one.fusion or fusion.DEFAULT, one.seconds) for one in reports
    ]


def report_of(way: Way, groups: Sequence[str | None]) -> FinderReport:
    return FinderReport(
        name=way.name, metrics=retrieval.judge(way.ranks, groups), seconds=way.seconds, fusion=way.fusion
    )


def better(ours: Way, theirs: Way, groups: Sequence[str | None]) -> bool:
    """By more than one standard error of the paired difference."""
    gain = ours.quality - theirs.quality
    return bool(gain.mean() > retrieval.standard_error(gain, list(groups)))


def recommended(found: Sequence[Way], groups: Sequence[str | None], *, tuned: bool) -> Way:
    """Both together, tuned where that is kept; words alone where they are better beyond one standard error."""
    named = {one.name: one for one in found}
    usual = named["tuned_both" if tuned else "both"]
    return named["words"] if better(named["words"], usual, groups) else usual


@dataclass(frozen=True)
class Refusing:
    """When not to answer: the rule, and what rules that never saw a question say of it, in the order of ``rows``."""

    chances: Chances
    answerable: np.ndarray
    unanswerable: np.ndarray  # the same questions with what answers them taken out, then those without an answer


def learn_refusal(material: Material, rows: np.ndarray, meant: Meant, way: Way) -> Refusing:
    """From the questions ``rows``, found by ``way``."""
    found = tried(material, rows, meant, way.fusion)
    return Refusing(refusal.learn(found), *refusal.crossed(found))


def tried(material: Material, rows: np.ndarray, meant: Meant, fusion_: Fusion) -> refusal.Tried:
    """Figures of the questions ``rows`` with and without what answers them, and of those that nothing answers."""
    index = refusal.Material(material.words, material.pages, fusion_, meant.passages if fusion_.meaning else None)
    nothing = [(one.text, row) for one, row in zip(material.unanswerable, meant.unanswerable, strict=True)]
    return refusal.tried(
        index, [material.questions[row].text for row in rows], material.truth.some(rows), meant.questions[rows],
        material.groups(rows), nothing,
    )  # fmt: skip


def refusing_report(report: AnswerReport, refusing: Refusing, groups: Sequence[str | None]) -> AnswerReport:
    """With what the threshold does."""
    threshold, yes, no = refusing.chances.threshold, refusing.answerable, refusing.unanswerable
    nothing = [*groups, *(f"unanswerable {k}" for k in range(len(no) - len(yes)))]
    return report.model_copy(
        update={
            "curve": refusal.curve(yes, no),
            "refusal": refusal.point(yes, no, threshold),
            "answered": retrieval.mean_of((yes >= threshold).astype(float), groups),
            "wrong": retrieval.mean_of((no >= threshold).astype(float), nothing),
        }
    )


def judged(material: Material, rows: np.ndarray, meant: Meant, way: Way, refusing: Refusing | None) -> list[Judged]:
    """Every question: where what is right stands, and what went wrong. Those without an answer come last."""
    found = list[Judged]()
    for place, row in enumerate(rows.tolist()):
        sure = float(refusing.answerable[place]) if refusing else 1.0
        refused = refusing is not None and sure < refusing.chances.threshold
        rank = int(way.ranks[place][0])
        error: Error = "refused" if refused else _error(rank)
        words, meaning = material.word_scores[row], meant.passages @ meant.questions[row]
        best = _best(material, words, meaning, way.fusion)
        found.append(Judged(question=material.questions[row].id, rank=rank, sureness=sure, error=error, found=best))
    if refusing is None:
        return found
    asked = material.words.scores([one.text for one in material.unanswerable])
    for place, one in enumerate(material.unanswerable):
        sure = float(refusing.unanswerable[len(rows) + place])
        wrong: Error = "should_refuse" if sure >= refusing.chances.threshold else "right"
        best = _best(material, asked[place], meant.passages @ meant.unanswerable[place], way.fusion)
        found.append(Judged(question=one.id, rank=None, sureness=sure, error=wrong, found=best))
    return found


def of_way(way: FinderName, meant: Meant, tuned: Meant | None) -> Meant:
    """The vectors that a way finds by."""
    return tuned if tuned is not None and way in WITH_TUNED else meant


def _error(rank: int) -> Error:
    return "right" if rank == 1 else "ranked_low" if rank <= FOUND else "not_found"


def _best(material: Material, words: np.ndarray, meaning: np.ndarray, how: Fusion) -> list[str]:
    order = ranked(fused(words[None], meaning[None], how, material.pages))[0]
    return [material.samples[place].id for place in order[:FOUND].tolist()]


def _fixed(material: Material, rows: np.ndarray, meant: Meant, name: FinderName, how: Fusion, seconds: float) -> Way:
    scores = fused(material.word_scores[rows], meant.scores[rows], how, material.pages)
    return Way(name, how, retrieval.ranks(scores, material.truth.some(rows)), seconds)


def _chosen(material: Material, rows: np.ndarray, meant: Meant, name: FinderName, seconds: float) -> Way:
    """Its fusion is chosen on all of ``rows``, for use; each fold's ranks are by what the others choose."""
    truth, groups = material.truth.some(rows), np.array(material.groups(rows), dtype=object)
    words, meaning = material.word_scores[rows], meant.scores[rows]
    qualities = fusion.table(words, meaning, material.pages, truth)
    part = folds(np.zeros(len(rows), dtype=np.int64), groups, material.plan.seed)
    found: list[np.ndarray] = [np.zeros(0)] * len(rows)
    for fold in range(int(part.max()) + 1):
        inside = np.flatnonzero(part == fold)
        how = fusion.choose(qualities[:, part != fold], groups[part != fold])
        own = retrieval.ranks(fused(words[inside], meaning[inside], how, material.pages), truth.some(inside))
        for place, one in zip(inside.tolist(), own, strict=True):
            found[place] = one
    return Way(name, fusion.choose(qualities, groups), found, seconds)


def _seconds(material: Material, meant: Meant) -> tuple[float, float]:
    """For one question: by words, and by meaning."""
    texts = material.texts[:TIMED]
    began = time.perf_counter()
    for text in texts:
        material.words.scores([text])
    between = time.perf_counter()
    for text in texts:
        meant.encoder.encode([text]) @ meant.passages.T
    return (between - began) / len(texts), (time.perf_counter() - between) / len(texts)
