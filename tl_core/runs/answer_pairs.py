"""What an encoder learns to find from: questions with what answers them, and titles with their sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.answering.fusion import DEFAULT, fused, ranked
from tl_core.answering.passages import headed, indexed
from tl_core.domain.dataset import Sample
from tl_core.runs.answer_material import Material, Meant
from tl_core.tasks.answer import Pairs
from tl_core.training.contrastive import Looked

MOST_TITLES = 800  # sections, evenly from all
LEAST_TITLE = 2  # words: shorter ones ("Notes") fit everywhere
SECTION = 100  # characters at least
BEST = 2  # passages of a document that a question learns from, where nobody named a passage
HARD = 1  # wrong passages beside each pair
NEAR = (3, 40)  # places of the ranking that wrong ones are drawn from: the first may be right, and nobody said so
POOL = 600  # passages at most that are looked at after every round
BESIDE = 20  # of them for each question of validation, before the limit


@dataclass(frozen=True)
class Lessons:
    """All texts, what belongs together among them, and what is looked at; ``right`` (question, passage looked at)."""

    texts: list[str]
    pairs: Pairs
    looked: Looked
    right: np.ndarray


class _Texts:
    """Each text once, by number."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self.all)
            self.all.append(text)
        return self._numbers[text]


class _Pairs:
    def __init__(self) -> None:
        self.asked: list[int] = []
        self.right: list[int] = []
        self.wrong: list[list[int]] = []
        self.also: list[frozenset[int]] = []

    def add(self, asked: int, right: int, wrong: list[int], also: frozenset[int]) -> None:
        self.asked.append(asked)
        self.right.append(right)
        self.wrong.append((wrong + [-1] * HARD)[:HARD])
        self.also.append(also | {right})

    def done(self) -> Pairs:
        wrong = np.array(self.wrong, dtype=np.int64).reshape(len(self.wrong), HARD)
        return Pairs(np.array(self.asked, dtype=np.int64), np.array(self.right, dtype=np.int64), wrong, self.also)


def lessons(material: Material, meant: Meant) -> Lessons:
    """From the questions to learn from and the documents' own titles; validation's questions are only looked at."""
    text, pairs = _Texts(), _Pairs()
    rng = np.random.default_rng(material.plan.seed)
    scores = fused(material.word_scores, meant.scores, DEFAULT, material.pages)
    for row in material.rows("train").tolist():
        _ask(material, row, scores[row], text, pairs, rng)
    _titles(material.samples, meant, text, pairs, rng)
    looked, right = _looked(material, scores, text)
    return Lessons(text.all, pairs.done(), looked, right)


def _ask(
    material: Material, row: int, scores: np.ndarray, text: _Texts, pairs: _Pairs, rng: np.random.Generator
) -> None:
    """A question with its best right passages, and with the answer that the team wrote."""
    question, order = material.questions[row], ranked(scores[None])[0]
    is_right = np.isin(order, _right(material, row))
    best = order[is_right][: BEST if material.truth.whole[row] else None]
    own = [text(indexed(material.samples[place])) for place in best.tolist()]
    wrong = [text(indexed(material.samples[place])) for place in _drawn(order[~is_right], rng)]
    asked = text(question.text)
    written = [text(question.answer)] if question.answer.strip() else []
    for right in [*own, *written]:
        pairs.add(asked, right, wrong, frozenset([*own, *written]))


def _titles(samples: Sequence[Sample], meant: Meant, text: _Texts, pairs: _Pairs, rng: np.random.Generator) -> None:
    """A section's own title with how it begins, under the titles above it alone."""
    sections: dict[tuple, int] = {}
    for place, sample in enumerate(samples):
        heading = sample.place.heading if sample.place else []
        if heading and len(heading[-1].split()) >= LEAST_TITLE and len(sample.text or "") >= SECTION:
            sections.setdefault((sample.source, *heading), place)
    firsts = np.array(list(sections.values()), dtype=np.int64)
    chosen = firsts[np.unique(np.linspace(0, len(firsts) - 1, min(MOST_TITLES, len(firsts))).round().astype(int))]
    if not len(chosen):
        return
    titles = [_heading(samples[place])[-1] for place in chosen.tolist()]
    near = meant.encoder.encode(titles) @ meant.passages.T
    for title, place, row in zip(titles, chosen.tolist(), near, strict=True):
        above = headed(_heading(samples[place])[:-1])
        right = text(f"{above}\n{samples[place].text}")
        order = np.argsort(-row, kind="stable")[: 2 * NEAR[1]]
        others = np.array([k for k in order.tolist() if title not in _heading(samples[k])], dtype=np.int64)
        wrong = [text(indexed(samples[k])) for k in _drawn(others, rng)]
        pairs.add(text(title), right, wrong, frozenset())


def _looked(material: Material, scores: np.ndarray, text: _Texts) -> tuple[Looked, np.ndarray]:
    """Validation's questions among what was found for them; what is right is always there."""
    rows = material.rows("validation").tolist()
    kept: list[int] = []
    for row in rows:
        order, right = ranked(scores[row][None])[0], _right(material, row)
        kept += order[np.isin(order, right)][:BEST].tolist()
    beside = max(1, min(BESIDE, (POOL - len(kept)) // max(1, len(rows))))
    for row in rows:
        kept += ranked(scores[row][None])[0][:beside].tolist()
    pool = list(dict.fromkeys(kept))
    numbers = np.array([text(indexed(material.samples[place])) for place in pool], dtype=np.int64)
    right = np.array([np.isin(pool, _right(material, row)) for row in rows]).reshape(len(rows), len(pool))
    return Looked(np.array([text(material.questions[row].text) for row in rows], dtype=np.int64), numbers), right


def _right(material: Material, row: int) -> np.ndarray:
    """Passages that answer a question: those named, or all of the documents named."""
    right = material.truth.right[row]
    return np.flatnonzero(np.isin(material.truth.documents, right)) if material.truth.whole[row] else right


def _drawn(order: np.ndarray, rng: np.random.Generator) -> list[int]:
    """Wrong ones, from where they are alike but not the most alike."""
    near = order[NEAR[0] : NEAR[1]]
    return rng.choice(near, size=min(HARD, len(near)), replace=False).tolist() if len(near) else []


def _heading(sample: Sample) -> list[str]:
    return sample.place.heading if sample.place else []
