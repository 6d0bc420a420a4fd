"""A sentence as words to compare with another's: stems of what tells something, names and codes apart."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tl_core.answering.words import stop_words

LANGUAGES = ("en", "de", "fr", "es")
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['\u2019](?=[^\W\d_]))*|\d+")
_ENDINGS = ("ations", "ation", "ments", "ment", "ingly", "edly", "ings", "ing", "ers", "ies", "ied", "ed", "es", "er",
            "ly", "en", "em", "s", "e", "y", "n")  # fmt: skip
_MODAL = ("can", "could", "may", "might", "shall", "should", "would", "must", "will")
LEAST = 3  # letters of a stem
_SAME = (  # words that may stand for each other in any answer
    "use using used utilise utilize employ", "show display shows", "create make build makes made creates",
    "remove delete erase", "start begin launch starts begins", "stop end halt", "change modify alter", "big large",
    "small little", "fast quick rapid", "help assist", "get obtain retrieve fetch", "need require must",
    "allow permit let enable", "way method manner approach", "error mistake fault", "pick choose select",
    "buy purchase", "fix repair mend", "give provide supply return", "often frequently", "also too additionally",
    "whole entire", "run execute",
)  # fmt: skip


class Word(NamedTuple):
    start: int
    end: int
    text: str
    stem: str
    content: bool  # tells something: no stop word, no single letter


def words(text: str) -> list[Word]:
    """Of ``text`` in order; contractions of "not" are parted from their verb."""
    found = []
    for match in _WORD.finditer(text):
        start, end, word = match.start(), match.end(), match.group()
        lowered = word.casefold().replace("\u2019", "'")
        if lowered.endswith("n't") and len(word) > 3:
            verb = {"can't": "can", "won't": "will"}.get(lowered, lowered[:-3])
            found.append(Word(start, end - 3, verb, verb, False))
            found.append(Word(end - 3, end, "n't", "n't", False))
        elif lowered == "cannot":
            found.append(Word(start, end, "cannot", "cannot", False))
        else:
            base = re.sub(r"'(?:s|re|ve|ll|d|m)$", "", lowered)
            content = len(base) > 1 and base not in _stop() and not base.isdigit()
            found.append(Word(start, end, word, stem(base), content))
    return found


def content(text: str) -> set[str]:
    """Stems of what tells something."""
    return {word.stem for word in words(text) if word.content}


def stem(word: str) -> str:
    """Roughly: the word without its ending, and of words that stand for each other the first."""
    plain = word.casefold()
    return _meant().get(plain) or _meant().get(_cut(plain)) or _cut(plain)


def _cut(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST:
            word = word[: len(word) - len(ending)]
            break
    return word[:-1] if len(word) > LEAST and word[-1] == word[-2:-1] else word


@cache
def _meant() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _SAME:
        first, *others = group.split()
        for other in (first, *others):
            found.setdefault(other, _cut(first))
            found.setdefault(_cut(other), _cut(first))
    return found


@cache
def _stop() -> frozenset[str]:
    return stop_words(LANGUAGES) | frozenset(_MODAL)
