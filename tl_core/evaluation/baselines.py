"""What a model must beat: always the commonest class, and what a practitioner would do without a pre-trained model.

Texts: TF-IDF of words and letters. Images: histograms of colours and of gradient directions (HOG, Dalal & Triggs
2005). Sounds: statistics of the log-mel spectrum (``sound_features``). All under a logistic regression whose strength
is chosen by cross-validation that never parts a group. Of time series there are several (``series_baselines``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from tl_core.evaluation.intervals import Groups, units_of
from tl_core.evaluation.metrics import log_losses
from tl_core.evaluation.sound_features import describe_sound

if TYPE_CHECKING:
    from PIL import Image

CLASSIC = "classic"  # where a modality has one competitor
STRENGTHS = (0.003, 0.03, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # C: inverse regularisation
_SIDE = 128  # pixels an image is judged at
_CELL = 16  # pixels a side of a gradient histogram
_DIRECTIONS = 9  # over half a turn
_COLOURS = 4  # steps of red, of green, of blue in the joint histogram
_SEARCH_SAMPLES = 3000  # the search for C looks at no more than this many


class Fitted(Protocol):
    """It may have ``left_out`` (n, c): what it would have said of each training sample without the sample's group."""

    def predict(self, raws: Sequence[Any]) -> np.ndarray:
        """(n, c) probabilities."""


class Baseline(Protocol):
    def fit(self, raws: Sequence[Any], y: np.ndarray, groups: Groups = None, classes: int | None = None) -> Fitted:
        """Learn from raw training samples; ``classes``: number of columns to answer, when ``y`` may lack the last."""


def majority(train_y: np.ndarray, n: int, classes: int) -> np.ndarray:
    """(n, classes) the training shares of the classes, for every sample alike: it always says the commonest."""
    shares = np.bincount(np.asarray(train_y), minlength=classes) / len(train_y)
    return np.tile(shares, (n, 1))


def competitors(modality: str) -> dict[str, Baseline]:
    """What a model of this modality must beat, by the names that reports call them. Raises ``KeyError``: none known."""
    if modality == "series":
        from tl_core.evaluation.catch22 import describe_series
        from tl_core.evaluation.nearest_series import NearestSeries
        from tl_core.evaluation.series_baselines import MiniRocket

        return {
            "minirocket": MiniRocket(),
            "catch22": _Classic(lambda: _NumberFeatures(describe_series)),
            "warped": NearestSeries("dtw"),
            "nearest": NearestSeries("euclid"),
        }
    features: dict[str, Callable[[], Any]] = {"text": _TextFeatures, "image": _image_features, "audio": _sound_features}
    return {CLASSIC: _Classic(features[modality])}


def classic(modality: str) -> Baseline:
    """The one of the competitors that is meant where there is room for one. Raises ``KeyError`` where there is none."""
    return next(iter(competitors(modality).values()))


def looked_at(modality: str, raws: Sequence[Any]) -> Sequence[Any]:
    """What the classic method sees of each sample, once for many fits; it takes these in the place of raw samples."""
    known: dict[str, Callable[[Any], np.ndarray]] = {"image": describe_image, "audio": describe_sound}
    describe = known.get(modality)
    return [_Seen(describe(raw)) for raw in raws] if describe else list(raws)


def describe_texts(raws: Sequence[str]) -> Any:
    """(n, term) sparse TF-IDF of words and letters as the classic method sees them."""
    return _TextFeatures().fit(raws)


class _Classic:
    def __init__(self, features: Callable[[], Any]) -> None:
        self._features = features

    @threadpool_limits.wrap(limits=1, user_api="blas")  # as for the probe: the second thread is waited for
    def fit(self, raws: Sequence[Any], y: np.ndarray, groups: Groups = None, classes: int | None = None) -> Fitted:
        y = np.asarray(y, dtype=np.int64)
        describe = self._features()
        found = describe.fit(raws)
        strength = _choose_strength(self._features, raws, found, y, units_of(groups, len(y)))
        model = _regression(strength).fit(found, y) if len(np.unique(y)) > 1 else None
        return _FittedClassic(describe, model, y, classes or int(y.max()) + 1)


class _FittedClassic:
    def __init__(self, describe: Any, model: Any, y: np.ndarray, classes: int) -> None:
        self._describe, self._model, self._y, self._classes = describe, model, y, classes

    def predict(self, raws: Sequence[Any]) -> np.ndarray:
        if self._model is None:  # a single class to learn from
            return majority(self._y, len(raws), self._classes)
        answers = np.zeros((len(raws), self._classes))
        answers[:, self._model.classes_] = self._model.predict_proba(self._describe.of(raws))
        return answers


def _regression(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, class_weight="balanced", max_iter=1000, tol=1e-3)


