"""Whether two pictures are copies: one may be resized, recompressed, cropped, brightened, mirrored or turned. No torch.

In three steps, each only where the one before left it open: which part of one picture is the other, among all crops of
a coarse one; the place to a fraction of a pixel, along the gradients (Lucas and Kanade 1981, with gain and bias of the
light solved for as well); what is left between them once the light is matched. Not the perceptual hashes of imagehash:
they do not outlive a crop of some per cent, and two cells of one solar panel have the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import uniform_filter

from tl_core.modalities.image.place import PLACES, cropped, refined, seen, unit
from tl_core.modalities.image.small import Small
from tl_core.modalities.look import COPY

STRETCHED = 1.25  # ratio of the shapes of two pictures: beyond, a crop does not explain it
FLAT = 2.0  # grey levels of standard deviation: nothing is to be seen
COARSELY = 0.5  # correlation below which two pictures are not looked at any further
AHEAD = 0.02  # of the upright pictures' correlation, before they are tried mirrored or turned
DETAIL = 3.0  # grey levels of a detail that counts half; less may be what a codec left
# Grey levels left between copies: a least, or a constant and a share of the pictures' own spread. In three quarters of
# the picture, where it parts copies from cells of one panel; in all of it, where it parts frames of a moving thing.
MOSTLY_LEFT, ALL_LEFT = (0.65, -0.4, 0.04), (2.5, 2.5, 0.06)
HOPELESS = 3.0  # times as much as may be left
WINDOW = 9  # pixels of the finest square
GROUND = 0.25  # share of a picture from which on one level is a plain background
LEAST_SHOWN = 0.02  # share of a picture beside its background; in less there is nothing to compare
CUT = 0.1  # share of a side that a crop may take, at most
UNCUT = 0.02  # share of a side: within it, one picture shows just what the other does
IN_PLACE = 0.45  # of what may be left where nothing was cut: no pixel fell between others there
KNOTS = 9  # of the broken line that takes the light of one picture to that of the other
SOME = 3  # every third pixel is enough to find it


def alike(one: Small, other: Small, any_way: bool = True) -> float:
    """1 for the same picture, above ``COPY`` for copies, 0 for pictures that are clearly different.

    ``any_way``: whether a mirrored or turned picture is a copy. A mirrored b is none: it is a d.
    """
    if np.array_equal(one.plain, other.plain):
        return 1.0
    if is_flat(one) or is_flat(other):
        near = abs(float(one.plain.mean()) - float(other.plain.mean())) < DETAIL
        return float(is_flat(one) and is_flat(other) and near)
    best = 0.0
    for whole, part, place in _places(one, other, any_way):
        best = max(best, _likeness(whole, part, place))
        if best > COPY:
            break
    return best


def is_flat(small: Small) -> bool:
    """Nothing is to be seen in it."""
    return float(small.plain.std()) < FLAT


def _places(one: Small, other: Small, any_way: bool) -> Iterator[tuple[Small, Small, np.ndarray]]:
    """Which is a part of which, and where, from coarse pictures: upright, then laid in another way if that fits better.

    See ``place`` for what a place is.
    """
    fits = np.stack([unit(cropped(whole.coarse)) @ part.ways.T for whole, part in ((one, other), (other, one))])
    upright = float(fits[:, :, 0].max())
    tried = ((slice(0, 1), COARSELY), (slice(1, 8), max(COARSELY, upright + AHEAD)))
    for ways, least in tried if any_way else tried[:1]:
        chosen = fits[:, :, ways]
        swapped, place, way = np.unravel_index(int(chosen.argmax()), chosen.shape)
        whole, part = (other, one) if swapped else (one, other)
        part = part.laid(int(way) + ways.start)
        fitting = max(whole.shape, part.shape) <= STRETCHED * min(whole.shape, part.shape)
        if fitting and chosen[swapped, place, way] >= least:
            yield whole, part, PLACES[place]


def _likeness(whole: Small, part: Small, place: np.ndarray) -> float:
    """How alike a picture is to what lies at its place in another; the place is refined first."""
    excess = 0.0
    for scene, picture, steps, shade in ((whole.middle, part.middle, 4, 3), (whole.fine, part.fine, 4, 7)):
        place = refined(scene, picture, place, steps)
        if not _is_crop(place):
            return 0.0
        shown, inside = seen(scene, place)
        excess = _excess(shown, picture, _in_front(shown, picture, inside), shade)
        if excess > HOPELESS:
            return 0.0
    if _farthest(place) < UNCUT:  # of cells of one panel that do so 4 in 100 have less left, of their copies all
        excess /= IN_PLACE
    return max(0.0, min(1 - (1 - COPY) * excess, _details(shown, picture, inside)))


def _is_crop(place: np.ndarray) -> bool:
    """Whether neither picture is more than a crop of the other."""
    return _farthest(place) <= CUT


def _farthest(place: np.ndarray) -> float:
    """The largest share of a side that lies between an edge of one picture and that of the other."""
    return float(max(np.abs(place[0]).max(), np.abs(place.sum(axis=0) - 1).max()))


def _in_front(shown: np.ndarray, picture: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(side, side) pixels that show something: a plain background that both share, as around a scan, says nothing."""
    ground = np.ones_like(inside)
    for one in (shown, picture):
        levels = np.bincount(np.clip(np.rint(one[inside]), 0, 255).astype(np.int64), minlength=256)
        ground &= np.abs(one - levels.argmax()) < DETAIL
    front = inside & ~ground
    return front if LEAST_SHOWN <= front[inside].mean() <= 1 - GROUND else inside


def _excess(shown: np.ndarray, picture: np.ndarray, inside: np.ndarray, shade: int) -> float:
    """What is left between two pictures, without details, compared with what may be left between copies.

    The light of one is taken to that of the other by a broken line: it may be brighter, of another gamma, clipped.
    ``shade``: pixels of the blur that takes details away.
    """
    values, others = shown[inside], picture[inside]
    knots = np.unique(np.quantile(values[::SOME], np.linspace(0, 1, KNOTS)))
    hats = np.stack([np.interp(values[::SOME], knots, hat) for hat in np.eye(len(knots))])
    square = hats @ hats.T
    line = np.linalg.solve(square + 1e-6 * np.trace(square) * np.eye(len(knots)), hats @ others[::SOME])
    left = np.zeros_like(picture)
    left[inside] = others - np.interp(values, knots, line)
    squares = np.sort(uniform_filter(left, shade, mode="nearest")[inside] ** 2)
    spread = float(others.std())
    mostly, all_over = (float(np.sqrt(part.mean())) for part in (squares[: 3 * len(squares) // 4], squares))
    return max(mostly / _allowed(MOSTLY_LEFT, spread), all_over / _allowed(ALL_LEFT, spread))


def _allowed(limits: tuple[float, float, float], spread: float) -> float:
    least, constant, share = limits
    return max(least, constant + share * spread)


def _details(shown: np.ndarray, part: np.ndarray, inside: np.ndarray) -> float:
    """Mean correlation of two pictures in windows, each counting by how much is to be seen in it; its square root."""

    def mean(values: np.ndarray) -> np.ndarray:
        return uniform_filter(values, WINDOW, mode="nearest")

    own, other = mean(shown), mean(part)
    energy = np.sqrt(np.maximum(mean(shown * shown) - own * own, 0) * np.maximum(mean(part * part) - other * other, 0))
    counts = energy / (energy + DETAIL**2) * inside
    together = (mean(shown * part) - own * other) / np.maximum(energy, 1e-6)
    return float(np.sqrt(max(0.0, (together * counts).sum() / max(counts.sum(), 1e-6))))
