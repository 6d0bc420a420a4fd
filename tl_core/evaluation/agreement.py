"""How far two people say the same of the same samples: Cohen's kappa (Cohen 1960, "A coefficient of agreement for
nominal scales"), with an interval by resampling samples, or groups of them where there are any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.labelling import Agreement, Trust
from tl_core.domain.report import Metric
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, clopper_pearson, draws, percentiles, units_of
from tl_core.evaluation.proportions import counts, share

LEAST_JUDGED = 10  # samples on each side before shown and hidden suggestions are compared


def agreement(first: Sequence[str], second: Sequence[str], groups: Groups = None, seed: int = 0) -> Agreement:
    """``first`` and ``second`` (n,): what each said of n >= 1 samples, in the same order."""
    classes = sorted({*first, *second})
    number = {label: k for k, label in enumerate(classes)}
    cells = np.array([number[a] * len(classes) + number[b] for a, b in zip(first, second, strict=True)])
    units = units_of(groups, len(cells))
    size = len(classes) ** 2
    held = np.bincount(units * size + cells, minlength=(int(units.max()) + 1) * size).reshape(-1, size)
    table = held.sum(0).reshape(len(classes), -1)
    same = cells // len(classes) == cells % len(classes)
    return Agreement(
        classes=classes, table=table.tolist(), kappa=_kappa(held, len(classes), seed),
        alike=share(counts(same, units), counts(np.ones(len(cells)), units)),
    )  # fmt: skip


def _kappa(held: np.ndarray, classes: int, seed: int) -> Metric | None:
    """Of ``held`` (unit, classes * classes) counts; None where both always say the same one class."""
    units, total = len(held), int(held.sum())
    value = float(_values(held.sum(0, keepdims=True).astype(float), classes)[0])
    if np.isnan(value):
        return None
    facts = {"value": value, "samples": total, "groups": units}
    if units < LEAST_UNITS:
        return Metric(**facts)
    if value >= 1:  # no resample ever parts: as many agreements as units, exactly
        low, _ = clopper_pearson(units, units)
        rows = held.sum(0).reshape(classes, classes) / total
        by_chance = float(rows.sum(0) @ rows.sum(1))
        return Metric(low=(low - by_chance) / (1 - by_chance), high=1.0, method="exact", **facts)
    width = held.shape[1]
    resampled = np.concatenate([_values(w @ held, classes) for w in draws(units, seed, width=width)])
    low, high = percentiles(resampled, units)
    return Metric(low=max(-1.0, min(low, value)), high=min(1.0, max(high, value)), method="bootstrap", **facts)


def _values(tables: np.ndarray, classes: int) -> np.ndarray:
    """Kappa of each table (b, classes * classes); NaN where chance alone would always agree."""
    shares = tables.reshape(-1, classes, classes) / tables.sum(1)[:, None, None]
    observed = np.trace(shares, axis1=1, axis2=2)
    by_chance = (shares.sum(1) * shares.sum(2)).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(by_chance < 1 - 1e-12, (observed - by_chance) / (1 - by_chance), np.nan)


def trust(shown: np.ndarray, hidden: np.ndarray) -> Trust:
    """``shown`` and ``hidden`` (n,) bool: was the suggestion wrong, by what the person said? Of samples of like kind.

    The gap's interval is Newcombe's (1998, method 10: Wilson's intervals of both shares, squared and added).
    """
    values = {
        "accepted": int((~shown).sum()), "corrected": int(shown.sum()),
        "hidden": len(hidden), "hidden_wrong": int(hidden.sum()),
    }  # fmt: skip
    if min(len(shown), len(hidden)) < LEAST_JUDGED:
        return Trust(gap=None, **values)
    (p, p_low, p_high), (q, q_low, q_high) = _wilson(hidden), _wilson(shown)
    gap = p - q
    low = gap - float(np.hypot(p - p_low, q_high - q))
    high = gap + float(np.hypot(p_high - p, q - q_low))
    facts = {"samples": len(shown) + len(hidden), "groups": len(shown) + len(hidden)}
    return Trust(gap=Metric(value=gap, low=low, high=high, method="delta", **facts), **values)


def _wilson(wrong: np.ndarray) -> tuple[float, float, float]:
    """A share with Wilson's 95 % interval (1927)."""
    count, value, z = len(wrong), float(wrong.mean()), 1.959964
    middle = (value + z * z / (2 * count)) / (1 + z * z / count)
    arm = z / (1 + z * z / count) * float(np.sqrt(value * (1 - value) / count + z * z / (4 * count * count)))
    return value, middle - arm, middle + arm
