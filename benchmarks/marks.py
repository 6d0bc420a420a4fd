"""Are planted faults in written sentences marked, and true ones left alone? On a real manual, in HTML.

True sentences are the manual's own, said otherwise by rules: contracted, shortened, turned round, with other words and
numbers written otherwise. False ones are those with one fault: another number, another name, a negation more or less.
A sentence is held against its own passage and the four most like it, as an answer is against its sources.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.manual import passages_of
from tl_core.answering.polarity import is_negation
from tl_core.answering.quantities import quantities
from tl_core.answering.support import Evidence, names
from tl_core.answering.wording import content
from tl_core.answering.words import Words
from tl_core.data.sentences import sentences
from tl_core.evaluation.intervals import clopper_pearson

MANUAL = Path("/usr/share/doc/python3.11/html")  # where Debian puts it
SOURCES = 5
SHORTEST, LONGEST = 40, 240  # characters of a sentence
OTHERWISE = [
    ("for example", "for instance"), ("however", "but"), ("you can", "one may"), ("it is possible to", "you can"),
    ("in order to", "to"), ("such as", "like"), ("use", "employ"), ("returns", "gives"), ("creates", "makes"),
    ("must", "has to"), ("also", "too"), ("usually", "normally"), ("need to", "have to"), ("because", "since"),
    ("begin", "start"), ("obtain", "get"), ("large", "big"), ("way", "manner"), ("allows", "lets"), ("show", "display"),
]  # fmt: skip
CONTRACTED = [("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"), ("are not", "aren't"),
              ("cannot", "can't"), ("will not", "won't"), ("it is", "it's"), ("should not", "shouldn't")]  # fmt: skip
SPELLED = {"2": "two", "3": "three", "4": "four", "5": "five", "10": "ten", "12": "twelve", "20": "twenty"}
DENIABLE = re.compile(r"\b(is|are|was|can|will|should|must|may|does|do|has been|have been)\b(?! not|n't|not)", re.I)


class Tried(NamedTuple):
    sentence: str
    fault: str  # "": none
    start: int  # where the fault stands
    end: int


def measure(manual: Path, quick: bool) -> Iterator[dict[str, Any]]:
    """Rows: of a part of the manual, each kind of fault and none, how many are marked."""
    for part, below in (("tutorial, howto", ("tutorial", "howto")), ("library, faq", ("library", "faq"))):
        found = passages_of(manual, below)
        yield from judged(part, found, 60 if quick else 400)


def judged(part: str, passages: list[str], most: int) -> Iterator[dict[str, Any]]:
    index = Words.build(passages, ["en"])
    chosen = _chosen(passages, most)
    others = _names_of(passages)
    counts: dict[str, list[int]] = {kind: [0, 0, 0] for kind in ("true", "number", "name", "negation")}
    for number, (place, sentence) in enumerate(chosen):
        scores = index.scores([sentence])[0]
        near = [k for k in (-scores).argsort()[: SOURCES + 1].tolist() if k != place][: SOURCES - 1]
        evidence = Evidence([passages[place], *(passages[k] for k in near)])
        rng = random.Random(number)
        for tried in _variants(sentence, others, rng):
            doubts = evidence.doubts(tried.sentence)
            row = counts[tried.fault or "true"]
            row[0] += 1
            row[1] += bool(doubts)
            row[2] += any(one.span.start < tried.end and tried.start < one.span.end for one in doubts)
    for kind, (count, marked, placed) in counts.items():
        low, high = clopper_pearson(marked, count)
        yield {
            "part": part, "fault": kind, "sentences": count, "marked": round(marked / max(count, 1), 3),
            "low": round(low, 3), "high": round(high, 3), "at_its_place": round(placed / max(count, 1), 3),
        }  # fmt: skip


def _chosen(passages: list[str], most: int) -> list[tuple[int, str]]:
    found = []
    for place, text in enumerate(passages):
        body = text.partition("\n")[2]
        for span in sentences(body):
            one = " ".join(body[span.start : span.end].split())
            plain = one.endswith(".") and one[:1].isupper() and SHORTEST <= len(one) <= LONGEST
            if plain and len(content(one)) >= 5 and ">>>" not in one:
                found.append((place, one))
    return sorted(random.Random(0).sample(found, min(most, len(found))))


def _variants(sentence: str, others: list[str], rng: random.Random) -> Iterator[Tried]:
    told = said_otherwise(sentence, rng)
    yield Tried(told, "", 0, 0)
    for plant in (_wrong_number, _wrong_name, _turned):
        wrong = plant(told, others, rng)
        if wrong:
            yield wrong


def said_otherwise(text: str, rng: random.Random) -> str:
    """The same statement in other words: each rule that fits, with a chance of 0.7."""
    for old, new in [*CONTRACTED, *OTHERWISE]:
        if rng.random() < 0.7:
            text = re.sub(rf"\b{old}\b", new, text, count=1)
    if rng.random() < 0.7:
        text = re.sub(r"\s*\([^()]*\)", "", text)
    turned = re.fullmatch(r"(If|When) ([^,]+), ([^,;:]+)\.", text)
    if turned and rng.random() < 0.7 and not turned[3].startswith(("then", "but")):
        text = f"{_capital(turned[3])} {turned[1].lower()} {turned[2]}."
    for figure, word in SPELLED.items():
        if rng.random() < 0.5:
            text = re.sub(rf"(?<![\w.,/-]){figure}(?![\w.,/-])", word, text, count=1)
            text = re.sub(rf"\b{word}\b(?![\w-])", figure, text, count=1) if rng.random() < 0.3 else text
    return _capital(text)


def _wrong_number(text: str, others: list[str], rng: random.Random) -> Tried | None:
    found = [one for one in quantities(text) if any(isinstance(value, float) for value in one.values)]
    if not found:
        return None
    one = rng.choice(found)
    value = next(value for value in one.values if isinstance(value, float))
    wrong = value * rng.choice([2, 10]) if rng.random() < 0.4 else value + rng.choice([1, 2, 3, 5, -1])
    said = f"{wrong:g}"
    return Tried(text[: one.start] + said + text[one.end :], "number", one.start, one.start + len(said))


def _wrong_name(text: str, others: list[str], rng: random.Random) -> Tried | None:
    found = names(text)
    if not found:
        return None
    low, high = rng.choice(found)
    other = rng.choice(
        [name for name in rng.sample(others, min(20, len(others))) if name.casefold() != text[low:high].casefold()]
    )
    return Tried(text[:low] + other + text[high:], "name", low, low + len(other))


def _turned(text: str, others: list[str], rng: random.Random) -> Tried | None:
    for match in re.finditer(r"(\w+)n't\b| (not|never)\b", text):
        rest = text[match.end() :]
        verb = {"ca": "can", "wo": "will"}.get(match[1] or "", match[1] or "")
        return Tried(text[: match.start()] + verb + rest, "negation", 0, len(text))
    if any(is_negation(word) for word in text.split()):
        return None
    found = DENIABLE.search(text)
    if found is None:
        return None
    return Tried(text[: found.end()] + " not" + text[found.end() :], "negation", found.end() + 1, found.end() + 4)


def _names_of(passages: list[str]) -> list[str]:
    found = {text[low:high] for text in passages for low, high in names(text)}
    return sorted(found)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
