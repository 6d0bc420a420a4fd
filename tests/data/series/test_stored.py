"""A series survives its file, and the same series has the same name."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tl_core.data.series.picture import picture, runs
from tl_core.data.series.stored import content_of, load, series


def made() -> np.ndarray:
    values = np.sin(np.arange(40).reshape(2, 20) / 3)
    values[1, 4:7] = np.nan
    return values


def test_a_series_survives_its_file(tmp_path: Path) -> None:
    one = series(made(), ["left", "right ü"], np.arange(20) * 500_000_000)
    (tmp_path / "a.npz").write_bytes(content_of(one))
    again = load(tmp_path / "a.npz")
    assert again.channels == ("left", "right ü")
    assert again.id == one.id
    assert again.step == 0.5
    np.testing.assert_array_equal(again.values, one.values)
    assert content_of(again) == content_of(one)


def test_the_name_is_of_the_content() -> None:
    one = series(made(), ["a", "b"])
    assert one.id == series(made(), ("a", "b")).id
    others = [
        series(made() + 1, ["a", "b"]), series(made(), ["a", "c"]), series(made(), ["a", "b"], np.arange(20)),
        series(made().reshape(1, 40), ["a"]),
    ]  # fmt: skip
    assert len({one.id, *(other.id for other in others)}) == 5


def test_infinite_values_are_gaps() -> None:
    one = series(np.array([1.0, np.inf, -np.inf, 1e300, 2.0]), ["a"])
    assert np.isnan(one.values[0]).tolist() == [False, True, True, True, False]
    assert one.step is None


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="fit"):
        series(np.zeros((2, 5)), ["a"])
    with pytest.raises(ValueError, match="fit"):
        series(np.zeros(5), ["a"], np.arange(4))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nothing"])
def test_a_file_that_is_no_series(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match="not a series"):
        load(tmp_path / "a.npz")


def test_pictures_show_gaps_and_single_values() -> None:
    values = np.array([0.0, 1.0, np.nan, 5.0, np.nan, 2.0, 3.0])
    assert [list(one) for one in runs(values, 100)] == [[0, 1], [3], [5, 6]]
    seen = Image.open(io.BytesIO(picture(series(np.stack([values, np.full(7, 2.0)]), ["a", "b"]))))
    assert seen.size == (256, 256)
    lit = np.asarray(seen.convert("L")) > 60
    assert lit[:128].any()
    assert lit[128:].any(), "a constant is a line too"


def test_long_series_keep_their_peaks_in_the_picture() -> None:
    values = np.zeros(100_000)
    values[54_321] = 1.0
    [kept] = runs(values, 256)
    assert 54_321 in kept
    assert len(kept) <= 512
