"""What becomes of a sound on its way through the world."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import soundfile
import soxr

from tl_core.data.sounds import RATE

Random = np.random.Generator


def louder(sound: np.ndarray, rng: Random) -> np.ndarray:
    return sound * np.float32(rng.uniform(0.1, 0.9))


def cut_at_the_beginning(sound: np.ndarray, rng: Random) -> np.ndarray:
    return sound[int(rng.uniform(0.02, 0.07) * len(sound)) :]


def cut_at_the_end(sound: np.ndarray, rng: Random) -> np.ndarray:
    return sound[: int(rng.uniform(0.93, 0.98) * len(sound))]


def late(sound: np.ndarray, rng: Random) -> np.ndarray:
    return np.concatenate([np.zeros(int(rng.integers(200, 1200)), dtype=np.float32), sound])


def noisy(sound: np.ndarray, rng: Random) -> np.ndarray:
    return (sound + rng.normal(0, 0.05 * sound.std(), len(sound))).astype(np.float32)


def by_telephone(sound: np.ndarray, rng: Random) -> np.ndarray:
    return coded(sound, 8000, "WAV", "PCM_16")


def in_eight_bits(sound: np.ndarray, rng: Random) -> np.ndarray:
    return coded(sound, 11_025, "WAV", "PCM_U8")


def as_mp3(sound: np.ndarray, rng: Random) -> np.ndarray:
    return coded(sound, 44_100, "MP3", "MPEG_LAYER_III")


def as_ogg(sound: np.ndarray, rng: Random) -> np.ndarray:
    return coded(sound, 22_050, "OGG", "VORBIS")


def all_of_it(sound: np.ndarray, rng: Random) -> np.ndarray:
    return as_mp3(louder(cut_at_the_end(sound, rng), rng), rng)


def coded(sound: np.ndarray, rate: int, kind: str, subtype: str) -> np.ndarray:
    """Through a file of that rate and kind, back at 16 kHz."""
    stream = io.BytesIO()
    soundfile.write(stream, soxr.resample(sound, RATE, rate), rate, format=kind, subtype=subtype)
    stream.seek(0)
    values, rate = soundfile.read(stream, dtype="float32")
    return soxr.resample(values, rate, RATE).astype(np.float32)


ALTERED: dict[str, Callable[[np.ndarray, Random], np.ndarray]] = {
    function.__name__: function
    for function in (
        louder, cut_at_the_beginning, cut_at_the_end, late, noisy, by_telephone, in_eight_bits, as_mp3, as_ogg,
        all_of_it,
    )
}  # fmt: skip
