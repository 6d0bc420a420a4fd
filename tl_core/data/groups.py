"""Samples that belong together, by a pattern over their names: a patient's scans, a document's passages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault

SECONDS = 5  # CPU time: some patterns would take years
LONGEST = 500  # characters of a pattern


def groups_by_pattern(pattern: str, sources: Sequence[str]) -> list[str | None]:
    """The group of each name: what the pattern's first bracket matches, or all it matches; None where it does not.

    Raises ``InputFault`` for a pattern that is no regular expression, or that takes too long.
    """
    if len(pattern) > LONGEST:
        raise InputFault("data.pattern_too_long", limit=LONGEST)
    try:
        told = run_one("tl_core.data.groups:match", {"pattern": pattern, "sources": list(sources)}, seconds=SECONDS)
    except Refused as refused:
        if refused.reason == "data.pattern_invalid":
            raise InputFault(refused.reason, **refused.values) from None
        raise InputFault("data.pattern_slow") from None
    return told["groups"]


def match(item: dict) -> dict:
    """``{"pattern", "sources"}`` -> ``{"groups"}``; asked of a limited child, because a pattern can hang."""
    try:
        pattern = re.compile(item["pattern"])
    except (re.error, OverflowError) as problem:
        raise Refused("data.pattern_invalid", problem=str(problem)) from None
    found = (pattern.search(source) for source in item["sources"])
    return {"groups": [_group(match) if match else None for match in found]}


def _group(match: re.Match[str]) -> str | None:
    return (match[1] if match.re.groups else match[0]) or None
