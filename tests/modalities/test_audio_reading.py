"""Recordings of every kind come in as one channel at 16 kHz; the rest is refused with a reason."""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.modalities.made_sounds import tone, wav_head, write_m4a
from tl_core.data.limited import run_each, run_one
from tl_core.data.refused import Refused
from tl_core.data.sounds import RATE
from tl_core.data.sounds.picture import SIDE
from tl_core.modalities.audio import reading
from tl_core.words import say, table

Take = Callable[[Path | bytes], dict[str, Any]]


@pytest.fixture
def item(tmp_path: Path) -> dict[str, str]:
    for name in ("samples", "thumbnails"):
        (tmp_path / name).mkdir()
    return {name: str(tmp_path / name) for name in ("samples", "thumbnails")}


@pytest.fixture
def take(tmp_path: Path, item: dict[str, str]) -> Take:
    """Read a file, or bytes; gives the answer, and checks what was written."""

    def read(content: Path | bytes) -> dict[str, Any]:
        path = content if isinstance(content, Path) else tmp_path / "upload"
        if isinstance(content, bytes):
            path.write_bytes(content)
        answer = reading.read({**item, "path": str(path)})
        for part in answer.get("parts", [answer]):
            stored = tmp_path / "samples" / part["file"]
            assert hashlib.sha256(stored.read_bytes()).hexdigest().startswith(part["id"])
            told = soundfile.info(stored)
            assert (told.samplerate, told.channels, told.subtype) == (RATE, 1, "PCM_16")
            assert Image.open(tmp_path / "thumbnails" / f"{part['id']}.webp").size == (SIDE, SIDE)
        return answer

    return read


