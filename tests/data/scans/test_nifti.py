"""NIfTI volumes as slices: head up, the patient's right on the left, whatever way they are stored."""

import gzip
import itertools

import numpy as np
import pytest

from tests.data.scans.made import volume
from tl_core.data.refused import Refused
from tl_core.data.scans.nifti import open_nifti
from tl_core.data.scans.scan import MOST
from tl_core.domain.scan import ScanReading
from tl_core.words import say


def body() -> np.ndarray:
    """(x, y, z) to the right, front, head: a bright spot in the right, front, upper corner, a grey elsewhere."""
    values = np.full((10, 12, 14), 300, np.int16)
    values[0, 0, 0] = 0
    values[7:, 9:, 10:] = 1000
    return values


def look(tmp_path, content, **wishes):
    path = tmp_path / "volume"
    path.write_bytes(content)
    return open_nifti(path, ScanReading(**wishes))


def stored(flips, order):
    """The body with its axes stored in another order and direction, and the affine that says so."""
    values, affine = body(), np.zeros((4, 4))
    affine[3, 3] = 1
    turned = np.transpose(values, order)
    for place, axis in enumerate(order):
        affine[axis, place] = -1 if flips[place] else 1
        if flips[place]:
            turned = np.flip(turned, place)
    return volume(np.ascontiguousarray(turned), affine)


@pytest.mark.parametrize("flips", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
@pytest.mark.parametrize(
    ("plane", "number", "corner"),
    [
        ("axial", 12, (slice(0, 3), slice(0, 3))),  # front on top, right on the left
        ("coronal", 10, (slice(0, 4), slice(0, 3))),  # head on top, right on the left
        ("sagittal", 8, (slice(0, 4), slice(0, 3))),  # head on top, front on the left
    ],
)
def test_orientation(tmp_path, flips, order, plane, number, corner):
    pictures = {picture.number: picture for picture in look(tmp_path, stored(flips, order), plane=plane).pictures}
    seen = pictures[number].pixels
    assert seen[corner].min() == 255
    others = seen.copy()
    others[corner] = 0
    assert others.max() < 255
    assert pictures[number].traits["plane"] == plane


def test_every_kth_slice_and_no_more_than_enough(tmp_path):
    values = np.random.default_rng(0).integers(100, 200, (8, 8, 200)).astype(np.uint8)
    scan = look(tmp_path, volume(values), every=10)
    assert [picture.number for picture in scan.pictures] == list(range(5, 200, 10))
    scan = look(tmp_path, volume(values))
    assert len(list(scan.pictures)) == MOST
    assert scan.remarks == [{"reason": "refusals.nifti_slices", "values": {"count": 200, "taken": MOST}}]


def test_empty_ends_are_left_out(tmp_path):
    values = np.zeros((8, 8, 20), np.float32)
    values[2:6, 2:6, 5:15] = np.random.default_rng(0).uniform(50, 100, (4, 4, 10))
    assert [picture.number for picture in look(tmp_path, volume(values)).pictures] == list(range(6, 16))


def test_packed_and_scaled(tmp_path):
    plain, packed = (look(tmp_path, one).pictures for one in (volume(body()), gzip.compress(volume(body()))))
    for one, other in zip(plain, packed, strict=True):
        assert np.array_equal(one.pixels, other.pixels)


def test_hounsfield_units_are_known_by_their_air(tmp_path):
    values = np.full((8, 8, 8), -1000, np.int16)
    values[2:6, 2:6, 2:6] = 50
    middle = list(look(tmp_path, volume(values)).pictures)[2].pixels
    assert sorted(np.unique(middle)) == [0, 128]
    assert look(tmp_path, volume(values), window="lung").remarks == []
    assert look(tmp_path, volume(body()), window="lung").remarks[-1]["reason"] == "refusals.scan_own_window"


def test_thick_slices_are_not_squashed(tmp_path):
    [first, *_] = look(tmp_path, volume(body(), np.diag([1.0, 1.0, 3.0, 1.0])), plane="coronal").pictures
    assert first.pixels.shape == (42, 10)


def test_of_several_volumes_the_first(tmp_path):
    values = np.stack([body(), np.zeros_like(body())], axis=-1)
    scan = look(tmp_path, volume(values))
    assert scan.remarks == [{"reason": "refusals.nifti_first", "values": {"count": 2}}]
    assert max(picture.pixels.max() for picture in scan.pictures) == 255


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (volume(body())[:-100], "refusals.nifti_damaged"),
        (gzip.compress(volume(body()), mtime=0)[:-100], "refusals.nifti_damaged"),
        (volume(np.zeros((4, 4), np.int16)), "refusals.nifti_odd"),
        (volume(body().astype(np.complex64)), "refusals.nifti_odd"),
    ],
)
def test_refused(tmp_path, content, reason):
    with pytest.raises(Refused) as refused:
        list(look(tmp_path, content).pictures)
    assert refused.value.reason == reason
    assert say(reason)
