"""Sounds of our own as files: FLAC, which loses nothing and plays in every browser."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from tl_core.data.sounds import RATE


def flac(values: np.ndarray) -> bytes:
    """``values`` (n,) in -1..1 at 16 kHz, in 16 bits; the same values give the same bytes."""
    stream = io.BytesIO()
    whole = np.round(np.clip(values, -1, 1) * 32767).astype(np.int16)
    soundfile.write(stream, whole, RATE, format="FLAC", subtype="PCM_16")
    return stream.getvalue()
