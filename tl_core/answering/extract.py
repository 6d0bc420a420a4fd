"""Which sentences of a passage answer a question: the one that fits best, and those beside it that belong to it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from tl_core.answering.words import stop_words, tokens
from tl_core.data.sentences import sentences
from tl_core.domain.answer import Span

MOST = 3  # sentences of one answer
LONGEST = 700  # characters of it
BESIDE = 0.75  # of the best sentence's score that one beside it needs to be quoted with it
SHORT = 4  # words of a sentence that hardly says anything
_LEANS = re.compile(
    r"(?:this|that|these|those|it|they|otherwise|then|instead|dies|diese[rs]?|das|sie|es|er|dann|sonst|cel[ae]|ceci|ils?|"
    r"elles?|est[eoa]s?|ell[oa]s?)\b",
    re.IGNORECASE,
)


def common_words(question: str, texts: Sequence[str], languages: Sequence[str] = ()) -> np.ndarray:
    """Of each of ``texts`` how much of the question's words it holds, 0 to 1; rare ones among them count more."""
    stop = stop_words(languages)
    wanted = {word for word in tokens(question) if word not in stop} or set(tokens(question))
    held = [wanted & set(tokens(text)) for text in texts]
    counts = Counter(word for words in held for word in words)
    weight = {word: math.log((len(texts) + 1) / (counts[word] + 0.5)) + 0.1 for word in wanted}
    total = sum(weight.values()) or 1.0
    return np.array([sum(weight[word] for word in sorted(words)) / total for words in held], dtype=np.float32)


def adjusted(text: str, spans: Sequence[Span], scores: np.ndarray) -> np.ndarray:
    """``scores`` of sentences, less for those that are no answer: a question again, a word or two, a line to code."""
    found = np.array(scores, dtype=np.float32)
    for place, span in enumerate(spans):
        sentence = text[span.start : span.end]
        if sentence.endswith("?"):
            found[place] *= 0.6
        if len(sentence.split()) < SHORT and not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]{4}", sentence):
            found[place] *= 0.7
    return found


def quote(text: str, spans: Sequence[Span], scores: np.ndarray) -> list[Span]:
    """What to quote of ``text``: at most ``MOST`` of its sentences ``spans``, by their ``scores``; neighbours are one.

    The best one; one before it that it leans on ("This ..."), one after it that it leads to ("...:"), and others
    beside it that fit nearly as well.
    """
    if not spans:
        return []
    best = int(np.argmax(scores))
    first = last = best

    def room(start: int, end: int) -> bool:
        return end - start < MOST and spans[end].end - spans[start].start <= LONGEST

    def worth(place: int) -> bool:
        return float(scores[place]) >= BESIDE * float(scores[best]) > 0

    if text[spans[best].start : spans[best].end].endswith(":") and best + 1 < len(spans) and room(best, best + 1):
        last += 1
    if first and _LEANS.match(text[spans[first].start :]) and room(first - 1, last):
        first -= 1
    while True:
        after = last + 1 < len(spans) and worth(last + 1) and room(first, last + 1)
        before = first > 0 and worth(first - 1) and room(first - 1, last)
        if after and (not before or scores[last + 1] >= scores[first - 1]):
            last += 1
        elif before:
            first -= 1
        else:
            break
    return [Span(start=spans[first].start, end=spans[last].end)]


def cut(text: str) -> list[Span]:
    """The sentences of a passage; one that has none is a sentence by itself."""
    return sentences(text) or [Span(start=0, end=len(text))]
