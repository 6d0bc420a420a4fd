"""Which kinds of samples a batch holds more of than what the model learned from, or fewer."""

from __future__ import annotations

from collections.abc import Sequence

from pages._ui import tabled
from pages._ui.words import number, share, t
from tl_core.domain.shift import Moved
from tl_core.use_cases import data
from tl_core.use_cases.tables import Exact, Row

NAMED = 3  # kinds said in a sentence; the others are in the table
MOST_CLASSES = 8  # whose shares within a kind are shown
_WORDS = {"mode": ("grey", "colour"), "orientation": ("wide", "high", "square")}  # values that have texts of their own


def said(found: Sequence[Moved]) -> list[str]:
    """What has surely changed, the most first; or that nothing has. Pure."""
    proven = [one for one in found if one.proven]
    if not proven:
        looked = sum(one.chance is not None for one in found)
        return [t("alike.slices_none", count=looked)] if looked else []
    lines = [t("alike.slice", what=what(one), before=share(one.before), now=share(one.now)) for one in proven[:NAMED]]
    return [*lines, *([t("alike.slices_more", count=len(proven) - NAMED)] if len(proven) > NAMED else [])]


def what(one: Moved) -> str:
    """The kind of sample in words: "Dark pictures", "site “north”"."""
    if one.of == "column":
        return t("alike.slice_column", name=one.name, value=one.value)
    if one.of == "band" or one.value in _WORDS.get(one.name, ()):
        return t(f"traits.{one.name}_{one.value}")
    value = data.language_name(one.value) if one.name == "language" else one.value
    said = t("alike.slice_kind", trait=t(f"traits.{one.name}"), value=value)
    return said[:1].upper() + said[1:]


def rows(found: Sequence[Moved]) -> list[Row]:
    """All that were looked at, with what is named within each."""
    classes = list(dict.fromkeys(label for one in found for label in one.named))
    return [_row(one, classes if len(classes) <= MOST_CLASSES else []) for one in found]


def _row(one: Moved, classes: Sequence[str]) -> Row:
    return {
        t("alike.heading_kind"): what(one),
        t("alike.heading_limit"): _limit(one),
        t("alike.heading_learned"): Exact(share(one.before), one.before),
        t("alike.heading_batch"): Exact(share(one.now), one.now),
        t("alike.heading_gap"): tabled.change(one.gap),
        t("alike.heading_proven"): t("fairness.yes" if one.proven else "fairness.no") if one.chance is not None else "",
        **{
            t("alike.heading_named", label=label): Exact(share(one.named[label]), one.named[label]) if one.named else ""
            for label in classes
        },
    }


def _limit(one: Moved) -> str:
    if one.of != "band" or one.limit is None:
        return ""
    key = "alike.below" if one.value == "low" else "alike.above"
    return t(key, trait=t(f"traits.{one.name}"), limit=number(one.limit, ".3g"))
