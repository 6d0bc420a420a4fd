"""Writing burned into a picture: rows of small flat shapes of like height on one line. A suspicion, never a guarantee.

What devices print over a scan (names, dates, numbers) is thin, of one colour, and stands out from what it lies on. No
model and no reading of the words: a person looks at what is found.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

STROKE = 7  # pixels: what is thinner than this and stands out may be a letter
STANDS_OUT = 50  # grey levels
HEIGHT = (6, 64)  # pixels of a letter
FLAT = 0.5  # of the brightest contrast of a shape its pixels reach, in the median
LETTERS = 4  # in a row
MARGIN = 0.35  # of a letter's height, around a row


class Shape(NamedTuple):
    """A shape that may be a letter, or several that touch."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def letters(self) -> float:
        """How many letters may touch in it."""
        return max(1.0, (self.right - self.left) / (0.8 * self.height))


def find_writing(pixels: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Boxes (left, top, right, bottom), as parts of width and height, around what looks like writing.

    ``pixels``: uint8, (height, width) or (height, width, 3).
    """
    from scipy import ndimage

    grey = pixels if pixels.ndim == 2 else pixels.max(axis=2)  # coloured letters are bright in one colour
    height, width = grey.shape
    boxes: list[tuple[float, float, float, float]] = []
    if min(height, width) < 2 * STROKE:
        return boxes
    square = (STROKE, STROKE)
    for contrast in (
        grey.astype(np.int16) - ndimage.grey_opening(grey, square),
        ndimage.grey_closing(grey, square).astype(np.int16) - grey,
    ):
        for row in _rows(_shapes(contrast)):
            margin = MARGIN * max(shape.height for shape in row)
            left, top = min(s.left for s in row) - margin, min(s.top for s in row) - margin
            right, bottom = max(s.right for s in row) + margin, max(s.bottom for s in row) + margin
            box = (left / width, top / height, right / width, bottom / height)
            boxes.append(tuple(round(min(1.0, max(0.0, side)), 4) for side in box))  # type: ignore[arg-type]
    return boxes


def _shapes(contrast: np.ndarray) -> list[Shape]:
    """Connected shapes that stand out evenly and have the size of letters, from left to right."""
    from scipy import ndimage

    labels, _ = ndimage.label(contrast >= STANDS_OUT, structure=np.ones((3, 3)))
    found = []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        down, across = place
        shape = Shape(across.start, down.start, across.stop, down.stop)
        if not HEIGHT[0] <= shape.height <= HEIGHT[1] or shape.right - shape.left > 12 * shape.height:
            continue
        inside = labels[place] == number
        if not 0.12 <= inside.mean() <= 0.9 and shape.right - shape.left > 0.4 * shape.height:
            continue
        values = contrast[place][inside]
        if np.median(values) >= FLAT * values.max():
            found.append(shape)
    return sorted(found)


def _rows(shapes: list[Shape]) -> list[list[Shape]]:
    """Shapes that follow each other on one line, of like height, enough of them to be a word."""
    rows: list[list[Shape]] = []
    for shape in shapes:
        for row in rows:
            last = row[-1]
            tall = max(shape.height, last.height)
            like = min(shape.height, last.height) > 0.5 * tall
            near = -0.3 * tall < shape.left - last.right < 1.2 * tall
            level = abs(shape.bottom - last.bottom) <= 0.3 * tall
            if like and near and level:
                row.append(shape)
                break
        else:
            rows.append([shape])
    return [row for row in rows if sum(shape.letters for shape in row) >= LETTERS and _on_a_line(row)]


def _on_a_line(row: list[Shape]) -> bool:
    """Letters stand on a line, or hang from one, most of them exactly."""
    tall = max(shape.height for shape in row)
    for edge in (np.array([shape.bottom for shape in row]), np.array([shape.top for shape in row])):
        if (np.abs(edge - np.median(edge)) <= max(1, 0.1 * tall)).mean() >= 0.6:
            return True
    return False
