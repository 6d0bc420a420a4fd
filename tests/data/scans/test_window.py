"""From values to greys."""

import numpy as np
import pytest

from tl_core.data.scans.window import PRESETS, Window, shown, window_of


def test_the_standards_own_example():
    """PS3.3, C.11.2.1.2.1: level 2048, width 4096 shows 0 to 4095 whole, and 2047.5 in the middle."""
    values = np.array([-5, 0, 4095, 9000])
    assert shown(values, Window(2048, 4096, "LINEAR")).tolist() == [0, 0, 255, 255]
    assert shown(np.array([0, 1]), Window(1, 2, "LINEAR")).tolist() == [0, 255]
    assert shown(np.array([-200, 0, 200, 999]), Window(0, 400, "LINEAR_EXACT")).tolist() == [0, 128, 255, 255]


def test_a_width_of_one_is_a_threshold():
    assert shown(np.array([9, 10]), Window(10, 1, "LINEAR")).tolist() == [0, 255]


def test_sigmoid():
    greys = shown(np.array([-1000, 0, 1000]), Window(0, 100, "SIGMOID"))
    assert greys.tolist() == [0, 128, 255]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_tell_their_tissue_apart(name):
    level, width, _ = PRESETS[name]
    greys = shown(np.linspace(level - width / 2, level + width / 2, 256), PRESETS[name])
    assert np.unique(greys).size > 250


def test_by_values_without_dead_pixels():
    values = np.r_[np.arange(1000), 65535].astype(np.uint16)
    level, width, _ = window_of(values)
    assert 990 < width < 1010
    assert 490 < level < 510
    assert window_of(np.array([np.nan, 3.0, np.inf])).width == 0
    assert window_of(np.array([])).width == 0
