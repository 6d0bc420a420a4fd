"""A stranger's recording -> one channel at 16 kHz. Asked of a limited child only.

What it is, its first bytes and its decoder say, never its name. Decoded block by block: a recording of hours costs
neither the memory nor the time of more than its first ``LONGEST`` seconds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
import soxr

from tl_core.data.refused import Refused
from tl_core.data.sounds import RATE

LONGEST = 1200  # seconds taken of one file
BLOCK = 1.0  # seconds decoded at once
CHANNELS = 64
RATES = (1000, 768_000)  # Hz
LEAST_VALUE = 1e-4  # of full scale: a quieter swing is the rounding of 16 bits, not a sound
AT_LIMIT = 0.998  # of full scale
CANCELLED = 0.01  # energy of the mean / energy of the first channel, below which the channels cancel each other
BITS = {
    "PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64, "ULAW": 8, "ALAW": 8,
}  # fmt: skip
FORMATS = {"WAVEX": "WAV", "RF64": "WAV", "MPEG": "MP3"}  # as people call them
# What libsndfile writes of a file that is shorter than its header says; recorders that cannot know leave these lengths
TRUNCATED = re.compile(r"^\s*data\s*:\s*(\d+) \(should be (\d+)\)|SSND\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)
PAGE = 65_307  # bytes of a page of OGG, at most
UNTOLD = (0, 0xFFFFFFFF, *range(0x7FFFF000, 0x80000000))


@dataclass
class Recording:
    """``values`` (n,) float32 in -1..1 at 16 kHz; ``clipped`` (second,) share of the values at the limit in each."""

    values: np.ndarray
    clipped: np.ndarray
    rate: int  # Hz, as recorded
    channels: int
    format: str  # in words: WAV, FLAC, OGG, MP3, M4A ...
    bits: int | None = None  # of one value, where the format has such
    remarks: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Source:
    """An opened file: blocks of (frame, channel) float32, each of ``BLOCK`` seconds but the last."""

    blocks: Iterator[np.ndarray]
    rate: int
    channels: int
    format: str
    promised: float  # seconds, as its header says; 0: it does not say
    bits: int | None = None


def record(path: Path) -> Recording:
    """Raises ``Refused`` (area refusals): no sound, a video, damaged, cut short, or nothing to hear."""
    with _unnamed(path) as file:
        found = _heard(_opened(file), alone=False)
    if found is None:
        with _unnamed(path) as file:
            found = _heard(_opened(file), alone=True)
    assert found is not None
    if not is_audible(found.values):
        raise Refused("refusals.silent")
    return found


def is_audible(values: np.ndarray) -> bool:
    """Whether it swings at all; a constant is no sound."""
    return len(values) > 0 and float(np.ptp(values)) > 2 * LEAST_VALUE


def _unnamed(path: Path) -> BinaryIO:
    """Opened so that no decoder sees a name and guesses by it."""
    return os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), "rb")


def _opened(file: BinaryIO) -> Source:
    if _torn(file):
        raise Refused("refusals.sound_damaged")
    try:
        return _by_soundfile(soundfile.SoundFile(file))
    except soundfile.LibsndfileError:
        file.seek(0)
    from tl_core.data.sounds.container import open_container

    return open_container(file)


def _torn(file: BinaryIO) -> bool:
    """Whether a file of OGG ends within a page; decoders take that for its end."""
    ogg = file.read(4) == b"OggS"
    file.seek(-min(PAGE, file.seek(0, os.SEEK_END)), os.SEEK_END)
    tail = file.read() if ogg else b""
    file.seek(0)
    at = tail.rfind(b"OggS")
    head = tail[at : at + 27]
    if at < 0 or len(head) < 27:
        return ogg
    lengths = tail[at + 27 : at + 27 + head[26]]
    return at + 27 + head[26] + sum(lengths) > len(tail)


def _heard(source: Source, *, alone: bool) -> Recording | None:
    """All blocks as one channel: the mean of all, or the first ``alone``. None when the channels cancel each other."""
    if not RATES[0] <= source.rate <= RATES[1] or not 1 <= source.channels <= CHANNELS:
        raise Refused("refusals.sound_damaged")
    stream = soxr.ResampleStream(source.rate, RATE, 1, dtype="float32")
    parts, clipped = [], []
    frames, odd, mixed, first = 0, 0, 0.0, 0.0
    for block in source.blocks:
        bad = ~np.isfinite(block)
        odd += int(bad.sum())
        block[bad] = 0.0
        clipped.append(_clipped(block))
        mono = block[:, 0] if alone else block.mean(axis=1)
        mixed += float(np.square(mono, dtype=np.float64).sum())
        first += float(np.square(block[:, 0], dtype=np.float64).sum())
        parts.append(stream.resample_chunk(np.ascontiguousarray(mono)))
        frames += len(block)
        if frames >= LONGEST * source.rate:
            break
    seconds = frames / source.rate
    if frames == 0 and not source.promised:
        raise Refused("refusals.empty_sound")
    if seconds < min(source.promised, LONGEST) * 0.98 - 0.1:
        raise Refused("refusals.sound_damaged")
    if source.channels > 1 and not alone and mixed < CANCELLED * first:
        return None
    parts.append(stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
    return Recording(
        values=_within(np.concatenate(parts)),
        clipped=np.array(clipped),
        rate=source.rate,
        channels=source.channels,
        format=source.format,
        bits=source.bits,
        remarks=_remarks(odd, cut=seconds >= LONGEST and source.promised > seconds),
    )


def _remarks(odd: int, cut: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if cut:
        found.append({"reason": "refusals.sound_cut", "values": {"limit": LONGEST // 60}})
    if odd:
        found.append({"reason": "refusals.sound_gaps", "values": {"count": odd}})
    return found


def _within(values: np.ndarray) -> np.ndarray:
    """Turned down where it is beyond full scale, as values of 32 bits may be; clipping it would change it."""
    most = float(np.abs(values).max(initial=0.0))
    return values / np.float32(most) if most > 1 else values


def _clipped(block: np.ndarray) -> float:
    """Share of values that stay at the limit from one to the next: a loud peak only touches it."""
    at = np.abs(block) >= AT_LIMIT
    return float((at[1:] & at[:-1]).mean()) if len(block) > 1 else 0.0


def _by_soundfile(opened: soundfile.SoundFile) -> Source:
    """WAV, FLAC, OGG, MP3, AIFF and their kin."""
    for groups in TRUNCATED.findall(opened.extra_info):
        said, there = (int(number) for number in groups if number)
        if said > there and said not in UNTOLD:
            raise Refused("refusals.sound_damaged")
    frames = opened.frames
    return Source(
        blocks=_read(opened),
        rate=opened.samplerate,
        channels=opened.channels,
        format=FORMATS.get(opened.format, opened.format),
        promised=frames / max(1, opened.samplerate) if frames < 2**62 else 0.0,
        bits=BITS.get(opened.subtype),
    )


def _read(opened: soundfile.SoundFile) -> Iterator[np.ndarray]:
    size = max(1, round(BLOCK * opened.samplerate))
    try:
        while len(block := opened.read(size, dtype="float32", always_2d=True)):
            yield block
    except soundfile.LibsndfileError:
        raise Refused("refusals.sound_damaged") from None
