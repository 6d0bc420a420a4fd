"""Samples in poor shape: blurred, dark, blank, silent, clipped, garbled, cut off, full of gaps.

Some flaws are plain from the sample alone, and a look tells them. Others depend on what is usual here: X-rays are dark,
short messages are short. Those are outliers by the median and the median distance from it (Iglewicz and Hoaglin 1993),
and beyond a bound as well, so that in data of one kind the least dark half is not called dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tl_core.checks import check
from tl_core.checks.examined import Examined
from tl_core.domain.finding import DropRemedy, Finding, Level
from tl_core.domain.text import Value

FAR = 3.5  # robust standard deviations from the median
SPREAD = 1.4826  # standard deviation of a normal distribution / median distance from its median


class Outlying(NamedTuple):
    """A flaw of samples far from the others, and beyond ``bound`` on that side."""

    flaw: str
    trait: str
    bound: float
    low: bool  # whether small numbers are the flaw
    least: float  # spread to reckon with where all are alike
    relative: bool = False  # whether twice as much is as far as half


OUTLYING = (
    Outlying("dark", "lightest", bound=0.35, low=True, least=0.03),
    Outlying("bright", "darkest", bound=0.65, low=False, least=0.03),
    Outlying("blurred", "sharpness", bound=0.45, low=True, least=0.03),
    Outlying("short", "words", bound=3, low=True, least=0.1, relative=True),
    Outlying("brief", "seconds", bound=0.5, low=True, least=0.1, relative=True),
    Outlying("fleeting", "moments", bound=32, low=True, least=0.1, relative=True),
)
# In this order: a sample has the first that fits, for what is blank is dark or bright as well
LEVELS: dict[str, Level] = {
    "blank": "warning", "dark": "note", "bright": "note", "blurred": "note",
    "misread": "warning", "cut": "note", "markup": "note", "shouting": "note", "short": "note",
    "silent": "warning", "clipped": "note", "brief": "note",
    "constant": "warning", "gappy": "note", "fleeting": "note",
}  # fmt: skip
FULL = 60  # characters: shorter texts are of equal length by chance
AT_LIMIT, BELOW = 2, 10  # characters: texts cut at a limit may lose a space or two; where to compare with
HEAP = 5  # times as many at the limit as below
UNENDED = 0.8  # share of them without an end mark


@check("flaws")
def find_flaws(examined: Examined) -> Iterator[Finding]:
    """One finding a flaw; a sample is told under one of them alone."""
    found = {name: {k for k, look in enumerate(examined.looks) if name in look.flaws} for name in LEVELS}
    for rule in OUTLYING:
        found[rule.flaw] |= _outlying(examined, rule)
    found["cut"] |= _cut(examined)
    told: set[int] = set()
    for name, level in LEVELS.items():
        numbers = sorted(found[name] - told)
        told |= found[name]
        if numbers:
            samples = [examined.samples[k].id for k in numbers]
            remedies = [DropRemedy(samples=samples)]
            values: dict[str, Value] = {"count": len(samples)}
            yield Finding(code=f"flaws_{name}", level=level, values=values, samples=samples, remedies=remedies)


def _outlying(examined: Examined, rule: Outlying) -> set[int]:
    values = _trait(examined, rule.trait)
    if not len(values):
        return set()
    scaled = np.log1p(values) if rule.relative else values
    middle = np.median(scaled)
    spread = max(rule.least, SPREAD * float(np.median(np.abs(scaled - middle))))
    if rule.low:
        far = (middle - scaled > FAR * spread) & (values < rule.bound)
    else:
        far = (scaled - middle > FAR * spread) & (values > rule.bound)
    return set(np.flatnonzero(far).tolist())


def _cut(examined: Examined) -> set[int]:
    """Texts that end without an end mark at a length where many do: someone's field was too small for them."""
    length, ended = _trait(examined, "characters"), _trait(examined, "end_mark")
    if not len(length) or length.max() < FULL:
        return set()
    limit = length.max()
    full = length >= limit - AT_LIMIT
    usual = ((length < limit - AT_LIMIT) & (length >= limit - AT_LIMIT - BELOW)).sum() / BELOW * (AT_LIMIT + 1)
    if full.sum() < HEAP * max(1.0, usual) or (ended[full] == 0).mean() < UNENDED:
        return set()
    return set(np.flatnonzero(full & (ended == 0)).tolist())


def _trait(examined: Examined, name: str) -> np.ndarray:
    """(sample,); empty where samples have no such trait."""
    if not examined.looks or name not in examined.looks[0].traits:
        return np.zeros(0)
    return np.array([look.traits[name] for look in examined.looks])
