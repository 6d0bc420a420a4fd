"""What it saves that Whisper's encoder hears a short sound without the silence that the original pads it with.

The same weights on the same clips of 3 seconds: the transformers library's encoder, which takes 30 seconds whatever
comes, and Thaw's stages, uncompiled and compiled as a run compiles them. In turn, so that all meet the same machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tl_core import backbones, modalities
from tl_core.backbones.fetch import fetch
from tl_core.backbones.load import load
from tl_core.backbones.protocol import forward
from tl_core.data.sounds import RATE
from tl_core.freezing.prefix import compile_prefix
from tl_core.store.home import Home

CLIPS, SECONDS = 8, 3
ROUNDS = 5
LONGEST = 30  # seconds that the original was made for


def measure(folder: Path) -> Iterator[dict[str, Any]]:
    """One row: seconds a clip of each way, the median of the rounds, and how many times as fast as padded."""
    home, name = Home(folder / "home"), backbones.default("audio")
    fetch(home, name)
    backbone, modality = load(home, name), modalities.get("audio")
    backbone.network.eval()
    numbers = np.random.default_rng(0)
    clips = [numbers.normal(0, 0.1, SECONDS * RATE).astype(np.float32) for _ in range(CLIPS)]
    prepare = modality.make_preprocessor(backbone.card, backbone.files, {})
    cropped = modality.collate([prepare(clip) for clip in clips])
    padded = modality.collate([prepare(np.pad(clip, (0, (LONGEST - SECONDS) * RATE))) for clip in clips])
    whole: Any = backbone.network
    compiled = compile_prefix(
        backbone,
        len(backbone.stages),
        cropped,
        torch.device("cpu"),
        hidden=False,
        features=True,
        cache=folder / "compiled",
    )
    ways: dict[str, Callable[[], Any]] = {
        "transformers, padded": lambda: whole(padded["frames"].transpose(1, 2)),
        "stages, padded": lambda: forward(backbone, padded),
        "stages, cropped": lambda: forward(backbone, cropped),
        "compiled, cropped": lambda: compiled(cropped),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    with torch.inference_mode():
        for run in ways.values():
            run()
        for _ in range(ROUNDS):
            for way, run in ways.items():
                began = time.perf_counter()
                run()
                taken[way].append((time.perf_counter() - began) / CLIPS)
    seconds = {way: statistics.median(found) for way, found in taken.items()}
    slowest = seconds["transformers, padded"]
    yield {
        "clips of seconds": SECONDS,
        **{way: {"seconds": round(one, 4), "times as fast": round(slowest / one, 1)} for way, one in seconds.items()},
    }
