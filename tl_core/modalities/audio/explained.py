"""A sound with the bands and moments that counted: lit up over its spectrogram, alone, or taken out. No torch.

What is taken out becomes silence at that pitch and time: the spectrum is weighted and turned back into sound (overlap
and add, Griffin and Lim 1984).
"""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from tl_core.data.sounds import RATE
from tl_core.data.sounds.flac import flac
from tl_core.data.sounds.picture import GROUND, spectrogram
from tl_core.data.sounds.spectrum import SIZE, mel

WIDTH, HEIGHT = 384, 160  # pixels of what is shown
COOL = np.array([158, 197, 240], dtype=np.float32)  # colour of the loudest place
EMBER = np.array([232, 89, 12], dtype=np.float32)  # of what counted
STRONGEST = 0.75  # opacity at the hottest place
HEARD = 0.2  # share of the sound that is played as what counted
HOP = SIZE // 4
TRIES = 8
FINER = 4  # rows made of one band


class SoundParts:
    """``heat`` (band, frame), at least 0, over all of ``raw`` (n,); bands from 0 Hz up, evenly wide to the ear.

    One band alone says when, and not at which pitch.
    """

    def __init__(self, raw: np.ndarray, heat: np.ndarray) -> None:
        self._raw, self._heat = raw, np.asarray(heat, dtype=np.float32)

    def shown(self) -> dict[str, Any]:
        loud = spectrogram(self._raw, WIDTH, HEIGHT)[..., None]
        pixels = np.array(GROUND, dtype=np.float32) * (1 - loud) + COOL * loud
        heat = _stretched(self._heat[::-1], HEIGHT, WIDTH)
        opacity = (heat / max(float(heat.max()), 1e-9) * STRONGEST)[..., None]
        stream = io.BytesIO()
        Image.fromarray((pixels * (1 - opacity) + EMBER * opacity).round().astype(np.uint8)).save(stream, "PNG")
        heard = flac(_weighted(self._raw, self._hottest(self._heat, HEARD)))
        return {
            name: base64.b64encode(file).decode("ascii")
            for name, file in (("picture", stream.getvalue()), ("sound", heard))
        }

    def covered(self, share: float) -> np.ndarray:
        return _weighted(self._raw, 1 - self._hottest(self._heat, share))

    def elsewhere(self, share: float, rng: np.random.Generator) -> np.ndarray:
        """The same shape, pushed along; of several places the one that meets least of what counted."""
        bands, frames = self._heat.shape
        tried = [
            np.roll(self._heat, (int(rng.integers(bands)), int(rng.integers(frames))), (0, 1)) for _ in range(TRIES)
        ]
        moved = min(tried, key=lambda one: float((one * self._heat).sum()))
        return _weighted(self._raw, 1 - self._hottest(moved, share))

    def _hottest(self, heat: np.ndarray, share: float) -> np.ndarray:
        """(frame, frequency) 1 in the ``share`` of the places that are hottest, 0 elsewhere; as wide as to the ear."""
        large = _stretched(heat, FINER * len(heat), 1 + -(-len(self._raw) // HOP))
        # By rank, so that a share is a share where many places are equally hot
        rank = np.argsort(np.argsort(-large, axis=None, kind="stable")).reshape(large.shape)
        chosen = (rank < share * rank.size).astype(np.float32)
        places = mel(np.arange(SIZE // 2 + 1) * RATE / SIZE) / mel(RATE / 2) * (len(large) - 1)
        return chosen[places.round().astype(int)].T


def _weighted(raw: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) ``raw`` with its spectrum times ``weights`` (frame, frequency)."""
    window = np.hanning(SIZE + 1)[:-1].astype(np.float32)
    padded = np.pad(raw, (SIZE // 2, SIZE // 2 + len(weights) * HOP - len(raw)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP][: len(weights)]
    turned = np.fft.irfft(np.fft.rfft(frames * window, axis=1) * weights, SIZE, axis=1) * window
    made, scale = np.zeros(len(padded)), np.full(len(padded), 1e-6)
    for number, frame in enumerate(turned):
        place = slice(number * HOP, number * HOP + SIZE)
        made[place] += frame
        scale[place] += window**2
    return (made / scale)[SIZE // 2 :][: len(raw)].astype(np.float32)


def _stretched(heat: np.ndarray, height: int, width: int) -> np.ndarray:
    """(height, width), smooth and at least 0."""
    large = Image.fromarray(np.ascontiguousarray(heat)).resize((width, height), Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(large), 0)
