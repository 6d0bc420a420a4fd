"""Volumes: turned upright whatever their axes; what is no such file is refused."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tl_core.data.samples import planes
from tl_core.data.samples.volumes import read_nifti, read_nrrd

VALUES = np.arange(24, dtype=np.int16).reshape(2, 3, 4)  # z, y, x


def nrrd(values: np.ndarray, directions: str = "(0.5,0,0) (0,0.5,0) (0,0,3)", encoding: str = "gzip") -> bytes:
    sizes = " ".join(map(str, values.shape[::-1]))
    head = f"NRRD0004\n# a remark\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: {sizes}\n"
    head += f"space directions: {directions}\nkinds: domain domain domain\nendian: little\nencoding: {encoding}\n\n"
    return head.encode() + gzip.compress(values.astype("<i2").tobytes())


def nifti(values: np.ndarray, steps: tuple[float, float, float], slope: float = 0.0) -> bytes:
    """Axes along right, anterior and superior, each by its step."""
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 3, *values.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<h", head, 70, 4)
    struct.pack_into("<3f", head, 108, 352, slope, 1.0)
    placed = np.zeros((3, 4))
    placed[np.arange(3), np.arange(3)] = steps
    struct.pack_into("<12f", head, 280, *placed.ravel())
    return gzip.compress(bytes(head) + values.astype("<i2").tobytes())


def test_nrrd() -> None:
    volume = read_nrrd(nrrd(VALUES))
    assert volume.spacing == (3.0, 0.5, 0.5)
    np.testing.assert_array_equal(volume.values, VALUES)
    turned = read_nrrd(nrrd(VALUES, "(0.5,0,0) (0,-0.5,0) (0,0,-3)"))
    np.testing.assert_array_equal(turned.values, VALUES[::-1, ::-1])


def test_nifti() -> None:
    volume = read_nifti(nifti(VALUES, (2.0, 2.0, 2.0)))
    assert volume.spacing == (2.0, 2.0, 2.0)
    np.testing.assert_array_equal(volume.values, VALUES[:, ::-1, ::-1])  # front first, as in the other format
    scaled = read_nifti(nifti(VALUES, (-2.0, -2.0, 2.0), slope=3.0))
    np.testing.assert_array_equal(scaled.values, VALUES * 3.0 + 1.0)


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (read_nrrd, b"NRRD0004\ntype: short\n\n"),
        (read_nrrd, nrrd(VALUES, encoding="raw")),
        (read_nrrd, nrrd(VALUES, "(0,0.5,0) (0.5,0,0) (0,0,3)")),
        (read_nifti, gzip.compress(bytes(400), mtime=0)),
    ],
)
def test_other_files_are_refused(read, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a|not along"):
        read(content)


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for name, content in members.items():
            member = tarfile.TarInfo(f"package-1.0/{name}")
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


def test_planes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    body = rng.integers(-800, 300, (50, 30, 30))
    body[:25] = -1000  # air below: such slices say nothing
    chests = archive(tmp_path / "one", {member: nrrd(body) for member in planes.CHESTS.values()})
    head = archive(tmp_path / "two", {planes.HEAD: nifti(rng.integers(0, 99, (40, 40, 40)), (1.0, 1.0, 1.0))})
    out = tmp_path / "out"
    out.mkdir()
    planes.unpack(chests, head, out)
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png"))
    assert {name.partition("/")[0] for name in names} == {"axial", "coronal", "sagittal"}
    assert {name.partition("/")[2].partition("__")[0] for name in names} == {"lung1", "lung2", "mni152"}
    assert not [name for name in names if name.startswith("axial/lung1__0") and name < "axial/lung1__025"]
    with Image.open(out / "axial" / "lung1__030.png") as picture:
        assert (picture.size, picture.mode) == ((224, 224), "L")
    with Image.open(out / "coronal" / "lung1__010.png") as picture:
        assert picture.size == (22, 224)  # 15 mm wide, 150 mm tall
        lit = np.asarray(picture).mean(axis=1)
        assert lit[:100].mean() > lit[-100:].mean() + 50  # the head is up