def _choose_strength(
    features: Callable[[], Any], raws: Sequence[Any], found: Any, y: np.ndarray, units: np.ndarray
) -> float:
    """C of the lowest class-balanced log loss over grouped, stratified folds; features are refitted in each fold."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import StratifiedGroupKFold

    rows = np.random.default_rng(0).permutation(len(y))[:_SEARCH_SAMPLES]
    y_seen, units_seen = y[rows], units[rows]
    folds = min(5, len(np.unique(units_seen)), int(np.bincount(y_seen)[np.unique(y_seen)].min()))
    if folds < 2 or len(np.unique(y_seen)) < 2:
        return 1.0
    weight = 1.0 / np.bincount(y_seen)[y_seen]
    losses = np.zeros(len(STRENGTHS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class in fewer groups than folds
        warnings.simplefilter("ignore", ConvergenceWarning)
        for learn, judge in StratifiedGroupKFold(folds, shuffle=True, random_state=0).split(y_seen, y_seen, units_seen):
            if len(np.unique(y_seen[learn])) < len(np.unique(y_seen)):
                continue
            seen, unseen = features().part(raws, found, rows[learn], rows[judge])
            for number, strength in enumerate(STRENGTHS):
                model = _regression(strength).fit(seen, y_seen[learn])
                columns = np.searchsorted(model.classes_, y_seen[judge])
                losses[number] += (log_losses(columns, model.predict_proba(unseen)) * weight[judge]).sum()
    return STRENGTHS[int(losses.argmin())]


class _TextFeatures:
    """Words alone and in pairs, and 3 to 5 letters inside words; sublinear TF-IDF, each half of unit length."""

    def fit(self, raws: Sequence[str]) -> Any:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        common: dict[str, Any] = {"sublinear_tf": True, "strip_accents": "unicode", "max_features": 200_000}
        self._vectorizers = [
            # one-letter words count: "I", and every word of some scripts
            TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **common),
            TfidfVectorizer(ngram_range=(3, 5), analyzer="char_wb", **common),
        ]
        try:
            return hstack([vectorizer.fit_transform(raws) for vectorizer in self._vectorizers]).tocsr()
        except ValueError:  # not one word anywhere ("!!!", "???"): letters alone then
            self._vectorizers = [TfidfVectorizer(ngram_range=(1, 3), analyzer="char", **common)]
            return self._vectorizers[0].fit([*raws, "."]).transform(raws)  # a vocabulary is never empty

    def of(self, raws: Sequence[str]) -> Any:
        from scipy.sparse import hstack

        return hstack([vectorizer.transform(raws) for vectorizer in self._vectorizers]).tocsr()

    def part(self, raws: Sequence[str], found: Any, learn: np.ndarray, judge: np.ndarray) -> tuple[Any, Any]:
        return self.fit([raws[i] for i in learn]), self.of([raws[i] for i in judge])


class _Seen(NamedTuple):
    """What the classic method sees of a sample, worked out before."""

    numbers: np.ndarray


class _NumberFeatures:
    """A row of numbers a sample, standardised over the training samples."""

    def __init__(self, describe: Callable[[Any], np.ndarray], families: Sequence[slice] | None = None) -> None:
        """``families``: columns that share a scale; None: each has its own."""
        self._describe, self._families = describe, families

    def fit(self, raws: Sequence[Any]) -> np.ndarray:
        features = self._stack(raws)
        self._mean = features.mean(0)
        self._scale = np.empty(features.shape[1])
        for family in self._families or [slice(k, k + 1) for k in range(features.shape[1])]:
            self._scale[family] = max(float(np.sqrt(features[:, family].var(0).sum())), 1e-9)
        return (features - self._mean) / self._scale

    def of(self, raws: Sequence[Any]) -> np.ndarray:
        return (self._stack(raws) - self._mean) / self._scale

    def part(
        self, raws: Sequence[Any], found: np.ndarray, learn: np.ndarray, judge: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        # The standardisation of all training samples serves each fold: it looks at no target.
        return found[learn], found[judge]

    def _stack(self, raws: Sequence[Any]) -> np.ndarray:
        return np.stack([raw.numbers if isinstance(raw, _Seen) else self._describe(raw) for raw in raws])


def _image_features() -> _NumberFeatures:
    """Joint colour histogram and block-normalised gradient histograms."""
    # One scale a family, not one a feature: rare colours would else shout.
    return _NumberFeatures(describe_image, (slice(0, _COLOURS**3), slice(_COLOURS**3, None)))


def _sound_features() -> _NumberFeatures:
    return _NumberFeatures(describe_sound)


def describe_image(image: Image.Image) -> np.ndarray:
    """(64 + 7 * 7 * 36,) square roots of colour shares, then gradient directions of 7 x 7 overlapping blocks."""
    from PIL import Image as pillow

    small = np.asarray(image.convert("RGB").resize((_SIDE, _SIDE), pillow.Resampling.BILINEAR, reducing_gap=2.0))
    steps = small.reshape(-1, 3).astype(np.int64) * _COLOURS // 256
    colours = np.bincount(steps @ np.array([_COLOURS**2, _COLOURS, 1]), minlength=_COLOURS**3) / len(steps)
    return np.concatenate([np.sqrt(colours), _gradients(small.astype(np.float32).mean(2) / 255)])


def _gradients(grey: np.ndarray) -> np.ndarray:
    down, across = np.gradient(np.sqrt(grey))
    strength = np.hypot(down, across)
    turn = (np.arctan2(down, across) / np.pi % 1.0) * _DIRECTIONS
    lower = np.floor(turn).astype(np.int64)
    share = turn - lower
    cells = _SIDE // _CELL
    place = np.arange(_SIDE) // _CELL
    place_of = (place[:, None] * cells + place[None, :]) * _DIRECTIONS
    bins = cells**2 * _DIRECTIONS
    below, above = place_of + lower % _DIRECTIONS, place_of + (lower + 1) % _DIRECTIONS
    votes = np.bincount(below.ravel(), (strength * (1 - share)).ravel(), bins)
    votes += np.bincount(above.ravel(), (strength * share).ravel(), bins)
    grid = votes.reshape(cells, cells, _DIRECTIONS)
    blocks = np.concatenate([grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1], grid[1:, 1:]], axis=2)
    blocks = blocks / np.sqrt((blocks**2).sum(2, keepdims=True) + 0.1)
    blocks = np.minimum(blocks, 0.2)
    return (blocks / np.sqrt((blocks**2).sum(2, keepdims=True) + 1e-3)).ravel()
