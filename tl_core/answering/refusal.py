"""Knowing when not to answer: figures of what was found for a question, and the chance that the material answers it.

A logistic rule learns that chance from the team's questions as they are, against the same questions with the passages
that answer them (and near copies of those) taken out. Such questions stay close to the material, so what one about
something else looks like the rule hardly learns: what is farther away than questions with an answer are loses by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.answering.fusion import fused
from tl_core.answering.words import Words
from tl_core.domain.answer import Chances, Fusion, RefusalPoint
from tl_core.evaluation.folds import folds
from tl_core.evaluation.retrieval import Truth, best_of

MOST_WRONG = 0.1  # share of questions without an answer that are answered all the same
LEAST_ANSWERED = 0.8  # share of questions with an answer that are answered; asked for first
COPY = 0.95  # cosine from which on two passages say the same
NEXT = 10  # passages that the best is compared with
POINTS = 50  # of a curve
STRENGTH = 0.1  # of the rule's regularisation (scikit-learn's C), over standardised figures
BY_WORDS = ["best", "margin", "covered", "words"]
BY_BOTH = [*BY_WORDS, "meaning", "ahead", "agreed"]
NEARNESS = ("meaning", "covered")  # whether a question is about the material at all: the first of these that is known
FAR, GRADUAL = 2.0, 0.5  # deviations below the usual nearness where half of the sureness goes, and how gradually
# Before anything was learned. On Python's manual MiniLM's nearest cosine is below .37 for questions of everyday life
# and above .43 for 19 of 20 that it answers; of another program's FAQ a fifth passes. By words nobody can tell well:
# endings differ, and common words are shared.
PRIOR = Chances(names=["meaning", "covered"], weights=[15.0, 2.0], bias=-7.9, threshold=0.4)
PRIOR_WORDS = Chances(names=["covered"], weights=[8.0], bias=-4.2, threshold=0.1)

Figures = dict[str, float]


@dataclass(frozen=True)
class Material:
    """An index as refusing sees it: words, the page and the vector (None: words alone) of each passage, the fusion."""

    words: Words
    pages: np.ndarray
    fusion: Fusion
    vectors: np.ndarray | None = None


def figures(
    material: Material, question: str, words: np.ndarray, meaning: np.ndarray | None, removed: np.ndarray | None = None
) -> Figures:
    """Of one question, from its scores by words and meaning (passage,); ``removed`` (passage,): as if not there.

    best: fused score; margin: to the next page; covered: how much of what the question asks for stands in the best
    passage; words: the best by words, by word asked; meaning: the nearest cosine; ahead: that less the mean of the next
    ten; agreed: 1 over the place, by words, of what is nearest in meaning.
    """
    rows = np.arange(len(words)) if removed is None else np.flatnonzero(~removed)
    if not len(rows):
        return dict.fromkeys(BY_WORDS if meaning is None else BY_BOTH, 0.0)
    words, pages = words[rows], np.unique(material.pages[rows], return_inverse=True)[1]
    meant = None if meaning is None else meaning[rows]
    scores = fused(words[None], None if meant is None else meant[None], material.fusion, pages)[0]
    best, by_page = int(scores.argmax()), np.sort(best_of(scores, pages))
    asked = max(1, len(material.words.informative(question)))
    found = {
        "best": float(scores[best]),
        "margin": float(by_page[-1] - by_page[-2]) if len(by_page) > 1 else 0.0,
        "covered": material.words.covered(question, int(rows[best])),
        "words": float(words.max()) / asked,
    }
    if meant is not None:
        near = np.sort(meant)[::-1]
        found["meaning"] = float(near[0])
        found["ahead"] = float(near[0] - near[1 : 1 + NEXT].mean()) if len(near) > 1 else 0.0
        found["agreed"] = 1.0 / (1 + int((words > words[int(meant.argmax())]).sum()))
    return found


def sureness(found: Figures, chances: Chances | None) -> float:
    """That the material holds the answer, 0 to 1. Without ``chances`` a rule of thumb, which nobody has checked."""
    rule = chances or (PRIOR if "meaning" in found else PRIOR_WORDS)
    return float(said(np.array([[found.get(name, 0.0) for name in rule.names]]), rule)[0])


def said(rows: np.ndarray, rule: Chances) -> np.ndarray:
    """(question,) sureness, from figures (question, figure) in the order of the rule's names."""
    held = _logistic(rows @ np.array(rule.weights) + rule.bias)
    if rule.usual is None:
        return held
    off = (rows[:, _nearness(rule.names)] - rule.usual) / rule.spread
    return held * _logistic((off + FAR) / GRADUAL)


def _logistic(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))


def _nearness(names: Sequence[str]) -> int:
    """Its column."""
    return list(names).index(next(name for name in NEARNESS if name in names))


def taken_out(truth: Truth, number: int, vectors: np.ndarray | None) -> np.ndarray:
    """(passage,) true for what answers question ``number``, and for near copies of it."""
    right = truth.right[number]
    removed = (
        np.isin(truth.documents, right) if truth.whole[number] else np.isin(np.arange(len(truth.documents)), right)
    )
    if vectors is not None:
        removed = removed | ((vectors @ vectors[removed].T).max(axis=1, initial=-1.0) >= COPY)
    return removed


