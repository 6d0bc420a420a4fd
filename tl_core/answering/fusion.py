"""From scores by words and by meaning to one ranking, and how the two are weighed.

Each question's scores are standardised over all passages, weighed and added. A passage then gains by the best other
passage of its page, where the page as a whole is about what was asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.answer import Fusion, Question
from tl_core.domain.dataset import Sample
from tl_core.evaluation import retrieval
from tl_core.evaluation.intervals import Groups
from tl_core.evaluation.retrieval import Truth

WORDS = Fusion(words=1.0, meaning=0.0)  # BM25 as everybody knows it
MEANING = Fusion(words=0.0, meaning=1.0)
DEFAULT = Fusion(words=0.2, meaning=0.8, page=0.5)  # before any question says otherwise
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
_PAGES = (0.0, 0.25, 0.5, 0.75)
CANDIDATES = [Fusion(words=w, meaning=round(1 - w, 2), page=page) for w in _SHARES for page in _PAGES]


def pages_of(samples: Sequence[Sample]) -> np.ndarray:
    """(passage,) which page each stands on, counted from 0; a document without pages is one."""
    numbers: dict[object, int] = {}
    keys = [(one.source, one.place.page if one.place else None) for one in samples]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def fused(words: np.ndarray, meaning: np.ndarray | None, fusion: Fusion, pages: np.ndarray) -> np.ndarray:
    """(question, passage) float32. ``words`` and ``meaning`` likewise; without ``meaning``, words alone count."""
    scores = standardised(words) if meaning is None or fusion.words else np.zeros_like(meaning)
    if meaning is not None:
        scores = fusion.words * scores + fusion.meaning * standardised(meaning)
    if fusion.page and scores.shape[1]:
        scores = scores + fusion.page * _others(scores, pages)
    return scores.astype(np.float32)


def ranked(scores: np.ndarray) -> np.ndarray:
    """(question, passage) rows, the best first."""
    return np.argsort(-scores, axis=1, kind="stable")


def standardised(scores: np.ndarray) -> np.ndarray:
    """Of each question: mean 0, deviation 1; all 0 where nothing differs."""
    if not scores.size:
        return scores
    off = scores - scores.mean(axis=1, keepdims=True)
    return off / np.maximum(off.std(axis=1, keepdims=True), 1e-6)


def _others(scores: np.ndarray, pages: np.ndarray) -> np.ndarray:
    """The highest of each passage's page but for itself; 0, the average, for a passage alone or lower ones."""
    order = np.argsort(pages, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(pages[order]) != 0])
    sizes = np.diff(np.r_[starts, len(order)])
    sorted_scores = scores[:, order]
    first = np.repeat(np.maximum.reduceat(sorted_scores, starts, axis=1), sizes, axis=1)
    rest = np.where(sorted_scores < first, sorted_scores, -np.inf)
    second = np.repeat(np.maximum.reduceat(rest, starts, axis=1), sizes, axis=1)
    ties = np.repeat(np.add.reduceat((sorted_scores == first).astype(np.int64), starts, axis=1), sizes, axis=1)
    other = np.where((sorted_scores < first) | (ties > 1), first, second)
    found = np.empty_like(scores)
    found[:, order] = np.maximum(other, 0.0)
    return found


def truth_of(questions: Sequence[Question], samples: Sequence[Sample]) -> Truth:
    """What is right for judged ``questions``, as numbers of ``samples``. Each must be ``findable``."""
    rows = {one.id: row for row, one in enumerate(samples)}
    names: dict[str, int] = {}
    documents = np.array([names.setdefault(one.source, len(names)) for one in samples], dtype=np.int64)
    right, whole = [], []
    for one in questions:
        own = [rows[name] for name in one.passages if name in rows]
        whole.append(not own)
        right.append(np.array(own or [names[name] for name in one.documents if name in names], dtype=np.int64))
    return Truth(documents, right, whole)


def findable(questions: Sequence[Question], samples: Sequence[Sample]) -> list[Question]:
    """Judged ones of whose passages or documents any is among ``samples``: others may have been removed since."""
    there = {one.id for one in samples} | {one.source for one in samples}
    return [one for one in questions if one.judged and not there.isdisjoint([*one.passages, *one.documents])]


def quality(scores: np.ndarray, truth: Truth) -> np.ndarray:
    """(question,) what fusions are chosen by: half whether it is among the first five, half how far up."""
    found = retrieval.ranks(scores, truth)
    return (retrieval.each(found, "recall@5") + retrieval.each(found, "mrr")) / 2


def table(words: np.ndarray, meaning: np.ndarray, pages: np.ndarray, truth: Truth) -> np.ndarray:
    """(candidate, question) quality of every one of ``CANDIDATES``."""
    return np.stack([quality(fused(words, meaning, one, pages), truth) for one in CANDIDATES])


def choose(qualities: np.ndarray, groups: Groups = None) -> Fusion:
    """Of ``CANDIDATES``, by their ``table`` over questions: the nearest to ``DEFAULT`` that is not worse than the best
    by more than one standard error of the paired difference. Few questions hardly move it, many do.
    """
    if not qualities.shape[1]:
        return DEFAULT
    best = qualities[int(qualities.mean(axis=1).argmax())]
    good = [
        one
        for one, own in zip(CANDIDATES, qualities, strict=True)
        if (best - own).mean() <= retrieval.standard_error(best - own, groups)
    ]
    return min(good, key=lambda one: abs(one.words - DEFAULT.words) + abs(one.page - DEFAULT.page))
