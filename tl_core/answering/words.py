"""Finding passages by their words: BM25 over tokens made for manuals, where "E7", "X-200" and "os.path" are words.

A compound counts as itself and as its parts. Scripts without spaces are cut into pairs of letters. Questions and
passages are read alike, so whatever is folded away is folded away on both sides.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from tl_core.store.atomic import room_expected

METHOD, K1, B = "lucene", 1.2, 0.75  # Robertson & Zaragoza 2009, in Lucene's form: no score falls below 0
ABOUT = "words.json"
STOP_LISTS = {
    "en": "EN_PLUS", "de": "GERMAN", "nl": "DUTCH", "fr": "FRENCH", "es": "SPANISH", "pt": "PORTUGUESE",
    "it": "ITALIAN", "ru": "RUSSIAN", "sv": "SWEDISH", "no": "NORWEGIAN", "zh": "CHINESE", "tr": "TURKISH",
    "ko": "KOREAN", "da": "DANISH",
}  # fmt: skip
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LETTER = rf"[^\W{_UNSPACED}]|[\u0900-\u0dff]"  # Indian vowel signs are letters of their words
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:{_LETTER})+(?:[.\-](?:{_LETTER})+)*(?:\+\+|#)?")
_PART = re.compile(r"[^._\-+#]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ACCENT = re.compile("[\u0300-\u036f]")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


def tokens(text: str) -> list[str]:
    """Words of ``text`` in their order, case and accents folded; parts of a compound come after it."""
    found: list[str] = []
    for match in _TOKEN.finditer(_plain(text)):
        word = match.group()
        if _IS_UNSPACED.match(word):
            found += [a + b for a, b in pairwise(word)] or [word]
            continue
        whole = word.casefold()
        found.append(whole)
        parts = [piece.casefold() for part in _PART.findall(word) for piece in _HUMP.split(part)]
        if parts != [whole]:
            found += [part for part in parts if part]
    return found


def stop_words(languages: Iterable[str]) -> frozenset[str]:
    """Words that tell nothing, of these languages (ISO 639-1); other languages have none listed."""
    return frozenset().union(*(_listed(language) for language in languages))


class Words:
    """The index: which words each passage has, and how much each tells."""

    def __init__(self, index: object, languages: Sequence[str]) -> None:
        self._index, self.languages = index, tuple(languages)
        self._stop = stop_words(languages)

    @classmethod
    def build(cls, texts: Sequence[str], languages: Sequence[str] = ()) -> Words:
        """Of passages as they are to be found, in the order that scores will have."""
        from bm25s import BM25

        stop, vocabulary, rows = stop_words(languages), {"": 0}, []
        for text in texts:
            rows.append([vocabulary.setdefault(t, len(vocabulary)) for t in tokens(text) if t not in stop] or [0])
        index = BM25(method=METHOD, k1=K1, b=B, dtype="float32", backend="numpy")
        index.index((rows, vocabulary), show_progress=False)
        return cls(index, languages)

    def scores(self, questions: Sequence[str]) -> np.ndarray:
        """(question, passage) float32, 0 where they share no word; a question that is all stop words keeps them."""
        from bm25s import BM25

        assert isinstance(self._index, BM25)
        rows = [self._index.get_scores_from_ids(self._index.get_tokens_ids(self.informative(q))) for q in questions]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, self.passages), np.float32)

    def informative(self, question: str) -> list[str]:
        """Words of a question that are looked for, each once."""
        read = list(dict.fromkeys(tokens(question)))
        return [token for token in read if token not in self._stop] or read

    def covered(self, question: str, passage: int) -> float:
        """Share of what a question asks for that stands in ``passage``; rare words ask for more than common ones."""
        place: dict[str, int] = self._index.vocab_dict  # type: ignore[attr-defined]
        held, weights = [], []
        for token in self.informative(question):
            rows = self._holding(place[token]) if token in place else np.zeros(0, np.int64)
            held.append(bool((rows == passage).any()))
            weights.append(np.log1p((self.passages - len(rows) + 0.5) / (len(rows) + 0.5)))  # Lucene's idf
        return float(np.dot(held, weights) / np.sum(weights)) if weights else 0.0

    def _holding(self, token: int) -> np.ndarray:
        """Passages that hold a token."""
        scores = self._index.scores  # type: ignore[attr-defined]
        return scores["indices"][scores["indptr"][token] : scores["indptr"][token + 1]]

    @property
    def passages(self) -> int:
        return int(self._index.scores["num_docs"])  # type: ignore[attr-defined]

    def save(self, folder: Path) -> None:
        """Arrays and JSON. Raises InputFault ``store.disk_full``."""
        with room_expected():
            self._index.save(folder, show_progress=False)  # type: ignore[attr-defined]
            (folder / ABOUT).write_text(json.dumps({"format": 1, "languages": self.languages}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Words:
        """What ``save`` wrote; arrays stay on disk until they are asked for."""
        from bm25s import BM25

        about = json.loads((folder / ABOUT).read_text("utf-8"))
        return cls(BM25.load(folder, mmap=True, show_progress=False), about["languages"])


def _plain(text: str) -> str:
    """Accents and variants of letters (ligatures, full width) gone."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", text)))


@cache
def _listed(language: str) -> frozenset[str]:
    from bm25s import stopwords

    words = getattr(stopwords, f"STOPWORDS_{STOP_LISTS[language]}", ()) if language in STOP_LISTS else ()
    return frozenset(read[0] for read in map(tokens, words) if len(read) == 1)
