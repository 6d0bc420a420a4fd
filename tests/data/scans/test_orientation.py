"""A scan is shown as people look at it, however its rows and columns run."""

import itertools

import numpy as np
import pytest

from tl_core.data.scans.orientation import USUAL, Turn, turn_of_plane, turn_of_projection


def patient(plane):
    """A picture in the usual display of that plane, every pixel another."""
    return np.arange(12).reshape(3, 4), [vector(*direction) for direction in USUAL[frozenset(plane)]]


def vector(axis, sign):
    return [sign * (axis == k) for k in range(3)]


@pytest.mark.parametrize("plane", [(0, 1), (0, 2), (1, 2)])
@pytest.mark.parametrize(("swap", "down", "across"), list(itertools.product([False, True], repeat=3)))
def test_every_way_of_storing_is_undone(plane, swap, down, across):
    usual, (right, downwards) = patient(plane)
    stored = usual
    if across:
        stored, right = stored[:, ::-1], [-x for x in right]
    if down:
        stored, downwards = stored[::-1], [-x for x in downwards]
    if swap:
        stored, right, downwards = stored.T, downwards, right
    assert np.array_equal(turn_of_plane([*right, *downwards]).of(stored), usual)


def test_slanted_planes_go_by_their_main_axes():
    assert turn_of_plane([0.9, 0.3, 0.1, -0.2, 0.8, 0.4]) == Turn()
    assert turn_of_plane([-0.9, 0.3, 0.1, -0.2, 0.8, 0.4]) == Turn(mirrored=True)


@pytest.mark.parametrize("odd", [[], [0] * 6, [1, 0, 0, 1, 0, 0], [float("nan")] * 6, [1, 2, 3]])
def test_what_is_no_direction_turns_nothing(odd):
    assert turn_of_plane(odd) == Turn()


@pytest.mark.parametrize(
    ("letters", "turn"),
    [
        (["L", "F"], Turn()),
        (["R", "F"], Turn(mirrored=True)),
        (["L", "H"], Turn(upside_down=True)),
        (["R", "HA"], Turn(upside_down=True, mirrored=True)),
        (["A", "F"], Turn()),  # side views and breasts keep their side
        (["P", "L"], Turn()),
        (["", ""], Turn()),
        (["L"], Turn()),
    ],
)
def test_radiographs(letters, turn):
    assert turn_of_projection(letters) == turn
