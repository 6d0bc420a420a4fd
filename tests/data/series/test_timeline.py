"""Series to go on with, as files of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tl_core.data.series import stored
from tl_core.data.series.timeline import SECOND, Timeline, content_of, id_of, iso, load


def one() -> Timeline:
    values = 1e12 + np.arange(5) / 8
    values[2] = np.nan
    known = np.arange(14.0).reshape(2, 7)
    return Timeline("north · sold", values, np.arange(7) * SECOND, known, ("price", "day = holiday"))


def test_it_comes_back_in_full_precision(tmp_path: Path) -> None:
    file = tmp_path / "one.npz"
    file.write_bytes(content_of(one()))
    back = load(file)
    np.testing.assert_array_equal(back.values, one().values)
    np.testing.assert_array_equal(back.times, one().times)
    np.testing.assert_array_equal(back.known, one().known)
    assert (back.name, back.known_names, back.end) == ("north · sold", ("price", "day = holiday"), 4 * SECOND)
    assert stored.load(file).channels == ("north · sold", "price", "day = holiday")


def test_the_same_series_has_the_same_name() -> None:
    assert id_of(content_of(one())) == id_of(content_of(one()))
    assert len(id_of(b"")) == 16


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ValueError, match="not a series"):
        load(tmp_path / "no.npz")


@pytest.mark.parametrize(
    ("nanoseconds", "said"),
    [
        (0, "1970-01-01T00:00:00"),
        (-SECOND, "1969-12-31T23:59:59"),
        (SECOND // 4, "1970-01-01T00:00:00.250"),
        (1, "1970-01-01T00:00:00.000000001"),
    ],
)
def test_times_are_written_as_finely_as_they_are(nanoseconds: int, said: str) -> None:
    assert iso(np.array([nanoseconds])) == [said]
