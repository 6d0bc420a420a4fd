"""What a sentence denies: the words that its negations stand before, in English, German, French and Spanish."""

from __future__ import annotations

import re
from typing import NamedTuple

from tl_core.answering.wording import Word, stem

_STRONG = frozenset([
    "not", "n't", "never", "cannot", "without", "neither", "nor", "no", "none", "nothing", "nobody", "nicht", "nie",
    "niemals", "kein", "keine", "keinen", "keiner", "keinem", "keines", "ohne", "weder", "pas", "jamais", "aucun",
    "aucune", "sans", "rien", "ni", "nunca", "jamás", "sin", "ningún", "ninguna", "ninguno", "tampoco",
])  # fmt: skip
# Their absence says nothing, their presence may say the same as "not"
_WEAK = frozenset(stem(word) for word in [
    "avoid", "avoids", "avoided", "unable", "impossible", "fail", "fails", "failed", "refuse", "refuses", "lack",
    "lacks", "prevent", "prevents", "prevented", "forbid", "forbids", "forbidden", "prohibit", "prohibited",
    "except", "unless", "ignore", "ignored", "ignores", "hardly", "rarely", "unlike", "deny", "denies", "illegal",
    "invalid", "unsupported", "disable", "disabled", "missing", "absent", "omit", "omitted", "unmöglich",
    "verboten", "vermeiden", "impossible", "interdit", "éviter", "imposible", "prohibido", "evitar",
])  # fmt: skip
_IDIOMS = re.compile(r"\bno matter\b|\bno doubt\b|\bif not\b|\bor not\b|\bno\.\s*\d", re.IGNORECASE)
REACH = 4  # content words after a negation that it may deny
_BREAK = re.compile(r"[;:,.!?]|\b(?:but|and|or|because|so|if|when|aber|und|oder|mais|et|pero|y)\b", re.IGNORECASE)


class Denial(NamedTuple):
    """A negation where it stands, and the stems that it may deny, nearest first."""

    start: int
    end: int
    denied: tuple[str, ...]
    before: str | None  # the content word before it: "does not", "dries no laundry"
    strong: bool


def denials(text: str, words: list[Word]) -> list[Denial]:
    """Of one sentence, in order. ``words``: its words, stop words marked as such."""
    idioms = [match.span() for match in _IDIOMS.finditer(text)]
    found = []
    for place, word in enumerate(words):
        strong, weak = is_negation(word.text), word.stem in _WEAK
        if not (strong or weak) or any(low <= word.start < high for low, high in idioms):
            continue
        stop = _BREAK.search(text, word.end)
        after = [w for w in words[place + 1 :] if w.content and not is_negation(w.text)]
        near = [w.stem for w in after[:REACH] if not stop or w.start < stop.start() or w is after[0]]
        before = next((w.stem for w in reversed(words[:place]) if w.content), None)
        found.append(Denial(word.start, word.end, tuple(near), before, strong))
    return found


def is_negation(word: str) -> bool:
    """Whether it turns a statement into its contrary."""
    plain = word.casefold().replace("\u2019", "'")
    return plain in _STRONG or plain.endswith("n't")
