"""How far a sample lies from all that a model learned from, in the space of the features it sees.

Mahalanobis distance to the nearest class with one covariance for all (Lee et al. 2018), shrunk (Ledoit & Wolf 2004):
its leading directions are kept, the others share one spread (probabilistic PCA; Tipping & Bishop 1999). So a bundle
holds means and directions, and not one person's sample: nearest neighbours would have to hold the features of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tl_core.domain.decision import Far
from tl_core.evaluation.conformal import quantile
from tl_core.evaluation.intervals import Groups, units_of

DIRECTIONS = 128  # at most; more are noise with the samples there are
MOST = 2000  # samples that the covariance is taken from
MARGIN = 1e-3  # relative: so far a distance may lie from what was measured, and the limit lies on a sample
EDGE = 0.05  # share of distances left out at either end where a limit is put between them
RATES = (0.01, 0.02, 0.05, 0.1)  # shares of samples like its own that may be turned away


@dataclass(frozen=True)
class Distance:
    """``means`` (class with samples, feature), ``directions`` (direction, feature) of length 1 each, ``spreads``
    (direction,) variances along them, ``rest`` (1,) the variance of what is left."""

    means: np.ndarray
    directions: np.ndarray
    spreads: np.ndarray
    rest: np.ndarray

    def of(self, features: np.ndarray) -> np.ndarray:
        """(n,) distance of each of ``features`` (n, feature) to the nearest class, per square root of features."""
        return self._to_means(features).min(1)

    def of_others(self, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """(n,) the same to the nearest class that is not the sample's own: how far away a stranger may be.

        ``labels`` (n,) number the rows of ``means``; infinite where there is no other class.
        """
        apart = self._to_means(features)
        apart[np.arange(len(apart)), labels] = np.inf
        return apart.min(1)

    def _to_means(self, features: np.ndarray) -> np.ndarray:
        """(n, class) distances."""
        features = np.asarray(features, dtype=np.float64)
        means = self.means.astype(np.float64)
        along, middles = features @ self.directions.T, means @ self.directions.T
        outside = np.maximum(_apart(features, means) - _apart(along, middles), 0.0)
        spread = np.sqrt(self.spreads.astype(np.float64))
        squared = _apart(along / spread, middles / spread) + outside / float(self.rest[0])
        return np.sqrt(squared / features.shape[1])

    def tensors(self) -> dict[str, np.ndarray]:
        return {
            name: np.ascontiguousarray(getattr(self, name), dtype=np.float32)
            for name in ("means", "directions", "spreads", "rest")
        }


def fit_distance(features: np.ndarray, labels: np.ndarray, seed: int = 0, most: int = DIRECTIONS) -> Distance:
    """From training samples: ``features`` (n, feature), ``labels`` (n,).

    ``most``: directions kept. With none, all are the same to it: right where samples come from a handful of groups, as
    how samples of one group differ does not say how another group will (frames of one recording, say).
    """
    from sklearn.covariance import ledoit_wolf_shrinkage

    chosen = sampled(len(features), seed)
    features, labels = np.asarray(features[chosen], dtype=np.float64), labels[chosen]
    numbers, place = np.unique(labels, return_inverse=True)
    means = np.stack([features[place == k].mean(0) for k in range(len(numbers))])
    centred = features - means[place]
    free = max(1, len(features) - len(numbers))
    whole = float((centred**2).sum()) / free  # variance, all directions together
    level = max(whole / features.shape[1], 1e-12)
    shrinkage = float(ledoit_wolf_shrinkage(centred, assume_centered=True))
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    kept = min(most, free, features.shape[1] - 1, int((singular > 1e-6 * singular.max(initial=0.0)).sum()))
    spreads = singular[:kept] ** 2 / free
    left = max(0.0, whole - float(spreads.sum())) / (features.shape[1] - kept)
    shrunk = np.maximum((1 - shrinkage) * np.append(spreads, left) + shrinkage * level, 1e-6 * level)
    return Distance(means, directions[:kept], shrunk[:-1], shrunk[-1:])


def sampled(count: int, seed: int = 0) -> np.ndarray:
    """Which of ``count`` samples are looked at, in their order."""
    if count <= MOST:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MOST, replace=False))


def _apart(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n, m) squared distances of rows."""
    return np.maximum((some**2).sum(1)[:, None] - 2 * some @ others.T + (others**2).sum(1), 0.0)


def far_at(rate: float, distances: np.ndarray, groups: Groups = None) -> Far | None:
    """The limit from held-out samples' ``distances`` (n,): a new sample like them lies beyond it with probability
    ``rate`` at most, or the least of ``RATES`` above that they are enough for. None: they are too few for any."""
    units = units_of(groups, len(distances))
    for tried in (rate, *(one for one in RATES if one > rate)):
        limit = quantile(distances, units, 1 - tried)
        if limit is not None:
            return Far(rate=tried, limit=limit * (1 + MARGIN))
    return None


def far_between(own: np.ndarray, others: np.ndarray) -> Far | None:
    """A limit where too few groups are at hand for ``far_at``: half-way, in logarithms, between samples' distances to
    their class (``own``, (n,)) and to the nearest other one (``others``, (n,)).

    To each class the others are strangers, which is all that is known of strangers then. No share of samples like its
    own that lie beyond can be promised. None: there is no other class, or they cannot be told from its own.
    """
    if not np.isfinite(others).all():
        return None
    near, away = float(np.quantile(own, 1 - EDGE)), float(np.quantile(others, EDGE))
    if not 0 < near < away:
        return None
    limit = float(np.sqrt(near * away))
    return Far(rate=float((own > limit).mean()), limit=limit, proven=False)
