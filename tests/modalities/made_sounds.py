"""Sounds made for tests, and files of them that misbehave."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 16_000


def tone(seconds: float = 1.0, pitch: float = 440.0, rate: int = RATE, level: float = 0.5) -> np.ndarray:
    """(n,) float32 with a few overtones and a little noise, dying away."""
    times = np.arange(round(seconds * rate)) / rate
    waves = sum(np.sin(2 * np.pi * pitch * k * times) / k for k in (1, 2, 3, 5))
    noise = np.random.default_rng(round(pitch)).normal(0, 0.01, len(times))
    return (level * (0.5 * waves * np.exp(-times / max(seconds, 1e-6)) + noise)).astype(np.float32)


def write_m4a(path: Path, values: np.ndarray, rate: int = 44_100, film: bool = False) -> None:
    """``values`` (n,) as AAC in an MP4 container; ``film``: with a picture that moves."""
    with av.open(str(path), "w", format="mp4") as container:
        sound = container.add_stream("aac", rate=rate, layout="mono")
        picture = None
        if film:
            picture = container.add_stream("mpeg4", rate=5)
            picture.width = picture.height = 32
            picture.pix_fmt = "yuv420p"
        for start in range(0, len(values), 1024):
            frame = av.AudioFrame.from_ndarray(values[None, start : start + 1024], format="fltp", layout="mono")
            frame.rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
        if picture is not None:
            for _ in range(5):
                container.mux(picture.encode(av.VideoFrame(32, 32, "yuv420p")))
            container.mux(picture.encode(None))


def wav_head(said: int, rate: int = 8000) -> bytes:
    """The head of a WAV file of 16 bits that promises ``said`` bytes of sound."""
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    whole = struct.pack("<I", min(36 + said, 0xFFFFFFFF))
    return b"".join((b"RIFF", whole, b"WAVEfmt ", struct.pack("<I", 16), form, b"data", struct.pack("<I", said)))
