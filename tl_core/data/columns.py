"""Which column holds the texts or names the files, which the classes, which the groups: a guess, to be changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from tl_core.data.names import LONGEST_LABEL, cleaned

Role = Literal["text", "file", "label", "group"]
Holds = Literal["text", "file"]  # what a table has a row for: the sample itself, or the name of its file
HINTS: dict[Role, tuple[str, ...]] = {  # the likelier the earlier
    "text": (
        "text", "review", "comment", "message", "sentence", "content", "body", "tweet", "description", "question",
        "feedback", "document", "abstract", "post", "note", "answer", "title", "subject", "headline",
    ),
    "label": (
        "label", "class", "category", "sentiment", "target", "stars", "rating", "topic", "intent", "tag", "type",
        "polarity", "score", "outcome", "diagnosis", "status", "kind", "y",
    ),
    "group": (
        "group", "patient", "document", "doc", "user", "customer", "author", "person", "subject", "case", "review_id",
        "thread", "conversation", "speaker", "client", "visitor", "product",
    ),
}  # fmt: skip
FILE_HINTS = (
    "file", "filename", "filepath", "path", "audio", "sound", "recording", "clip", "fname", "wav", "image", "img",
    "photo", "picture", "scan",
)  # fmt: skip
FILE = re.compile(r"[^\n]*[^\s/\\.]\.[A-Za-z][A-Za-z0-9]{1,4}")
MOST_CLASSES = 200
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
WHOLE = re.compile(r"([+-]?\d+)[.,]0+")
STARS = re.compile(r"([1-5])(?:\s*(?:stars?|\*|★+|/\s*5|out of 5))?", re.IGNORECASE)


def label_text(cell: str) -> str:
    """A class name as it is kept: one line, 5.0 written 5."""
    text = cleaned(cell, LONGEST_LABEL)
    whole = WHOLE.fullmatch(text)
    return whole[1] if whole else text


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Does the first row name the columns? It does if it holds a usual name, or nothing that looks like data."""
    if not rows:
        return False
    first = [cell.strip() for cell in rows[0]]
    if any(words_of(cell) & set(hints) for cell in first for hints in HINTS.values() if len(cell) < 30):
        return True
    if any(NUMBER.fullmatch(cell) or len(cell) > 60 or len(cell.split()) > 6 for cell in first) or not any(first):
        return False
    return not any(
        cell and any(len(row) > i and row[i].strip() == cell for row in rows[1:]) for i, cell in enumerate(first)
    )


def names_of(first: Sequence[str], header: bool, width: int) -> list[str]:
    """Distinct column names, from the header or made up."""
    names: list[str] = []
    for i in range(width):
        name = cleaned(first[i]) if header and i < len(first) else ""
        name = name or f"column {i + 1}"
        while name in names:
            name += "'"
        names.append(name)
    return names


def guess_columns(names: Sequence[str], rows: Sequence[Sequence[str]], holds: Holds = "text") -> dict[Role, str | None]:
    """Roles by name and content of the columns; None where nothing fits."""
    looks = {name: _Look(name, [row[i] if i < len(row) else "" for row in rows]) for i, name in enumerate(names)}
    if holds == "file":
        fitting = [name for name, look in looks.items() if look.file_score() > 0]
        main = max(fitting, key=lambda name: looks[name].file_score(), default=None)
    else:
        fitting = [name for name, look in looks.items() if (look.numeric < 0.5 and look.distinct > 1) or len(rows) == 1]
        main = max(fitting, key=lambda name: looks[name].text_score(), default=None)
    labels = [name for name, look in looks.items() if name != main and look.could_be_label()]
    label = max(labels, key=lambda name: looks[name].label_score(), default=None)
    groups = [n for n, look in looks.items() if n not in (main, label) and look.hint("group") and look.repeats()]
    group = max(groups, key=lambda name: looks[name].hint("group"), default=None)
    return {holds: main, "label": label, "group": group}


class _Look:
    """What one column looks like."""

    def __init__(self, name: str, cells: Sequence[str]) -> None:
        filled = [cell.strip() for cell in cells if cell.strip()]
        self.name = name
        self.filled = len(filled)
        self.distinct = len(set(filled))
        self.length = sum(map(len, filled)) / max(1, len(filled))
        self.files = sum(bool(FILE.fullmatch(cell)) for cell in filled) / max(1, len(filled))
        self.numeric = sum(bool(NUMBER.fullmatch(cell)) for cell in filled) / max(1, len(filled))

    def hint(self, role: Role) -> float:
        """1 for the likeliest name, less for others, 0 for none."""
        words, hints = words_of(self.name), HINTS.get(role, FILE_HINTS)
        return max((1 - i / (2 * len(hints)) for i, hint in enumerate(hints) if hint in words), default=0.0)

    def text_score(self) -> float:
        return self.length * (1 + 2 * self.hint("text")) * (self.distinct / max(1, self.filled))

    def file_score(self) -> float:
        """Above 0 where most cells look like names of files, or the column is called so and no two cells are alike."""
        named = self.hint("file") if self.distinct == self.filled else 0.0
        return named + (self.files if self.files > 0.5 else 0.0)

    def could_be_label(self) -> bool:
        most = MOST_CLASSES if self.hint("label") else 50
        return 1 <= self.distinct <= most and self.length <= 40 and (self.repeats() or self.hint("label") > 0)

    def label_score(self) -> tuple[float, int]:
        return self.hint("label") if self.distinct > 1 else -1.0, -self.distinct

    def repeats(self) -> bool:
        return self.distinct < self.filled


def suggest_merges(counts: Counter[str]) -> tuple[Literal["stars", "spelling"] | None, dict[str, str]]:
    """How labels might become classes: one to five stars two sides without a middle, spellings one of them.

    Returns why, and label -> class ("" leaves it out).
    """
    stars = {label: int(match[1]) for label in counts if (match := STARS.fullmatch(label))}
    if len(stars) == len(counts) and {1, 2} & set(stars.values()) and {4, 5} & set(stars.values()) and len(stars) > 2:
        sides = {1: "negative", 2: "negative", 3: "", 4: "positive", 5: "positive"}
        return "stars", {label: sides[number] for label, number in sorted(stars.items())}
    usual: dict[str, str] = {}
    for label, _ in counts.most_common():
        usual.setdefault(label.casefold(), label)
    merged = {label: usual[label.casefold()] for label in sorted(counts) if usual[label.casefold()] != label}
    return ("spelling", merged) if merged else (None, {})


def words_of(name: str) -> set[str]:
    """The name and its parts: review_id -> review_id, review, id; starRating too."""
    plain = name.strip().lower()
    return {plain, plain.replace(" ", "_"), *re.split(r"[\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())}
