"""What a written answer says that its passages do not: numbers, names and negations, and sentences from nowhere.

No model is asked. A sentence is compared with the sentences of the passages that share most of its words: what it
says in figures must stand there, names in the same passage, and both must deny the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from tl_core.answering.polarity import Denial, denials
from tl_core.answering.quantities import Quantity, quantities
from tl_core.answering.wording import Word, words
from tl_core.data.languages import language_of
from tl_core.data.sentences import sentences
from tl_core.domain.answer import Doubt, Span

COVERED = 0.5  # of a sentence's content words, of which more must stand in the passages
NEAR = 0.6  # of the best sentence's likeness, to be evidence too
ALIKE = 0.5  # of a sentence's content words in one of the passages': then both must deny the same
_NAME = re.compile(r"--?[A-Za-z][\w-]+|\.?[^\W\d_][\w]*(?:[.:/@#+\\-]+\w+)*(?:\(\))?|\d+[A-Za-z]\w*")
_SMALL = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[^\W\d_])|(?<=[^\W_]\d[.!?])\s+(?=[^\W\d_])")
_INNER = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Za-z]\d|\d[A-Za-z]|_|\w[./:@\\]\w|^--?\w|\(\)$|\w-\d")


@dataclass(frozen=True)
class _Sentence:
    """One of the passages'."""

    text: str
    passage: int

    @cached_property
    def words(self) -> list[Word]:
        return words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words if word.content)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text)

    @cached_property
    def denials(self) -> list[Denial]:
        return denials(self.text, self.words)


class Evidence:
    """The passages (each with its headings) that an answer was written from."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._sentences = [
            _Sentence(text[span.start : span.end], number)
            for number, text in enumerate(passages)
            for span in sentences(text)
        ]
        self._all = frozenset().union(*(one.stems for one in self._sentences)) if self._sentences else frozenset()
        self._names = [_known_names(text) for text in passages]

    def doubts(self, answer: str) -> list[Doubt]:
        """Parts of ``answer`` that nothing supports, in order; none where all is."""
        german = language_of(answer) == "de"
        found: list[Doubt] = []
        for start, end in _statements(answer):
            found += self._of_sentence(answer[start:end], start, german)
        return sorted(found, key=lambda one: one.span.start)

    def _of_sentence(self, text: str, start: int, german: bool) -> list[Doubt]:
        own = words(text)
        told = quantities(text)
        stems = {word.stem for word in own if word.content and not _counts(word, told)}
        if stems and len(stems & self._all) <= COVERED * len(stems):
            return [Doubt(span=Span(start=start, end=start + len(text)), kind="sentence")]
        near = self._near(stems)
        found = [_doubt(start, low, high, kind) for low, high, kind in self._missing(text, told, near, german)]
        turned = self._turned(text, own, stems, near)
        return found + [_doubt(start, low, high, "negation") for low, high in turned]

    def _missing(
        self, text: str, told: Sequence[Quantity], near: Sequence[int], german: bool
    ) -> list[tuple[int, int, str]]:
        """Numbers and names of a sentence that the passage which has most of them has not.

        One passage must hold them all: of two that are alike but for model and figure, parts of both are no support.
        """
        named = names(text, german)
        best = [(one.start, one.end, "number") for one in told] + [(low, high, "name") for low, high in named]
        for passage in dict.fromkeys(self._sentences[place].passage for place in near):
            numbers = [q for k in near if self._sentences[k].passage == passage for q in self._around(k)]
            gone = [(one.start, one.end, "number") for one in told if not any(one.same(q) for q in numbers)]
            gone += [(low, high, "name") for low, high in named if not _is_told(text[low:high], self._names[passage])]
            best = min(best, gone, key=len)
        return best

    def _near(self, stems: set[str]) -> list[int]:
        """Places of the sentences that share most words with a sentence's ``stems``, the best first."""
        if not stems:
            return list(range(len(self._sentences)))
        shared = [len(stems & one.stems) for one in self._sentences]
        best = max(shared, default=0)
        ranked = sorted(range(len(shared)), key=lambda k: (-shared[k], len(self._sentences[k].stems)))
        return [k for k in ranked if shared[k] and shared[k] >= NEAR * best]

    def _around(self, place: int) -> list[Quantity]:
        """Numbers of a sentence and of those beside it in its passage."""
        beside = range(max(0, place - 1), min(len(self._sentences), place + 2))
        passage = self._sentences[place].passage
        return [q for k in beside if self._sentences[k].passage == passage for q in self._sentences[k].quantities]

    def _turned(self, text: str, own: list[Word], stems: set[str], near: list[int]) -> list[tuple[int, int]]:
        """Where the sentence denies what the passages say, or says what they deny."""
        said = denials(text, own)
        alike = [k for k in near if len(stems & self._sentences[k].stems) >= ALIKE * len(stems)]
        found = []
        for one in said:
            if not one.strong:
                continue
            there = [other for k in near for other in self._sentences[k].denials]
            if not any(_deny_the_same(one, other) for other in there):
                found.append((one.start, one.end))
        if found or not alike:
            return found
        best = self._sentences[alike[0]]
        for other in best.denials:
            target = next((stem for stem in other.denied if stem in stems), None)
            if not other.strong or target is None or other.denied.index(target) > 1:
                continue
            if any(target in one.denied or _deny_the_same(one, other) for one in said):
                continue
            if any(self._says_plainly(target, stems, k) for k in near if k != alike[0]):
                continue
            word = next(w for w in own if w.stem == target)
            found.append((word.start, word.end))
        return found[:1]

    def _says_plainly(self, target: str, stems: set[str], place: int) -> bool:
        """Whether another sentence, as much alike, says the same without a negation."""
        one = self._sentences[place]
        enough = target in one.stems and len(stems & one.stems) >= ALIKE * len(stems)
        return enough and not any(target in denial.denied for denial in one.denials)


