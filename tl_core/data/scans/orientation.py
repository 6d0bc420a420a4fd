"""The usual way to look at a scan: head up, the patient's left on the right, seen from the side facing left.

Directions are DICOM's (PS3.3, C.7.6.2.1.1): x grows to the patient's left, y to the back, z to the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Direction = tuple[int, int]  # axis (x, y, z: 0, 1, 2), and whether it grows (1) or falls (-1)
USUAL: dict[frozenset[int], tuple[Direction, Direction]] = {  # the plane's axes -> to the right, downwards
    frozenset({0, 1}): ((0, 1), (1, 1)),  # axial
    frozenset({0, 2}): ((0, 1), (2, -1)),  # coronal
    frozenset({1, 2}): ((1, 1), (2, -1)),  # sagittal
}


class Turn(NamedTuple):
    transposed: bool = False
    upside_down: bool = False
    mirrored: bool = False

    def of(self, pixels: np.ndarray) -> np.ndarray:
        """``pixels`` (height, width, ...) turned: transposed first."""
        if self.transposed:
            pixels = pixels.swapaxes(0, 1)
        if self.upside_down:
            pixels = pixels[::-1]
        return pixels[:, ::-1] if self.mirrored else pixels


def turn_of_plane(cosines: Sequence[float]) -> Turn:
    """What brings a slice to the usual display. ``cosines``: directions of a row and of a column, three each."""
    if len(cosines) != 6 or not np.isfinite(cosines).all():
        return Turn()
    along_row, along_column = _main(cosines[:3]), _main(cosines[3:])
    usual = USUAL.get(frozenset({along_row[0], along_column[0]}))
    if usual is None:  # the same axis twice: these are no directions
        return Turn()
    to_right, downwards = usual
    transposed = along_row[0] == downwards[0]
    if transposed:
        along_row, along_column = along_column, along_row
    return Turn(transposed, along_column[1] != downwards[1], along_row[1] != to_right[1])


def turn_of_projection(letters: Sequence[str]) -> Turn:
    """The same for a radiograph, from where its rows and columns lead ("L", "F").

    A side view keeps its side: which one was taken is no mistake.
    """
    if len(letters) != 2:
        return Turn()
    row, column = (str(letter)[:1].upper() for letter in letters)
    return Turn(upside_down=column == "H", mirrored=row == "R" and column in ("H", "F"))


def _main(direction: Sequence[float]) -> Direction:
    axis = int(np.argmax(np.abs(direction)))
    return axis, 1 if direction[axis] >= 0 else -1
