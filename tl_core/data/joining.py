"""New samples beside those a project has: the next dataset version of both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tl_core.data.languages import language_counts
from tl_core.data.series.agreement import CHANNELS
from tl_core.domain.dataset import Change, Dataset, Refusal, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.text import Said, Text, Texts

PSEUDONYM = re.compile(r"[0-9a-f]{12}")  # what data.names.pseudonym makes
KNOWN = "refusals.known"


def names_hidden(dataset: Dataset) -> bool:
    """Whether its samples' names became pseudonyms when they came in."""
    return bool(dataset.samples) and all(PSEUDONYM.fullmatch(sample.source) for sample in dataset.samples)


def joined(old: Dataset, new: Dataset) -> Dataset:
    """The samples of ``old`` and those of ``new`` that it lacks; what ``old`` says of a sample stands.

    A sample of ``old`` without a class takes the one that ``new`` gives its equal. Groups of one name are one group.
    What does not join is among the refusals, and ``change`` counts what did; what is said of ``new`` takes the place
    of what was said before under the same names. Raises ``InputFault`` when nothing joins.
    """
    known = {sample.id: sample for sample in old.samples}
    channels = {int(sample.traits[CHANNELS]) for sample in old.samples if CHANNELS in sample.traits}
    fresh: list[Sample] = []
    refusals: list[Refusal] = []
    told: dict[str, Sample] = {}  # samples of ``old`` that got their class now
    for sample in new.samples:
        before = told.get(sample.id) or known.get(sample.id)
        if before is None and channels and sample.traits.get(CHANNELS) not in channels:
            counts = {"count": int(sample.traits[CHANNELS]), "expected": max(channels)}
            refusals.append(_refused(sample, "refusals.series_channels", **counts))
        elif before is None:
            fresh.append(sample)
        elif before.target is None and sample.target is not None:
            attributes = {**sample.attributes, **before.attributes}
            more = {"target": sample.target, "group": before.group or sample.group, "attributes": attributes}
            told[sample.id] = before.model_copy(update=more)
        elif sample.target is None or sample.target == before.target:
            refusals.append(_refused(sample, KNOWN, first=before.source))
        else:
            refusals.append(_refused(sample, "refusals.known_otherwise", first=before.source, label=before.label or ""))
    if not fresh and not told:
        raise InputFault("data.nothing_new", count=len(new.samples))
    samples = [*(told.get(sample.id, sample) for sample in old.samples), *fresh]
    refusals = [*new.refusals, *refusals]
    standing = _standing(old.refusals, refusals)
    gone = sum(not refusal.kept for refusal in old.refusals) - sum(not refusal.kept for refusal in standing)
    return old.model_copy(
        update={
            "id": "",
            "classes": sorted({sample.label for sample in samples if sample.label is not None}),
            "samples": samples,
            "refusals": [*standing, *refusals],
            "received": old.received - gone + new.received - len(told),
            "group_rule": one_rule([old.group_rule, new.group_rule]),
            "licence": " · ".join(dict.fromkeys(filter(None, (old.licence, new.licence)))) or None,
            "languages": language_counts(samples),
            "parent": old.id,
            "change": Change(kind="add", samples=len(fresh) + len(told)),
        }
    )


def _standing(before: list[Refusal], now: list[Refusal]) -> list[Refusal]:
    """Of what was said ``before``: not that a sample came twice, nor what is said again of the same name."""
    again = {(refusal.source, refusal.reason) for refusal in now}
    return [one for one in before if one.reason != KNOWN and (one.source, one.reason) not in again]


def _refused(sample: Sample, reason: str, **values: str | int) -> Refusal:
    return Refusal(source=sample.source, reason=reason, values=dict(values))


def one_rule(rules: Sequence[Said | None]) -> Said | None:
    """How groups were made, of several ways to make them: each is said once."""
    parts: list[str | Text] = []
    for rule in rules:
        for part in rule.texts if isinstance(rule, Texts) else [rule]:
            if part and part not in parts:
                parts.append(part)
    return Texts(kind="sentences", texts=parts) if parts[1:] else parts[0] if parts else None