def doubts(answer: str, passages: Sequence[str]) -> list[Doubt]:
    """Parts of ``answer`` that its ``passages`` (headings and text) do not support."""
    return Evidence(passages).doubts(answer)


def _deny_the_same(one: Denial, other: Denial) -> bool:
    """Whether the nearest word that either denies is denied by the other too."""
    if not one.denied or not other.denied:  # "He does not." at the end of a sentence
        return one.before == other.before
    return one.denied[0] in other.denied or other.denied[0] in one.denied


def _counts(word: Word, told: Sequence[Quantity]) -> bool:
    """Whether it is a number, or the unit after one: those are compared by value."""
    return any(one.start <= word.start < one.end or (one.unit and one.end <= word.start <= one.end + 1) for one in told)


def _statements(answer: str) -> list[tuple[int, int]]:
    """Its sentences, those too that begin small: a model writes what it likes."""
    found = []
    for span in sentences(answer):
        at = span.start
        for match in _SMALL.finditer(answer, span.start, span.end):
            found.append((at, match.start()))
            at = match.end()
        found.append((at, span.end))
    return found


def _doubt(offset: int, start: int, end: int, kind: str) -> Doubt:
    return Doubt.model_validate({"span": {"start": offset + start, "end": offset + end}, "kind": kind})


def names(text: str, german: bool = False) -> list[tuple[int, int]]:
    """Spans of what is a name or a code. Where every noun has a capital only codes can be told."""
    found, first = [], True
    for match in _NAME.finditer(text):
        word = match.group()
        plain = re.sub(r"['\u2019]s$", "", word)
        if (_INNER.search(plain) and not re.fullmatch(r"[a-zà-ÿ]+(?:[/-][a-zà-ÿ]+)+|I/O", plain)) or (
            plain[:1].isupper() and len(plain) > 1 and not first and not german and not _begins(text, match.start())
        ):
            found.append((match.start(), match.start() + len(plain)))
        first = False
    return found


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a quotation or an item begins here, where any word may have a capital."""
    return bool(re.search(r"(?:^|[.:!?\"“„(\n•*-])\s*$", text[:start]))


def _known_names(text: str) -> frozenset[str]:
    """All words and codes of a passage as they can be named: whole, their parts, and without the plural's s."""
    found: set[str] = set()
    for match in _NAME.finditer(text):
        for form in _forms(match.group()):
            found.add(form)
    return frozenset(found)


def _forms(word: str) -> list[str]:
    plain = re.sub(r"['\u2019]s$", "", word).casefold().removesuffix("()").strip("-.:/")
    parts = [part for part in re.split(r"[.:/@#+\\-]+", plain) if part]
    heads = [plain[: match.start()] for match in re.finditer(r"[.:/-]", plain)]
    tails = [plain[match.end() :] for match in re.finditer(r"[.:/-]", plain)]
    return [plain, plain.removesuffix("s"), re.sub(r"[\W_]", "", plain), *parts, *heads, *tails]


def _is_told(name: str, told: AbstractSet[str]) -> bool:
    plain = name.casefold().removesuffix("()").strip("-.:/")
    joined = re.sub(r"[\W_]", "", plain)
    if plain in told or plain.removesuffix("s") in told or joined in told:
        return True
    parts = [part for part in re.split(r"[./:-]", plain) if part]
    return len(parts) > 1 and all(part in told or part.removesuffix("s") in told for part in parts)
