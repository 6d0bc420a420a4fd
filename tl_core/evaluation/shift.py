"""Is new data like the old? Without labels: can a classifier tell them apart, are other classes named, and how often
will the answers be right. With labels: how much worse it is, with the interval of that drop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.report import Metric
from tl_core.domain.shift import ClassShare
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, draws, percentiles, units_of
from tl_core.evaluation.metrics import confusions, measure, scores
from tl_core.tasks.classify import out_of_fold

MOST = 1000  # samples of each side that the classifier learns from


def told_apart(
    old: np.ndarray, new: np.ndarray, old_groups: Groups = None, new_groups: Groups = None, seed: int = 0
) -> tuple[Metric, np.ndarray]:
    """Area under the curve of a cross-validated classifier between ``old`` (n, d) and ``new`` (m, d) features.

    Also how foreign each new sample is, (m,): its chance of being new; NaN for those beyond ``MOST``. A classifier
    two-sample test (Lopez-Paz and Oquab 2017), groups whole. Raises ValueError with fewer than two groups on a side.
    """
    rng = np.random.default_rng(seed)
    kept = [np.sort(rng.permutation(len(side))[:MOST]) for side in (old, new)]
    sides = zip((old_groups, new_groups), (old, new), kept, strict=True)
    units = [units_of(groups, len(side))[chosen] for groups, side, chosen in sides]
    features = np.concatenate([old[kept[0]], new[kept[1]]])
    labels = np.repeat([0, 1], [len(kept[0]), len(kept[1])])
    groups = np.concatenate([units[0], units[1] + units[0].max(initial=0) + 1])
    chances = out_of_fold(features, labels, 2, groups, seed=seed)
    foreign = np.full(len(new), np.nan)
    foreign[kept[1]] = chances[len(kept[0]) :, 1]
    return measure(labels, chances, groups, seed)["auc"], foreign


def class_shares(
    classes: Sequence[str], old: np.ndarray, new: np.ndarray, old_groups: Groups = None, new_groups: Groups = None,
    seed: int = 0,
) -> list[ClassShare]:  # fmt: skip
    """How often each class is named in ``old`` (n, c) and ``new`` (m, c) probabilities; intervals by Bonferroni."""
    said = [np.eye(len(classes))[side.argmax(1)] for side in (old, new)]
    resampled = [
        _means(values, units_of(groups, len(values)), seed + k)
        for k, (values, groups) in enumerate(zip(said, (old_groups, new_groups), strict=True))
    ]
    counts = [int(units_of(groups, len(v)).max()) + 1 for v, groups in zip(said, (old_groups, new_groups), strict=True)]
    found = []
    for number, label in enumerate(classes):
        before, now = float(said[0][:, number].mean()), float(said[1][:, number].mean())
        gap = Metric(value=now - before, samples=len(new), groups=counts[1])
        if min(counts) >= LEAST_UNITS:
            tail = 0.025 / len(classes)
            low, high = np.quantile(resampled[1][:, number] - resampled[0][:, number], [tail, 1 - tail])
            gap = gap.model_copy(update={"low": float(low), "high": float(high), "method": "bootstrap"})
        found.append(ClassShare(label=label, before=before, now=now, gap=gap))
    return found


def expected_accuracy(
    true: np.ndarray, old: np.ndarray, new: np.ndarray, old_groups: Groups = None, new_groups: Groups = None,
    seed: int = 0,
) -> Metric | None:  # fmt: skip
    """Accuracy on ``new`` (m, c) without its labels, from ``old`` (n, c) with its classes ``true`` (n,).

    The sureness above which as many old answers lie as are right; the share of new answers above it (average
    thresholded confidence, Garg et al. 2022). The interval resamples both sides; it knows nothing of a change in what
    a class looks like. None where all old answers are right or all wrong: then sureness says nothing.
    """
    right = old.argmax(1) == true
    if right.all() or not right.any():
        return None
    sure_old, sure_new = old.max(1), new.max(1)
    value = float((sure_new > _threshold(sure_old, right, np.ones(len(true)))).mean())
    units = [units_of(groups, len(side)) for groups, side in ((old_groups, old), (new_groups, new))]
    counts = [int(one.max()) + 1 for one in units]
    facts = {"samples": len(new), "groups": counts[1]}
    if min(counts) < LEAST_UNITS:
        return Metric(value=value, **facts)
    weights = [np.concatenate(list(draws(count, seed + k, 500))) for k, count in enumerate(counts)]
    found = []
    for one, other in zip(*weights, strict=True):
        threshold = _threshold(sure_old, right, one[units[0]])
        here = other[units[1]]
        found.append(float(here[sure_new > threshold].sum() / here.sum()))
    low, high = percentiles(np.array(found), min(counts))
    low, high = max(0.0, min(low, value)), min(1.0, max(high, value))
    return Metric(value=value, low=low, high=high, method="bootstrap", **facts)


def drop(
    true_old: np.ndarray, old: np.ndarray, true_new: np.ndarray, new: np.ndarray, old_groups: Groups = None,
    new_groups: Groups = None, seed: int = 0,
) -> Metric:  # fmt: skip
    """Balanced accuracy on the old samples minus that on the new, over the classes both hold; independent bootstraps.

    Raises ValueError where they share no class.
    """
    both = np.intersect1d(true_old, true_new)
    if not len(both):
        raise ValueError("no class in common")
    values, spread, counts = [], [], []
    for k, (true, said, groups) in enumerate(((true_old, old, old_groups), (true_new, new, new_groups))):
        kept = np.isin(true, both)
        among = None if groups is None else [g for g, here in zip(groups, kept, strict=True) if here]
        units = units_of(among, int(kept.sum()))
        found, resampled = _balanced(true[kept], said[kept], units, both, seed + k)
        values.append(found)
        spread.append(resampled)
        counts.append(int(units.max()) + 1)
    value = float(values[0] - values[1])
    facts = {"samples": len(true_new), "groups": counts[1]}
    if min(counts) < LEAST_UNITS:
        return Metric(value=value, **facts)
    low, high = percentiles(spread[0] - spread[1], min(counts))
    low, high = max(-1.0, min(low, value)), min(1.0, max(high, value))
    return Metric(value=value, low=low, high=high, method="bootstrap", **facts)


def _balanced(
    true: np.ndarray, said: np.ndarray, units: np.ndarray, present: np.ndarray, seed: int
) -> tuple[float, np.ndarray]:
    cells = confusions(true, said.argmax(1), units, said.shape[1])
    value = float(scores(cells.sum(0)[None], present)["balanced_accuracy"][0])
    drawn = [scores(np.tensordot(w, cells, 1), present)["balanced_accuracy"] for w in draws(len(cells), seed)]
    return value, np.concatenate(drawn)


def _threshold(sure: np.ndarray, right: np.ndarray, weights: np.ndarray) -> float:
    """The sureness below which as much weight lies as there is on wrong answers."""
    order = np.argsort(sure, kind="stable")
    below = np.cumsum(weights[order])
    place = int(np.searchsorted(below, float(weights[~right].sum()), side="right")) - 1
    return float(sure[order][place]) if place >= 0 else -np.inf


def _means(values: np.ndarray, units: np.ndarray, seed: int) -> np.ndarray:
    """(resample, column) means of ``values`` (n, column), units resampled."""
    count = int(units.max()) + 1
    sums = np.stack([np.bincount(units, weights=column, minlength=count) for column in values.T], axis=1)
    sizes = np.bincount(units, minlength=count).astype(float)
    return np.concatenate([(w @ sums) / (w @ sizes)[:, None] for w in draws(count, seed)])
