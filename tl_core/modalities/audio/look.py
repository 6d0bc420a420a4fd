"""What is to be heard of a sound without a model: loudness, noise, how high it reaches, how it was recorded. No torch.

Only ``silent`` and ``clipped`` are flaws by themselves. Whether a sound is short depends on the others: a knock is.
"""

from __future__ import annotations

import numpy as np

from tl_core.data.sounds import RATE
from tl_core.data.sounds.spectrum import SIZE, decibels, power
from tl_core.domain.dataset import Sample
from tl_core.modalities.audio.alike import sketch
from tl_core.modalities.look import Look

FLOOR = 10  # per cent of the frames that are as quiet as the noise behind a sound
PAUSE = 40.0  # dB below the loudest frames: nothing happens
EDGE = 2  # frames
REACH = 60.0  # dB below the strongest frequency: what is weaker does not count as reached
LEAST_LEVEL = -60.0  # dB of full scale: as good as silent
CLIPPED = 0.001  # share of values at the limit


def look(raw: np.ndarray, sample: Sample) -> Look:
    """``raw`` (n,) at 16 kHz; how it was recorded is told by the sample's traits."""
    energy = power(raw)
    frames = decibels(energy.sum(axis=1))
    level = float(decibels(np.square(raw, dtype=np.float64).mean()))
    told = sample.traits
    traits = {
        "channels": float(told.get("channels", 1)),
        "seconds": len(raw) / RATE,
        "level": level,
        "peak": float(np.abs(raw).max()),
        "noise_floor": float(np.percentile(frames, FLOOR)),
        "pauses": float((frames < np.percentile(frames, 95) - PAUSE).mean()),
        "bandwidth": bandwidth(energy),
    }
    flaws = {"silent": level < LEAST_LEVEL, "clipped": float(told.get("clipped", 0.0)) > CLIPPED}
    return Look(
        traits=traits,
        kinds={"format": str(told.get("format", "")), "rate": kilohertz(float(told.get("rate", RATE)))},
        flaws=[name for name, found in flaws.items() if found],
        personal=[],
        sketch=sketch(raw),
    )


def bandwidth(energy: np.ndarray) -> float:
    """Hz, the highest frequency that (frame, frequency) reaches."""
    inner = energy[EDGE:-EDGE] if len(energy) > 4 * EDGE else energy  # where a sound is cut off it cracks
    mean = decibels(inner.mean(axis=0))
    return float(np.flatnonzero(mean >= mean.max() - REACH)[-1] * RATE / SIZE)


def kilohertz(rate: float) -> str:
    """In words: "44.1 kHz"."""
    return f"{rate / 1000:.10g} kHz"
