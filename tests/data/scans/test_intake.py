"""Scans on their way into a project: one file may be several samples, patients are groups, names are codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.conftest import IMAGES, make_doors, picture, zipped
from tests.data.scans.made import dicom, noise, volume
from tl_core.cli import main
from tl_core.data.doors import Doors
from tl_core.data.incoming import Incoming
from tl_core.data.intake import collect
from tl_core.data.items import read_items
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Event, Progress
from tl_core.domain.plan import IntakePlan
from tl_core.domain.scan import ScanReading
from tl_core.store.home import Home
from tl_core.words import say


def taken(path: Path, doors: Doors, **options: object) -> Dataset:
    dataset = collect(IntakePlan(project="p", modality="image", paths=[str(path)], **options), IMAGES, doors)
    for refusal in dataset.refusals:
        assert say(refusal.reason, **refusal.values)
    return dataset


def scans() -> dict[str, bytes]:
    """Two classes, three patients, each in both."""
    return {
        f"{label}/IM{number:04d}": dicom(noise(number + 100 * k), PatientID=f"P{number // 2}")
        for k, label in enumerate(("left", "right"))
        for number in range(6)
    }


def cine(seed: int, frames: int = 3) -> np.ndarray:
    return np.stack([noise(1000 * seed + n, 16) for n in range(frames)])


def test_patients_are_groups_and_names_are_codes(tmp_path: Path, doors: Doors) -> None:
    dataset = taken(zipped(tmp_path / "z.zip", scans()), doors)
    assert dataset.counts() == {"left": 6, "right": 6}
    assert str(dataset.group_rule) == say("data.grouped_by_patient")
    groups = [sample.group for sample in dataset.samples]
    assert sorted(groups.count(group) for group in set(groups)) == [4, 4, 4]
    told = dataset.model_dump_json()
    assert "IM000" not in told
    assert "P1" not in told
    assert {sample.traits["modality"] for sample in dataset.samples} == {"CT"}


def test_patients_have_another_name_in_another_home(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", scans())
    one, again, other = (
        {s.group for s in taken(path, make_doors(tmp_path / str(n), secret=secret)).samples}
        for n, secret in enumerate((b"1", b"1", b"2"))
    )
    assert one == again
    assert one.isdisjoint(other)


def test_one_scan_hides_the_names_of_all(tmp_path: Path, doors: Doors) -> None:
    files = {"a/Doe.png": picture(1), "b/Doe.png": picture(2), "b/Jane": dicom(noise(1)), "a/Roe": b"no picture"}
    told = taken(zipped(tmp_path / "z.zip", files), doors).model_dump_json()
    assert not any(name in told for name in ("Doe", "Jane", "Roe"))


def test_so_does_one_that_cannot_be_read(tmp_path: Path, doors: Doors) -> None:
    files = {"a/Doe.png": picture(1), "b/Doe.png": picture(2), "b/Jane": dicom(noise(1))[:-300]}
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    assert [refusal.reason for refusal in dataset.refusals] == ["refusals.dicom_damaged"]
    assert "Doe" not in dataset.model_dump_json()


def test_frames_are_samples_of_one_group(tmp_path: Path, doors: Doors) -> None:
    told: list[Event] = []
    files = {
        "a/one": dicom(cine(1), PatientID=None, StudyInstanceUID=None),
        "b/two": dicom(cine(2), PatientID="P2"),
        "b/three": dicom(cine(3), PatientID="P2"),
    }
    doors = make_doors(tmp_path / "d", tell=told.append)
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    assert dataset.counts() == {"a": 3, "b": 6}
    assert dataset.received == 9
    assert [len({s.group for s in dataset.samples if s.label == label}) for label in "ab"] == [1, 1]
    assert [sample.traits["frame"] for sample in dataset.samples] == [1, 2, 3] * 3
    assert str(dataset.group_rule) == f"{say('data.grouped_by_patient')} {say('data.grouped_by_file')}"
    last = told[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.total) == (3, 3)  # files, not frames
    stored = {path.name for path in doors.samples.iterdir()}
    assert stored == {sample.file for sample in dataset.samples}


def test_frames_left_out_are_said_once(tmp_path: Path, doors: Doors) -> None:
    files = {"a/one": dicom(cine(1, 50)), "b/two": dicom(noise(5))}
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    assert [(refusal.reason, refusal.kept) for refusal in dataset.refusals] == [("refusals.dicom_frames", True)]
    assert dataset.received == 41


def test_volumes_by_their_files_or_by_a_pattern(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    files = {
        f"{label}/sub-{who}_{n}.nii": volume(rng.integers(100, 900, (8, 8, 3)).astype(np.int16))
        for label, who in (("a", 1), ("b", 2))
        for n in range(2)
    }
    path = zipped(tmp_path / "z.zip", files)
    by_file = taken(path, make_doors(tmp_path / "1"))
    assert len({sample.group for sample in by_file.samples}) == 4
    assert by_file.counts() == {"a": 6, "b": 6}
    by_name = taken(path, make_doors(tmp_path / "2"), group_pattern=r"sub-(\d+)")
    assert len({sample.group for sample in by_name.samples}) == 2
    by_none = taken(path, make_doors(tmp_path / "3"), group_pattern=r"never (\d+)")
    assert len({sample.group for sample in by_none.samples}) == 4


def test_a_pattern_does_not_part_a_patient(tmp_path: Path, doors: Doors) -> None:
    dataset = taken(zipped(tmp_path / "z.zip", scans()), doors, group_pattern=r"IM(\d+)")
    assert len({sample.group for sample in dataset.samples}) == 3


def test_packed_volumes_lie_in_folders_and_zips(tmp_path: Path) -> None:
    import gzip

    packed = {f"{label}/v.nii.gz": gzip.compress(volume(np.full((4, 4, 2), k + 5.0))) for k, label in enumerate("ab")}
    files = {**packed, "a/more.tar.gz": gzip.compress(b"x"), "b/p.png": picture(2), "a/p.png": picture(1)}
    for name, content in files.items():
        (tmp_path / "up" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "up" / name).write_bytes(content)
    for place, path in enumerate((tmp_path / "up", zipped(tmp_path / "z.zip", files))):
        with Incoming([path], work=make_doors(tmp_path / f"d{place}").work, accepts_tables=False) as upload:
            refused = [item.source for item in upload.items() if item.refused]
        assert [name.rpartition("/")[2] for name in refused] == ["more.tar.gz"]


def test_the_window_chosen_is_kept_with_the_data(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", scans())
    lung = ScanReading(window="lung")
    own, other = taken(path, make_doors(tmp_path / "1")), taken(path, make_doors(tmp_path / "2"), scan=lung)
    assert (own.scan, other.scan) == (None, lung)
    assert {sample.id for sample in own.samples}.isdisjoint(sample.id for sample in other.samples)


def sixteen_bits(seed: int) -> bytes:
    stream = io.BytesIO()
    values = np.random.default_rng(seed).integers(1000, 3000, (20, 20)).astype(np.uint16)
    Image.fromarray(values).save(stream, "PNG")
    return stream.getvalue()


def test_pictures_of_sixteen_bits_by_hand(tmp_path: Path, doors: Doors) -> None:
    path = zipped(tmp_path / "z.zip", {"a/1.png": sixteen_bits(1), "b/2.png": sixteen_bits(2)})
    dataset = taken(path, doors, scan=ScanReading(window="hand", level=2000.5, width=1))
    for sample in dataset.samples:
        seen = np.asarray(Image.open(doors.samples / str(sample.file)))
        assert set(np.unique(seen)) == {0, 255}


def test_parts_have_names_of_their_own_for_who_brought_them(tmp_path: Path, doors: Doors) -> None:
    (tmp_path / "cine.dcm").write_bytes(dicom(cine(1)))
    fixed = {"samples": str(doors.samples), "thumbnails": None, "scan": None}
    with Incoming([tmp_path / "cine.dcm"], work=doors.work, accepts_tables=False, labelled=False) as upload:
        names = [item.name for item, _ in read_items(upload.items(), IMAGES.function, fixed)]
    assert names == [f"cine.dcm, part {number}" for number in (1, 2, 3)]


def test_on_the_command_line(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = zipped(tmp_path / "z.zip", {**scans(), "left/plan": b"no picture"})
    assert main(["check", "--modality", "image", "--data", str(path), "--window", "bone", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["classes"] == {"left": 6, "right": 6}
    assert told["groups"] == say("data.grouped_by_patient")
    assert "plan" not in told["refusals"][0]["source"]
    for odd in ("sharp", "5/0", "a/b"):
        assert main(["check", "--modality", "image", "--data", str(path), "--window", odd]) == 2