def stored(answer: dict[str, Any], tmp_path: Path) -> np.ndarray:
    return reading.load(tmp_path / "samples" / answer["file"])


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation at the best of a few thousand shifts: coders put silence before a sound."""
    size = min(len(one), len(other))
    found = np.fft.irfft(np.fft.rfft(one, 2 * size) * np.conj(np.fft.rfft(other, 2 * size)))
    return float(found.max() / (np.linalg.norm(one) * np.linalg.norm(other)))


@pytest.mark.parametrize(
    ("kind", "subtype", "rate", "bits"),
    [
        ("WAV", "PCM_U8", 8000, 8),
        ("WAV", "PCM_16", 44_100, 16),
        ("WAV", "PCM_24", 48_000, 24),
        ("WAV", "FLOAT", 22_050, 32),
        ("FLAC", "PCM_24", 192_000, 24),
        ("AIFF", "PCM_16", 32_000, 16),
        ("OGG", "VORBIS", 44_100, None),
        ("OGG", "OPUS", 48_000, None),
        ("MP3", "MPEG_LAYER_III", 44_100, None),
    ],
)
def test_formats_and_rates(take: Take, tmp_path: Path, kind: str, subtype: str, rate: int, bits: int | None) -> None:
    path = tmp_path / "sound.dat"
    soundfile.write(path, tone(2.0, rate=rate), rate, format=kind, subtype=subtype)
    answer = take(path)
    assert answer["traits"]["format"] == kind
    assert answer["traits"]["rate"] == rate
    assert answer["traits"].get("bits") == bits
    assert answer["traits"]["seconds"] == pytest.approx(2.0, abs=0.1)
    assert likeness(stored(answer, tmp_path), tone(2.0)) > 0.97
    assert answer["remarks"] == []


def test_m4a(take: Take, tmp_path: Path) -> None:
    write_m4a(tmp_path / "sound", tone(2.0, rate=44_100))
    answer = take(tmp_path / "sound")
    assert answer["traits"]["format"] == "M4A"
    assert answer["traits"]["rate"] == 44_100
    assert likeness(stored(answer, tmp_path), tone(2.0)) > 0.97


def test_the_ending_of_a_name_says_nothing(take: Take, tmp_path: Path) -> None:
    for name in ("sound.mp3", "sound.raw", "sound.vox", "sound"):
        with open(tmp_path / name, "wb") as file:
            soundfile.write(file, tone(), RATE, format="WAV")
        assert take(tmp_path / name)["traits"]["format"] == "WAV"
        (tmp_path / name).write_bytes(b"no sound at all " * 1000)
        with pytest.raises(Refused, match=r"refusals\.not_a_sound"):
            take(tmp_path / name)


def test_channels_become_one(take: Take, tmp_path: Path) -> None:
    """Eight of them; two that cancel each other; one that is silent."""
    path, sound = tmp_path / "sound.wav", tone()
    for channels, least in (([sound] * 8, 0.99), ([sound, -sound], 0.99), ([np.zeros_like(sound), sound], 0.99)):
        soundfile.write(path, np.stack(channels, axis=1), RATE, subtype="FLOAT")
        answer = take(path)
        assert answer["traits"]["channels"] == len(channels)
        assert likeness(stored(answer, tmp_path), sound) > least


def test_values_beyond_the_limit_are_turned_down_not_clipped(take: Take, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "loud.wav", 30_000 * tone(), RATE, subtype="FLOAT")
    answer = take(tmp_path / "loud.wav")
    assert answer["traits"]["peak"] == 1.0
    assert likeness(stored(answer, tmp_path), tone()) > 0.999


def test_values_that_are_no_numbers_are_said(take: Take, tmp_path: Path) -> None:
    sound = tone()
    sound[100:103] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "odd.wav", sound, RATE, subtype="FLOAT")
    answer = take(tmp_path / "odd.wav")
    assert answer["remarks"] == [{"reason": "refusals.sound_gaps", "values": {"count": 3}}]
    assert np.isfinite(stored(answer, tmp_path)).all()


def test_clipping_is_measured_before_resampling(take: Take, tmp_path: Path) -> None:
    loud = np.clip(6 * tone(2.0, rate=44_100), -1, 1)
    for name, sound in (("clipped", loud), ("loud", tone(2.0, rate=44_100, level=1.0))):
        soundfile.write(tmp_path / f"{name}.wav", sound, 44_100)
    assert take(tmp_path / "clipped.wav")["traits"]["clipped"] > 0.1
    assert take(tmp_path / "loud.wav")["traits"]["clipped"] == 0.0


def test_level_is_in_decibels_of_full_scale(take: Take, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "sine.wav", np.sin(np.arange(RATE) * 0.3), RATE)
    assert take(tmp_path / "sine.wav")["traits"]["level"] == pytest.approx(-3.01, abs=0.05)


def test_long_recordings_become_parts(take: Take, tmp_path: Path) -> None:
    """Of equal length; silent ones are left out, and that is said."""
    sound = np.concatenate([tone(11.0, 300), np.zeros(11 * RATE, dtype=np.float32), tone(11.0, 500)])
    soundfile.write(tmp_path / "long.flac", sound, RATE)
    answer = take(tmp_path / "long.flac")
    assert [part["part"] for part in answer["parts"]] == [1, 2, 3, 4]
    assert {part["traits"]["seconds"] for part in answer["parts"]} == {8.25}
    assert answer["remarks"] == []
    sound[round(8.25 * RATE) : round(16.5 * RATE)] = 0
    soundfile.write(tmp_path / "long.flac", sound, RATE)
    answer = take(tmp_path / "long.flac")
    assert [part["part"] for part in answer["parts"]] == [1, 3, 4]
    assert answer["remarks"] == [{"reason": "refusals.silent_parts", "values": {"count": 1, "parts": 4}}]


def test_thirty_seconds_stay_whole(take: Take, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "whole.wav", tone(30.0), RATE)
    assert take(tmp_path / "whole.wav")["traits"]["seconds"] == 30.0


def test_ten_hours_are_cut_after_a_while(take: Take, tmp_path: Path) -> None:
    """Repeated frames of an MP3: 10 hours in a few megabytes. No more is decoded than is kept."""
    soundfile.write(tmp_path / "some.mp3", tone(20.0, rate=8000), 8000, format="MP3")
    content = (tmp_path / "some.mp3").read_bytes()
    frames = content[content.index(b"\xff", 200) :]
    (tmp_path / "hours.mp3").write_bytes(frames * 1800)
    began = time.process_time()
    answer = take(tmp_path / "hours.mp3")
    assert len(answer["parts"]) == pytest.approx(120, abs=1)
    assert answer["remarks"] == [{"reason": "refusals.sound_cut", "values": {"limit": 20}}]
    assert time.process_time() - began < 60


def refusals(tmp_path: Path) -> dict[str, tuple[bytes, str]]:
    """Name -> what is in the file, and why it is refused."""
    made: dict[str, bytes] = {}
    for kind, subtype in (("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("AIFF", "PCM_16"), ("MP3", None), ("OGG", "VORBIS")):
        soundfile.write(tmp_path / "made", tone(5.0), RATE, format=kind, subtype=subtype)
        made[kind] = (tmp_path / "made").read_bytes()
    hours = bytearray(made["FLAC"])
    place = 8 + 10  # of the rate, channels, bits and, in 36 bits, the number of values
    [packed] = struct.unpack(">Q", hours[place : place + 8])
    hours[place : place + 8] = struct.pack(">Q", packed >> 36 << 36 | 10 * 3600 * RATE)
    soundfile.write(tmp_path / "made", np.zeros(RATE), RATE, format="WAV")
    silence = (tmp_path / "made").read_bytes()
    soundfile.write(tmp_path / "made", np.full(RATE, 0.25), RATE, format="WAV")
    constant = (tmp_path / "made").read_bytes()
    soundfile.write(tmp_path / "made", np.zeros(0), RATE, format="WAV")
    nothing = (tmp_path / "made").read_bytes()
    soundfile.write(tmp_path / "made", tone(0.01), RATE, format="WAV")
    click = (tmp_path / "made").read_bytes()
    write_m4a(tmp_path / "made", tone(5.0, rate=44_100))
    m4a = (tmp_path / "made").read_bytes()
    write_m4a(tmp_path / "made", tone(1.0, rate=44_100), film=True)
    film = (tmp_path / "made").read_bytes()
    Image.new("RGB", (64, 64)).save(tmp_path / "made", "PNG")
    picture = (tmp_path / "made").read_bytes()
    return {
        "empty": (b"", "empty_file"),
        "text": (b"RIFFa text that begins like a sound", "sound_damaged"),
        "picture": (picture, "not_a_sound"),
        "film": (film, "video"),
        "old film": (b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(4096), "video"),
        "playlist": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "not_a_sound"),
        "silence": (silence, "silent"),
        "constant": (constant, "silent"),
        "nothing": (nothing, "empty_sound"),
        "click": (click, "too_short"),
        "promises hours": (bytes(hours), "sound_damaged"),
        "a head that promises hours": (wav_head(2_000_000_000) + bytes(4000), "sound_damaged"),
        "a head alone": (wav_head(0), "empty_sound"),
        "half of an m4a": (m4a[: len(m4a) // 2], "sound_damaged"),
        **{f"half of {kind}": (content[: len(content) // 2], "sound_damaged") for kind, content in made.items()},
    }


def test_what_cannot_be_taken_is_refused_with_a_reason(take: Take, tmp_path: Path) -> None:
    found = {}
    for name, (content, reason) in refusals(tmp_path).items():
        with pytest.raises(Refused) as refused:
            take(content)
        found[name] = refused.value.reason
        assert found[name] == f"refusals.{reason}", name
        assert say(refused.value.reason, **refused.value.values).endswith(".")
    assert set(found.values()) <= set(table())


def test_what_recorders_leave_open_is_read(take: Take, tmp_path: Path) -> None:
    """A recorder that could not go back to the head, for it wrote into a pipe."""
    sound = (tone() * 32767).astype("<i2").tobytes()
    assert take(wav_head(0xFFFFFFFF) + sound)["traits"]["seconds"] == pytest.approx(2.0)


def test_broken_bytes_never_kill_the_child(tmp_path: Path, item: dict[str, str]) -> None:
    """Flipped bytes of each format, in a child with its limits: a sound or a reason, nothing else."""
    rng = np.random.default_rng(0)
    for name, (content, _) in refusals(tmp_path).items():
        if "half" not in name:
            continue
        for _ in range(2):
            torn = np.frombuffer(content, dtype=np.uint8).copy()
            places = rng.integers(0, len(torn), 30)
            torn[places] = rng.integers(0, 256, 30)
            (tmp_path / "torn").write_bytes(torn.tobytes())
            asked = {**item, "path": str(tmp_path / "torn")}
            [answer] = run_each("tl_core.modalities.audio.reading:read", [asked], children=1)
            reason = answer.reason if isinstance(answer, Refused) else "refusals.damaged"
            assert reason in table().keys() - {"refusals.crashed"}, name


def test_the_child_reads_within_its_limits(tmp_path: Path, item: dict[str, str]) -> None:
    soundfile.write(tmp_path / "sound.wav", tone(3.0, rate=48_000), 48_000)
    write_m4a(tmp_path / "sound.m4a", tone(3.0, rate=44_100))
    for name in ("sound.wav", "sound.m4a"):
        answer = run_one("tl_core.modalities.audio.reading:read", {**item, "path": str(tmp_path / name)})
        assert answer["traits"]["seconds"] == pytest.approx(3.0, abs=0.1)
