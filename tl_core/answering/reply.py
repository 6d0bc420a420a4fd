"""From a question to what the assistant says: passages found, sentences quoted, or "I don't know"."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tl_core.answering import refusal
from tl_core.answering.extract import adjusted, common_words, cut, quote
from tl_core.answering.fusion import DEFAULT, WORDS, fused, pages_of, ranked
from tl_core.answering.words import Words
from tl_core.data.languages import UNKNOWN, language_of
from tl_core.domain.answer import Chances, Fusion, Place, Reply, Source, Span
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault

if TYPE_CHECKING:
    from tl_core.answering.meaning import Encoder

SOURCES = 5  # places shown beside an answer
LONGEST = 2000  # characters of a question that are read
MEANING = 0.7  # how much of a sentence's score is what it means, where an encoder is at hand; the rest are its words
READ, BESIDE = 16, 2  # sentences read for their meaning, of the passage that answers and of each other one


class Found(NamedTuple):
    """What was found for one question; arrays over all passages."""

    order: np.ndarray  # the best first
    fused: np.ndarray
    words: np.ndarray
    meaning: np.ndarray | None
    question: np.ndarray | None  # (feature,) its vector


class Answerer:
    """An assistant in memory. ``vectors`` (passage, feature), with the ``encoder`` they are by; None: words alone."""

    def __init__(
        self, samples: Sequence[Sample], words: Words, *, fusion: Fusion | None = None,
        vectors: np.ndarray | None = None, encoder: Encoder | None = None, chances: Chances | None = None,
    ) -> None:  # fmt: skip
        self.samples, self._words = list(samples), words
        self._vectors, self._encoder, self._chances = vectors, encoder, chances
        usual = WORDS if vectors is None else DEFAULT
        self._material = refusal.Material(words, pages_of(self.samples), fusion or usual, vectors)

    def reply(self, question: str) -> Reply:
        """Raises InputFault where nothing is asked."""
        began = time.perf_counter()
        asked = " ".join(question.split())[:LONGEST]
        if not asked:
            raise InputFault("answering.nothing_asked")
        found = self.find(asked)
        sureness = self.sureness(asked, found)
        threshold = self._chances.threshold if self._chances else None
        unrelated = (refusal.PRIOR_WORDS if found.meaning is None else refusal.PRIOR).threshold
        answered = sureness >= (unrelated if threshold is None else threshold)
        sources = self._sources(asked, found, sureness)
        language = language_of(asked)
        return Reply(
            question=question,
            answered=answered,
            answer=quoted(sources[0]) if answered and sources else "",
            sources=sources,
            sureness=sureness,
            threshold=threshold,
            language=None if language == UNKNOWN else language,
            seconds=time.perf_counter() - began,
        )

    def find(self, question: str) -> Found:
        """Every passage's scores, and the passages by them."""
        words = self._words.scores([question])[0]
        vector = meaning = None
        if self._encoder is not None and self._vectors is not None:
            vector = self._encoder.encode([question])[0]
            meaning = self._vectors @ vector
        rows = meaning[None] if meaning is not None else None
        scores = fused(words[None], rows, self._material.fusion, self._material.pages)
        return Found(ranked(scores)[0], scores[0], words, meaning, vector)

    @property
    def index(self) -> tuple[Encoder, np.ndarray] | None:
        """The encoder and its vectors (passage, feature); None: words alone."""
        return None if self._encoder is None or self._vectors is None else (self._encoder, self._vectors)

    def sureness(self, question: str, found: Found) -> float:
        """That the material holds the answer, 0 to 1; before anything was learned, a rule of thumb."""
        if not len(found.order):
            return 0.0
        return refusal.sureness(refusal.figures(self._material, question, found.words, found.meaning), self._chances)

    def _sources(self, question: str, found: Found, sureness: float) -> list[Source]:
        """One of each place, best first. A score is the first one's, less as its own falls behind."""
        chosen: list[int] = []
        places = set()
        for row in found.order.tolist():
            sample = self.samples[row]
            at = sample.place or Place()
            named = at.heading or at.page is not None  # rows of a table have no place but themselves
            place = (sample.source, *at.heading, at.page, None if named else sample.id)
            if place not in places and (found.words[row] > 0 or found.meaning is not None):
                places.add(place)
                chosen.append(row)
            if len(chosen) == SOURCES:
                break
        spread = max(1e-6, float(found.fused.std()))
        behind = [float(found.fused[chosen[0]] - found.fused[row]) / spread for row in chosen] if chosen else []
        quotes = self._quotes(question, [self.samples[row] for row in chosen], found.question)
        return [
            Source(
                passage=sample.id, document=sample.source, heading=sample.place.heading if sample.place else [],
                page=sample.place.page if sample.place else None, text=sample.text or "", quote=spans,
                score=float(np.clip(sureness * np.exp(-max(0.0, gap) / 2), 0, 1)),
            )
            for sample, spans, gap in zip([self.samples[row] for row in chosen], quotes, behind, strict=True)
        ]  # fmt: skip

    def _quotes(self, question: str, samples: Sequence[Sample], vector: np.ndarray | None) -> list[list[Span]]:
        """Of each of ``samples`` what to quote. Of the first, which answers, every sentence is read for its meaning; of
        the others those that share most words with the question."""
        texts = [sample.text or "" for sample in samples]
        parts = [cut(text) for text in texts]
        owner = np.repeat(np.arange(len(texts)), [len(spans) for spans in parts])
        flat = [text[span.start : span.end] for text, spans in zip(texts, parts, strict=True) for span in spans]
        if not flat:
            return []
        scores = common_words(question, flat, self._words.languages)
        if self._encoder is not None and vector is not None:
            rows = np.concatenate(
                [_most(scores, np.flatnonzero(owner == k), READ if k == 0 else BESIDE) for k in range(len(texts))]
            )
            meant = np.zeros_like(scores)
            meant[rows] = np.clip(self._encoder.encode([flat[row] for row in rows]) @ vector, 0, 1)
            scores = MEANING * meant + (1 - MEANING) * scores
        return [
            quote(text, spans, adjusted(text, spans, scores[owner == k]))
            for k, (text, spans) in enumerate(zip(texts, parts, strict=True))
        ]


def _most(scores: np.ndarray, rows: np.ndarray, most: int) -> np.ndarray:
    """So many of ``rows`` as score highest, in their order."""
    return np.sort(rows[np.argsort(-scores[rows], kind="stable")[:most]])


def quoted(source: Source) -> str:
    """The sentences of a source that answer, as they stand there."""
    return " … ".join(source.text[span.start : span.end] for span in source.quote)
