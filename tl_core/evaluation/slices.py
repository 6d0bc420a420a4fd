"""A classifier judged value by value of a column, and which gaps are more than chance.

Each slice is compared with all samples outside it, by the bootstrap over groups; p-values of all slices of all columns
are corrected together (Holm 1979). The two summaries are fairlearn's "equalized odds difference" and "demographic
parity difference", for several classes the largest over one class against the rest. fairlearn itself is not used: it
gives no intervals and knows no groups, and the two differences are a few lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.report import Metric
from tl_core.domain.slices import Slice, Sliced
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, draws, units_of
from tl_core.evaluation.metrics import measure, unseen

LEAST_SAMPLES = 20  # of a slice, below which it is shown and not compared
MOST_VALUES = 12  # of a column; what is more is no band
TRAITS = ("language",)  # of samples themselves, by which they can be compared without a column
HALF = 1.959964  # standard deviations of a 95 % interval's arm


def columns_of(dataset: Dataset, ids: list[str]) -> dict[str, list[str]]:
    """Name -> value of each sample in ``ids``, "" where it has none."""
    by_id = {sample.id: sample for sample in dataset.samples}
    chosen = [by_id[one] for one in ids if one in by_id]
    names = dict.fromkeys(name for sample in chosen for name in sample.attributes)
    names |= dict.fromkeys(trait for trait in TRAITS if any(trait in sample.traits for sample in chosen))
    return {name: [value_of(sample, name) for sample in chosen] for name in names}


def value_of(sample: Sample, column: str) -> str:
    """What is known of a sample in a column; "" where nothing is."""
    trait = str(sample.traits.get(column, "")) if column in TRAITS else ""
    return sample.attributes.get(column) or trait


def sliced(
    columns: Mapping[str, Sequence[str]], true: np.ndarray, probabilities: np.ndarray, groups: Groups = None,
    seed: int = 0,
) -> list[Sliced]:  # fmt: skip
    """One ``Sliced`` a column: name -> value of each judged sample (n,), "" where it has none.

    ``true`` (n,) class numbers, ``probabilities`` (n, c), ``groups`` (n,) or None. Columns with one value, or more
    than ``MOST_VALUES``, are left out.
    """
    true, said = np.asarray(true, dtype=np.int64), np.asarray(probabilities)
    units = units_of(groups, len(true))
    found = []
    for name, given in columns.items():
        values = np.asarray(given, dtype=object)
        present = [value for value in dict.fromkeys(given) if value]
        if not 2 <= len(present) <= MOST_VALUES:
            continue
        slices = [_slice(value, values == value, values != "", true, said, units, seed) for value in present]
        slices.sort(key=lambda one: -one.samples)
        enough = [values == one.value for one in slices if one.samples >= LEAST_SAMPLES]
        odds, parity = _differences(enough, true, said.argmax(1), said.shape[1])
        found.append(Sliced(column=name, slices=slices, equalized_odds=odds, demographic_parity=parity))
    return _corrected(found)


def _slice(
    value: str, inside: np.ndarray, known: np.ndarray, true: np.ndarray, said: np.ndarray, units: np.ndarray, seed: int
) -> Slice:
    here, outside = inside & known, ~inside & known
    count = len(np.unique(units[here]))
    rate = measure(true[here], said[here], units[here], seed, ranking=False)["balanced_accuracy"]
    facts = {"value": value, "samples": int(here.sum()), "groups": count, "rate": rate}
    few = min(count, len(np.unique(units[outside]))) < LEAST_UNITS or here.sum() < LEAST_SAMPLES
    both = np.intersect1d(true[here], true[outside])
    if few or not len(both):
        return Slice(**facts)
    hits = said.argmax(1) == true
    gap, chance = _gap(here, outside, hits, true, both, units, seed)
    return Slice(**facts, gap=gap, chance=chance)


def _gap(
    here: np.ndarray, outside: np.ndarray, hits: np.ndarray, true: np.ndarray, both: np.ndarray, units: np.ndarray,
    seed: int,
) -> tuple[Metric, float]:  # fmt: skip
    """Mean hit rate of the classes ``both`` inside minus outside, and the p-value of none. Clustered by unit."""
    from scipy.special import stdtr, stdtrit

    count = int(units.max()) + 1

    def per_unit(chosen: np.ndarray) -> np.ndarray:
        return np.stack([np.bincount(units[chosen & (true == k)], minlength=count) for k in both], axis=1)

    parts = [(per_unit(side & hits).astype(float), per_unit(side).astype(float)) for side in (here, outside)]
    rates = [over.sum(0) / under.sum(0) for over, under in parts]
    value = float((rates[0] - rates[1]).mean())
    with np.errstate(invalid="ignore", divide="ignore"):
        resampled = np.concatenate(
            [np.subtract(*((w @ over) / (w @ under) for over, under in parts)).mean(1) for w in draws(count, seed)]
        )
    blind = [unseen(rate, (under > 0).sum(0)) for rate, (_, under) in zip(rates, parts, strict=True)]
    free = min(len(np.unique(units[side])) for side in (here, outside)) - 1
    spread = float(np.sqrt(np.nanvar(resampled) * count / (count - 1) + (np.square(blind).sum()) / HALF**2))
    arm = float(stdtrit(free, 0.975)) * spread
    chance = float(2 * stdtr(free, -abs(value) / spread)) if spread > 0 else 1.0
    low, high = max(-1.0, value - arm), min(1.0, value + arm)
    samples = int(here.sum())
    return Metric(value=value, low=low, high=high, method="bootstrap", samples=samples, groups=free + 1), chance


def _differences(
    masks: Sequence[np.ndarray], true: np.ndarray, said: np.ndarray, classes: int
) -> tuple[float | None, float | None]:
    """Equalized odds and demographic parity difference over slices; None with fewer than two to compare."""
    if len(masks) < 2:
        return None, None
    odds, parity = [0.0], [0.0]
    for k in range(classes):
        parity.append(_range([(said[mask] == k).mean() for mask in masks]))
        for chosen in (true == k, true != k):
            shares = [(said[mask & chosen] == k).mean() for mask in masks if (mask & chosen).any()]
            odds.append(_range(shares))
    return max(odds), max(parity)


def _range(shares: Sequence[float]) -> float:
    return float(max(shares) - min(shares)) if len(shares) > 1 else 0.0


def _corrected(found: Sequence[Sliced]) -> list[Sliced]:
    """P-values by Holm's step-down over all slices compared."""
    adjusted = iter(holm([one.chance for column in found for one in column.slices]))
    return [
        column.model_copy(
            update={"slices": [one.model_copy(update={"chance": next(adjusted)}) for one in column.slices]}
        )
        for column in found
    ]


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """P-values corrected for all that were looked at (Holm 1979), in their order; None, not tested, stays None."""
    tested = sorted((chance, place) for place, chance in enumerate(chances) if chance is not None)
    adjusted: list[float | None] = [None] * len(chances)
    so_far = 0.0
    for rank, (chance, place) in enumerate(tested):
        so_far = max(so_far, min(1.0, chance * (len(tested) - rank)))
        adjusted[place] = so_far
    return adjusted
