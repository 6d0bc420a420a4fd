"""From an upload of recordings to a dataset, through the limited child."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile

from tests.data.conftest import zipped
from tests.modalities.made_sounds import RATE, tone
from tl_core.data.doors import Doors
from tl_core.data.intake import Reading, collect
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.modalities.audio import reading
from tl_core.words import say

SOUNDS = Reading("tl_core.modalities.audio.reading:read", reading.TABLES, reading.LISTS)


def file(values: np.ndarray, kind: str = "WAV") -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, values, RATE, format=kind)
    return stream.getvalue()


def plan_of(path: Path, columns: Columns | None = None) -> IntakePlan:
    return IntakePlan(project="p", modality="audio", paths=[str(path)], columns=columns)


def test_folders_of_recordings(tmp_path: Path, doors: Doors) -> None:
    files = {
        "knock/1.wav": file(tone(1.0, 200)),
        "knock/2.flac": file(tone(1.0, 210), "FLAC"),
        "knock/3.mp3": file(tone(1.0, 220), "MP3"),
        "hum/same.wav": file(tone(1.0, 300)),
        "hum/again.wav": file(tone(1.0, 300)),
        "hum/silence.wav": file(np.zeros(RATE)),
        "hum/torn.wav": file(tone(1.0, 310))[:9000],
        "hum/readme.txt": b"about hums",
        "hum/hour.wav": file(np.concatenate([tone(20.0, 320), np.zeros(20 * RATE, dtype=np.float32)])),
    }
    dataset = collect(plan_of(zipped(tmp_path / "z.zip", files)), SOUNDS, doors)
    assert dataset.counts() == {"hum": 3, "knock": 3}
    parts = [sample for sample in dataset.samples if sample.source == "hum/hour.wav"]
    assert [sample.traits["seconds"] for sample in parts] == [10.0, 10.0]
    assert {sample.group for sample in parts} == {"hum/hour.wav"}
    assert str(dataset.group_rule) == say("data.grouped_by_file")
    reasons = {one.source: one.reason for one in dataset.refusals}
    assert reasons.pop("hum/hour.wav") == "refusals.silent_parts"
    assert sorted(reasons.values()) == [
        "refusals.duplicate", "refusals.not_a_sound", "refusals.silent", "refusals.sound_damaged",
    ]  # fmt: skip
    assert all(say(one.reason, **one.values) for one in dataset.refusals)
    assert {path.name for path in doors.samples.iterdir()} == {sample.file for sample in dataset.samples}
    assert all(sample.heard for sample in dataset.samples)


def test_a_table_says_the_classes_and_who_belongs_together(tmp_path: Path, doors: Doors) -> None:
    files = {f"clips/{k}.wav": file(tone(0.5, 200 + 20 * k)) for k in range(4)}
    table = (
        "clip,label,speaker,room\n0,yes,anna,hall\n1.wav,no,anna,hall\nclips/2.wav,yes,ben,yard\n9.wav,no,ben,yard\n"
    )
    upload = zipped(tmp_path / "z.zip", {**files, "labels.csv": table.encode()})
    dataset = collect(plan_of(upload, Columns(attributes=["room"])), SOUNDS, doors)
    assert [(sample.source, sample.label, sample.group, sample.attributes) for sample in dataset.samples] == [
        ("clips/0.wav", "yes", "anna", {"room": "hall"}),
        ("clips/1.wav", "no", "anna", {"room": "hall"}),
        ("clips/2.wav", "yes", "ben", {"room": "yard"}),
    ]
    assert str(dataset.group_rule) == say("data.grouped_by_column", column="speaker")
    assert {one.source: one.reason for one in dataset.refusals} == {
        "clips/3.wav": "refusals.not_in_list", "labels.csv, row 5": "refusals.file_missing",
    }  # fmt: skip
