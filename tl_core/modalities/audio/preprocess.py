"""From a decoded sound to the frames a network takes: one way, for training and for serving.

The logarithmic spectrogram equals that of transformers' WhisperFeatureExtractor where there is sound; that one goes on
with silence to 30 seconds, which costs as much as sound. The plain one equals that of the package resemblyzer (0.1.4),
which takes librosa's, after making quiet sounds louder as it does. Its cutting out of pauses between words is left out:
what is heard here need not be speech.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tl_core.domain.card import AudioInput

if TYPE_CHECKING:
    from torch import Tensor

FLOOR = 1e-10  # power that counts as silence
RANGE = 8.0  # powers of ten between the loudest and what still counts
LOUDNESS = 10 ** (-30 / 20)  # root mean square that a quiet sound is raised to: 30 dB below full scale
LINEAR = 1000.0  # Hz up to which the mel scale is linear (Slaney 1998)
BELOW, ABOVE = 3 / 200, 27 / math.log(6.4)  # mels a Hz below that; mels a factor of e above


def frames(sound: np.ndarray, spec: AudioInput, seconds: float) -> Tensor:
    """Float32 (frame, mel) of ``sound``, float32 (n,) at ``spec.rate``; its first ``seconds``, if it is longer.

    As many frames as have their middle in the sound, at least one.
    """
    import torch

    most = int(min(seconds, spec.seconds) * spec.rate)
    heard = torch.from_numpy(np.ascontiguousarray(sound[:most], dtype=np.float32))
    if spec.spectrum == "power":
        return _power(_louder(heard), spec, "constant").T.contiguous()
    silence = max(0, min(spec.window, int(spec.seconds * spec.rate) - len(heard)))  # what comes after the sound
    power = _power(torch.nn.functional.pad(heard, (0, silence)), spec, "reflect")
    logarithms = power.clamp(min=FLOOR).log10()
    logarithms = (logarithms.maximum(logarithms.max() - RANGE) + 4) / 4
    return logarithms[:, : max(1, math.ceil(len(heard) / spec.hop))].T.contiguous()


def collate(items: Sequence[Tensor]) -> dict[str, Tensor]:
    """``frames`` float32 (batch, frame, mel) and ``mask`` int64 (batch, frame). Padding stands at the end, masked."""
    import torch

    longest = max(len(item) for item in items)
    padded = torch.zeros(len(items), longest, items[0].shape[1])
    mask = torch.zeros(len(items), longest, dtype=torch.long)
    for row, item in enumerate(items):
        padded[row, : len(item)] = item
        mask[row, : len(item)] = 1
    return {"frames": padded, "mask": mask}


@lru_cache(maxsize=8)
def mel_filters(mels: int, window: int, rate: int) -> np.ndarray:
    """Float32 (mel, frequency): triangles side by side on Slaney's mel scale up to half the rate, each of area 1.

    The same as librosa's ``filters.mel`` and transformers' ``mel_filter_bank`` with ``norm="slaney"``.
    """
    edges = _hertz(np.linspace(0.0, _mel(rate / 2), mels + 2))
    frequencies = np.linspace(0, rate / 2, window // 2 + 1)
    slopes = (frequencies - edges[:, None]) / np.maximum(np.diff(edges, append=np.inf), 1e-9)[:, None]
    rising, falling = slopes[:-2], 1 - slopes[1:-1]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _power(sound: Tensor, spec: AudioInput, edge: str) -> Tensor:
    """(mel, frame); a frame every ``hop`` samples from the first on, with ``edge`` before and after the sound."""
    import torch

    bins = torch.stft(
        sound, spec.window, spec.hop, window=torch.hann_window(spec.window), center=True, pad_mode=edge,
        return_complex=True,
    )  # fmt: skip
    if edge == "reflect":
        bins = bins[:, :-1]  # as Whisper leaves the last one out
    return torch.from_numpy(mel_filters(spec.mels, spec.window, spec.rate)) @ bins.abs().square()


def _louder(sound: Tensor) -> Tensor:
    loudness = float(sound.square().mean().sqrt()) if len(sound) else 0.0
    return sound * (LOUDNESS / loudness) if 0 < loudness < LOUDNESS else sound


def _mel(hertz: float) -> float:
    return hertz * BELOW if hertz < LINEAR else LINEAR * BELOW + math.log(hertz / LINEAR) * ABOVE


def _hertz(mels: np.ndarray) -> np.ndarray:
    knee = LINEAR * BELOW
    return np.where(mels < knee, mels / BELOW, LINEAR * np.exp((mels - knee) / ABOVE))
