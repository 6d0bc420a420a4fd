"""ROC and precision-recall curves of one class against the rest, thinned for drawing; areas are of the whole curve."""

from __future__ import annotations

import numpy as np

from tl_core.domain.report import Curve

POINTS = 200


def roc_curve(label: str, is_class: np.ndarray, scores: np.ndarray) -> Curve:
    """False alarm rate (x) against hit rate (y) over all thresholds; ``is_class`` (n,) must hold both values."""
    hits, alarms = _counts(is_class, scores)
    x = np.concatenate([[0.0], alarms / alarms[-1]])
    y = np.concatenate([[0.0], hits / hits[-1]])
    return _thinned(label, x, y, float(np.trapezoid(y, x)))


def precision_recall_curve(label: str, is_class: np.ndarray, scores: np.ndarray) -> Curve:
    """Hit rate (x) against the share of right alarms (y); area: average precision, no interpolation."""
    hits, alarms = _counts(is_class, scores)
    recall, precision = hits / hits[-1], hits / (hits + alarms)
    area = float((np.diff(recall, prepend=0.0) * precision).sum())
    return _thinned(label, np.concatenate([[0.0], recall]), np.concatenate([[precision[0]], precision]), area)


def _counts(is_class: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hits and false alarms at each distinct threshold, from the highest score down."""
    order = np.argsort(-scores, kind="stable")
    ranked, ours = scores[order], is_class[order].astype(bool)
    ends = np.flatnonzero(np.concatenate([ranked[1:] != ranked[:-1], [True]]))
    return np.cumsum(ours)[ends].astype(float), np.cumsum(~ours)[ends].astype(float)


def _thinned(label: str, x: np.ndarray, y: np.ndarray, area: float) -> Curve:
    """At most ``POINTS`` points, evenly spaced along the curve's length, ends kept: steep parts keep their shape."""
    if len(x) > POINTS:
        along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
        kept = np.searchsorted(along, np.linspace(0.0, along[-1], POINTS))
        kept = np.unique(np.clip(np.concatenate([[0], kept[1:-1], [len(x) - 1]]), 0, len(x) - 1))
        x, y = x[kept], y[kept]
    return Curve(label=label, x=x.tolist(), y=y.tolist(), area=area)