@dataclass(frozen=True)
class Tried:
    """Questions as they are and with what answers them taken out; those without an answer only as they are."""

    names: list[str]
    with_answer: np.ndarray  # (question, figure)
    without: np.ndarray  # (question, figure)
    groups: list[object]  # of ``with_answer`` and ``without``, both in the same order of units
    of_without: list[object]


def tried(
    material: Material, texts: Sequence[str], truth: Truth, vectors: np.ndarray | None, groups: Sequence[str | None],
    unanswerable: Sequence[tuple[str, np.ndarray | None]] = (),
) -> Tried:  # fmt: skip
    """``vectors`` (question, feature) of ``texts``; ``unanswerable``: texts and vectors of questions without any."""
    units: list[object] = [group or ("alone", number) for number, group in enumerate(groups)]

    def scores(text: str, vector: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
        meaning = material.vectors @ vector if material.vectors is not None and vector is not None else None
        return material.words.scores([text])[0], meaning

    yes, no = [], []
    for number, text in enumerate(texts):
        words, meaning = scores(text, None if vectors is None else vectors[number])
        yes.append(figures(material, text, words, meaning))
        no.append(figures(material, text, words, meaning, taken_out(truth, number, material.vectors)))
    no += [figures(material, text, *scores(text, vector)) for text, vector in unanswerable]
    names = BY_WORDS if material.vectors is None else BY_BOTH

    def rows(all_of: list[Figures]) -> np.ndarray:
        return np.array([[one[name] for name in names] for one in all_of]).reshape(len(all_of), len(names))

    own = [*units, *(("unanswerable", k) for k in range(len(unanswerable)))]
    return Tried(names, rows(yes), rows(no), units, own)


def learn(found: Tried) -> Chances:
    """The rule over all of them, its threshold chosen on what rules learned without each question say of it."""
    rule = _fit(found.names, found.with_answer, found.without)
    return rule.model_copy(update={"threshold": choose(*crossed(found))})


def crossed(found: Tried, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sureness of each question with an answer, and of each without, by rules learned without its own unit."""
    units = {unit: number for number, unit in enumerate(dict.fromkeys([*found.groups, *found.of_without]))}
    own = [np.array([units[unit] for unit in one]) for one in (found.groups, found.of_without)]
    part = folds(np.zeros(len(units), dtype=np.int64), None, seed)
    found_by = [np.zeros(len(one)) for one in own]
    for fold in range(int(part.max()) + 1):
        inside = [part[one] == fold for one in own]
        rule = _fit(found.names, found.with_answer[~inside[0]], found.without[~inside[1]])
        for values, rows, held in zip(found_by, (found.with_answer, found.without), inside, strict=True):
            values[held] = said(rows[held], rule)
    return found_by[0], found_by[1]


def choose(answerable: np.ndarray, unanswerable: np.ndarray) -> float:
    """Of thresholds that answer at least ``LEAST_ANSWERED`` of ``answerable``, the highest; a lower one where that
    keeps to ``MOST_WRONG`` as well, so that nobody is refused in vain. Both are sureness, (question,).
    """
    high = float(np.quantile(answerable, 1 - LEAST_ANSWERED, method="lower"))
    allowed = int(MOST_WRONG * len(unanswerable))
    strict = float(np.nextafter(np.sort(unanswerable)[::-1][allowed], 2.0)) if len(unanswerable) > allowed else 0.0
    return min(high, strict)


def point(answerable: np.ndarray, unanswerable: np.ndarray, threshold: float) -> RefusalPoint:
    """What ``threshold`` does."""
    shares = [float((one >= threshold).mean()) if len(one) else 0.0 for one in (answerable, unanswerable)]
    return RefusalPoint(threshold=threshold, answered=shares[0], wrong=shares[1])


def curve(answerable: np.ndarray, unanswerable: np.ndarray) -> list[RefusalPoint]:
    """Thresholds from all answered to none, at most ``POINTS``."""
    all_of = np.unique(np.concatenate([[0.0], answerable, unanswerable, [1.0]]))
    chosen = all_of[np.unique(np.linspace(0, len(all_of) - 1, min(POINTS, len(all_of))).round().astype(int))]
    return [point(answerable, unanswerable, float(threshold)) for threshold in chosen]


def _fit(names: list[str], yes: np.ndarray, no: np.ndarray) -> Chances:
    """In the figures' own units; both kinds count as much, however many there are."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([yes, no])
    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    kind = np.repeat([1, 0], [len(yes), len(no)])
    rule = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000).fit((rows - middle) / spread, kind)
    weights = rule.coef_[0] / spread
    bias = float(rule.intercept_[0] - (weights * middle).sum())
    near = yes[:, _nearness(names)]
    usual, wide = float(near.mean()), float(max(near.std(), 1e-6))
    return Chances(names=names, weights=weights.tolist(), bias=bias, threshold=0.5, usual=usual, spread=wide)
