"""What labels are worth: intervals of a learning curve, what more labels may bring, and to which class.

The error over the number of labels is taken for an inverse power law, a + b n^-c, fitted with weights (Figueroa et al.
2012, "Predicting sample size required for classification performance"). Its doubt comes from fitting it again to
resampled groups of the judged samples and resampled draws. It is never followed beyond twice the labels there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.domain.learning_curve import Ahead, CurvePoint, LearningCurve, Matched, Need, Outlook, Span
from tl_core.domain.report import Metric
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, draws, percentiles, units_of
from tl_core.evaluation.metrics import interval, unseen

LEAST_POINTS = 3  # measured shares; a curve of three numbers through fewer says nothing
WORTH = 0.02  # of the average hit rate: the gain that the number of further labels is told for
LEAST_GAIN = 0.005  # of the average hit rate: less is nothing
FALLS = 0.01  # of the average hit rate; a curve that falls further, and further than its doubt, is no such curve
ROUNDING = 1e-9  # of a share: a smaller rise is what computing leaves
SURE = 0.9  # share of the resamples in which the same class must gain most
EXPONENTS = np.arange(0.1, 1.51, 0.05)
STEPS = 8  # of the path drawn ahead


@dataclass(frozen=True)
class Part:
    """What models that learned from one share of the labels said of the judged samples."""

    share: float
    labels: int  # mean over the draws
    probe: np.ndarray  # (draw, n) class numbers
    classic: np.ndarray  # (draw, n)


@dataclass(frozen=True)
class _Scores:
    """Hit rates of one method at one share."""

    value: np.ndarray  # (draw, class)
    resampled: np.ndarray  # (resample, draw, class); empty with too few groups


def learning_curve(
    parts: Sequence[Part], true: np.ndarray, groups: Groups, classes: Sequence[str], left_out: Sequence[float],
    seconds: float, seed: int = 0,
) -> LearningCurve:  # fmt: skip
    """``parts`` by rising share, all labels last; ``true`` (n,) class numbers, ``groups`` (n,) or None.

    Classes that ``true`` does not hold have no hit rate: their figures are those of no sample.
    """
    true = np.asarray(true, dtype=np.int64)
    units = units_of(groups, len(true))
    count = int(units.max()) + 1
    present = np.flatnonzero(np.bincount(true, minlength=len(classes)))
    weights = np.concatenate(list(draws(count, seed))) if count >= LEAST_UNITS else np.empty((0, count))
    probe = [_scores(part.probe, true, units, present, weights) for part in parts]
    classic = [_scores(part.classic, true, units, present, weights) for part in parts]
    holding = np.array([len(np.unique(units[true == k])) for k in present])
    sizes = np.array([(true == k).sum() for k in present])
    points = []
    for part, ours, theirs in zip(parts, probe, classic, strict=True):
        recalls = [Metric(value=0.0) for _ in classes]
        for place, k in enumerate(present):
            recalls[k] = _metric(_class(ours, place), holding[place : place + 1], int(sizes[place]), seed)
        points.append(
            CurvePoint(
                share=part.share, labels=part.labels, draws=len(part.probe),
                probe=_metric(ours, holding, len(true), seed, count),
                classic=_metric(theirs, holding, len(true), seed, count), recalls=recalls,
            )
        )  # fmt: skip
    labels = np.array([part.labels for part in parts], dtype=np.float64)
    drawn = np.array([len(part.probe) for part in parts])
    rng = np.random.default_rng(seed)
    again = [_drawn_again(scores, rng) for scores in probe]  # (resample, class) each
    again = _with_noise(again, probe, labels, rng)
    return LearningCurve(
        classes=list(classes), points=points, left_out=list(left_out), seconds=seconds,
        outlook=_outlook(labels, drawn, probe, again, count),
        need=_need(labels, drawn, probe, again, [classes[int(k)] for k in present], holding),
        matched=_matched(labels, probe, classic, again, count),
    )  # fmt: skip


# --- figures ----------------------------------------------------------------------------------------------------------


def _scores(said: np.ndarray, true: np.ndarray, units: np.ndarray, present: np.ndarray, weights: np.ndarray) -> _Scores:
    """Hit rates of each draw, on the samples as they are and under each row of ``weights`` (resample, unit)."""
    count, classes = weights.shape[1], int(true.max()) + 1

    def per_unit(values: np.ndarray) -> np.ndarray:
        flat = np.bincount(units * classes + true, weights=values, minlength=count * classes)
        return flat.reshape(count, classes)[:, present]

    totals = per_unit(np.ones(len(true)))
    right = np.stack([per_unit(one == true) for one in said])  # (draw, unit, class)
    with np.errstate(invalid="ignore", divide="ignore"):  # a resample without one of the classes
        resampled = np.einsum("ru,duk->rdk", weights, right, optimize=True) / (weights @ totals)[:, None]
    return _Scores(right.sum(1) / totals.sum(0), resampled)


def _class(scores: _Scores, place: int) -> _Scores:
    return _Scores(scores.value[:, [place]], scores.resampled[:, :, [place]])


def _metric(scores: _Scores, holding: np.ndarray, samples: int, seed: int, units: int | None = None) -> Metric:
    """The mean of all draws; its interval is that of one draw: which samples judge, and which were learned from.

    ``holding`` (class,) groups with each class; ``units`` groups in all, where not those of the one class.
    """
    count = int(holding[0]) if units is None else units
    value, facts = float(scores.value.mean()), {"samples": samples, "groups": count}
    if count < LEAST_UNITS or not len(scores.resampled):
        return Metric(value=value, **facts)
    each = scores.resampled.mean(2)  # (resample, draw)
    several = each.shape[1]
    picked = np.random.default_rng(seed).integers(0, several, len(each))
    middle = each.mean(1)
    apart = (each[np.arange(len(each)), picked] - middle) * np.sqrt(several / max(1, several - 1))
    found = np.where((scores.value == scores.value[0]).all(0), scores.value[0], 0.5)  # 0.5: resamples do vary
    return interval(value, middle + apart, count, unseen(found, holding), "balanced_accuracy", facts)


# --- resampled curves -------------------------------------------------------------------------------------------------


def _drawn_again(scores: _Scores, rng: np.random.Generator) -> np.ndarray:
    """(resample, class) hit rates, mean over as many draws as there are, drawn with replacement."""
    rows, several, _ = scores.resampled.shape
    picked = rng.integers(0, several, (rows, several))
    return np.take_along_axis(scores.resampled, picked[:, :, None], 1).mean(1)


def _with_noise(
    again: list[np.ndarray], scores: list[_Scores], labels: np.ndarray, rng: np.random.Generator
) -> list[np.ndarray]:
    """A share drawn once does not tell how draws differ there; the others do: their variance falls as 1 / labels."""
    known = [n * s.value.var(0, ddof=1) for n, s in zip(labels, scores, strict=True) if len(s.value) > 1]
    if not known:
        return again
    spread = np.sqrt(np.mean(known, 0))  # (class,) of one label
    return [
        found + rng.normal(size=found.shape) * spread / np.sqrt(n) if len(s.value) == 1 else found
        for found, s, n in zip(again, scores, labels, strict=True)
    ]


# --- what more labels may bring ---------------------------------------------------------------------------------------


def power_law(labels: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """a, b and c, each (curve,), of a + b n^-c with a, b >= 0 and the least weighted squares.

    ``labels`` (point,), ``errors`` (curve, point), ``weights`` (point,). For each exponent tried, a and b are exact.
    """
    weights = weights / weights.sum()
    best = np.full(len(errors), np.inf)
    found = np.zeros((3, len(errors)))
    for exponent in EXPONENTS:
        x = labels**-exponent
        middle, means = float(weights @ x), errors @ weights
        slope = (errors - means[:, None]) @ (weights * (x - middle)) / (weights @ (x - middle) ** 2)
        level = means - slope * middle
        through_zero = errors @ (weights * x) / (weights @ x**2)
        slope = np.where(level < 0, through_zero, slope)
        level = np.where(slope < 0, means, np.maximum(level, 0.0))
        slope = np.maximum(slope, 0.0)
        misses = ((errors - level[:, None] - slope[:, None] * x) ** 2) @ weights
        better = misses < best
        best = np.where(better, misses, best)
        found = np.where(better, np.stack([level, slope, np.full(len(errors), exponent)]), found)
    return found[0], found[1], found[2]


def _outlook(
    labels: np.ndarray, drawn: np.ndarray, scores: list[_Scores], again: list[np.ndarray], units: int
) -> Outlook:
    if len(labels) < LEAST_POINTS or units < LEAST_UNITS:
        return Outlook(verdict="too_few")
    weights = labels * drawn  # the inverse of a point's variance, but for a factor
    sizes = labels / labels[-1]
    value = np.array([1 - one.value.mean() for one in scores])
    errors = np.stack([1 - one.mean(1) for one in again], 1)
    errors = errors[np.isfinite(errors).all(1)]
    whole, resampled = power_law(sizes, value[None], weights), power_law(sizes, errors, weights)

    def gain(more: float) -> Span:
        """Of ``more`` labels, as a share of those there are."""
        [middle], others = (b * (1 - (1 + more) ** -c) for _, b, c in (whole, resampled))
        low, high = percentiles(others, units)
        return Span(value=float(middle), low=max(0.0, min(low, middle)), high=max(high, middle))

    doubled = gain(1.0)
    assert doubled.low is not None
    assert doubled.high is not None
    if _falls(value, errors):
        return Outlook(verdict="unclear", labels=rounded(labels[-1]), gain=doubled)
    if doubled.low >= LEAST_GAIN:
        steps = [more for more in np.linspace(0.05, 1.0, 20) if gain(float(more)).value >= WORTH]
        more = rounded(labels[-1] * (steps[0] if steps else 1.0))
        return Outlook(
            verdict="more", labels=more, gain=gain(more / labels[-1]), path=_path(labels[-1], whole, resampled, units)
        )
    if doubled.high < WORTH:
        path = _path(labels[-1], whole, resampled, units)
        return Outlook(verdict="little", labels=rounded(labels[-1]), gain=doubled, path=path)
    return Outlook(verdict="unclear", labels=rounded(labels[-1]), gain=doubled)


def _falls(value: np.ndarray, errors: np.ndarray) -> bool:
    """Whether the error rises somewhere by more than chance: then it follows no such law."""
    for place in range(1, len(value)):
        rise, doubt = value[place] - value[:place], (errors[:, [place]] - errors[:, :place]).std(0)
        if (rise > np.maximum(FALLS, 2 * doubt)).any():
            return True
    return False


def _path(full: float, whole: tuple[np.ndarray, ...], resampled: tuple[np.ndarray, ...], units: int) -> list[Ahead]:
    path = []
    for size in np.linspace(1, 2, STEPS + 1):
        [middle], others = (1 - a - b * size**-c for a, b, c in (whole, resampled))
        low, high = percentiles(others, units)
        span = Span(value=float(middle), low=max(0.0, min(low, middle)), high=min(1.0, max(high, middle)))
        path.append(Ahead(labels=round(full * size), hit_rate=span))
    return path


def rounded(number: float) -> int:
    """To what people would say: 8, 40, 150, 1200."""
    step = 1 if number < 20 else 5 if number < 100 else 10 ** (int(np.log10(number)) - 1)
    return max(1, round(number / step) * step)


# --- which class, and the classic method ------------------------------------------------------------------------------


def _need(
    labels: np.ndarray, drawn: np.ndarray, scores: list[_Scores], again: list[np.ndarray], classes: list[str],
    holding: np.ndarray,
) -> Need:  # fmt: skip
    """The class whose hit rate rises most when labels double, by as much as is still missing at most.

    Told only where it is the same class in ``SURE`` of the resamples, its rise is above zero in 97.5 % of them, and it
    is in ``LEAST_UNITS`` groups. The rise is a weighted straight line over the logarithm of the labels.
    """
    if len(labels) < LEAST_POINTS or len(classes) < 2 or not len(again[0]):
        return Need(label=None)
    weights = labels * drawn / (labels * drawn).sum()
    x = np.log2(labels) - weights @ np.log2(labels)
    slopes = weights * x / (weights @ x**2)  # (point,)
    value = np.stack([one.value.mean(0) for one in scores])  # (point, class)
    found = np.stack(again)  # (point, resample, class)
    found = found[:, np.isfinite(found).all((0, 2))]
    rise, rises = slopes @ value, np.einsum("p,prk->rk", slopes, found)
    wanted, wanteds = np.minimum(rise, 1 - value[-1]), np.minimum(rises, 1 - found[-1])
    most = int(wanted.argmax())
    low, high = percentiles(rises[:, most], max(2, int(holding[most])))
    if (wanteds.argmax(1) == most).mean() < SURE or low <= ROUNDING or holding[most] < LEAST_UNITS:
        return Need(label=None)
    span = Span(value=float(rise[most]), low=min(low, float(rise[most])), high=max(high, float(rise[most])))
    return Need(label=classes[most], rise=span, hit_rate=float(value[-1, most]))


def _matched(
    labels: np.ndarray, probe: list[_Scores], classic: list[_Scores], again: list[np.ndarray], units: int
) -> Matched:
    """Between two shares the hit rate is taken to rise evenly with the logarithm of the labels."""
    ours = np.array([one.value.mean() for one in probe])[None]
    [value] = _reached(labels, ours, np.array([classic[-1].value.mean()]))
    of = round(labels[-1])
    if not np.isfinite(value):
        return Matched(labels=None, of=of)
    low = high = None
    if units >= LEAST_UNITS:
        theirs = classic[-1].resampled.mean((1, 2))
        curves = np.stack([one.mean(1) for one in again], 1)
        whole = np.isfinite(theirs)
        places = np.sort(_reached(labels, curves[whole], theirs[whole]))
        least, most = places[int(0.025 * len(places))], places[int(np.ceil(0.975 * len(places))) - 1]
        low, high = float(min(least, value)), float(max(most, value)) if np.isfinite(most) else None
    return Matched(labels=Span(value=float(value), low=low, high=high), first=bool(value <= labels[0]), of=of)


def _reached(labels: np.ndarray, curves: np.ndarray, level: np.ndarray) -> np.ndarray:
    """(curve,) labels at which each of ``curves`` (curve, point) first comes to ``level`` (curve,); infinite: never."""
    found = np.where(curves[:, 0] >= level, labels[0], np.inf)
    logs = np.log(labels)
    for place in range(1, len(labels)):
        before, here = curves[:, place - 1], curves[:, place]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.clip((level - before) / (here - before), 0.0, 1.0)
        crossed = (here >= level) & ~np.isfinite(found)
        found = np.where(crossed, np.exp(logs[place - 1] + part * (logs[place] - logs[place - 1])), found)
    return found
