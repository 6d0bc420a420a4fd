"""MiniROCKET (Dempster, Schmidt and Webb 2021): 84 fixed convolutions at several paces, and how often each exceeds
thresholds drawn from the training series. No training of its own; a ridge regression reads the shares.

Several channels: each pair of kernel and pace takes a few of them, as in the multivariate version of the authors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from torch import Tensor

KERNELS = tuple(combinations(range(9), 3))  # places of the three weights of 2 among nine; the others are -1
FEATURES = 9_996
PACES = 32  # at most
GOLDEN = (5**0.5 + 1) / 2
AT_ONCE = 32  # series


@dataclass(frozen=True)
class Pace:
    """Kernels at one dilation. ``channels`` (kernel, channel) says which each takes; ``thresholds`` (kernel, count).

    Kernels of ``whole`` are asked about all of a series, the others not about what reaches over its ends.
    """

    dilation: int
    channels: Tensor
    thresholds: Tensor
    whole: int  # 0: those of even number, 1: those of odd number


def paces(values: Tensor, seed: int = 0) -> list[Pace]:
    """What is to be measured, by training series (sample, channel, time) of at least 9 moments."""
    count, width, length = values.shape
    rng = np.random.default_rng(seed)
    each = FEATURES // len(KERNELS)
    longest = np.log2((length - 1) / 8)
    steps = np.logspace(0, longest, min(each, PACES), base=2).astype(int)
    dilations, counts = np.unique(steps, return_counts=True)
    counts = counts * each // len(steps)
    counts[: each - int(counts.sum())] += 1
    levels = torch.from_numpy((np.arange(1, len(KERNELS) * each + 1) * GOLDEN) % 1).float().view(len(KERNELS), each)
    found: list[Pace] = []
    for dilation, start, some in zip(dilations.tolist(), np.cumsum(counts) - counts, counts.tolist(), strict=True):
        channels = torch.zeros(len(KERNELS), width)
        for row in channels:
            few = int(2 ** rng.uniform(0, np.log2(min(width, 9) + 1)))
            row[torch.from_numpy(rng.choice(width, few, replace=False))] = 1
        drawn = torch.from_numpy(rng.integers(0, count, len(KERNELS)))
        seen = _convolved(values[drawn], dilation, channels)
        pace = Pace(dilation, channels, torch.empty(len(KERNELS), some), len(found) % 2)
        for k in range(len(KERNELS)):
            row = _asked(seen, pace, k % 2)[k, k // 2]
            pace.thresholds[k] = torch.quantile(row, levels[k, start : start + some])
        found.append(pace)
    return found


def shares(values: Tensor, measured: list[Pace]) -> np.ndarray:
    """(sample, feature) how much of each series (sample, channel, time) lies above each threshold, 0 to 1.

    Sorted once, a convolution is compared with all its thresholds by bisection.
    """
    rows = []
    for some in values.split(AT_ONCE):
        parts = []
        for pace in measured:
            seen = _convolved(some, pace.dilation, pace.channels)
            for parity in (0, 1):
                asked = torch.from_numpy(np.sort(_asked(seen, pace, parity).numpy(), axis=2))
                sought = pace.thresholds[parity::2].expand(len(some), -1, -1).contiguous()
                below = torch.searchsorted(asked, sought, right=True)
                parts.append((1 - below.float() / asked.shape[2]).flatten(1))
        rows.append(torch.cat(parts, dim=1))
    return torch.cat(rows).numpy()


def _asked(seen: Tensor, pace: Pace, parity: int) -> Tensor:
    """(sample, kernel, time) of the kernels of one ``parity``."""
    edge = 0 if parity == pace.whole else 4 * pace.dilation
    return seen[:, parity::2, edge : seen.shape[2] - edge]


def _convolved(values: Tensor, dilation: int, channels: Tensor) -> Tensor:
    """(sample, kernel, time), with zeros before the beginning and after the end."""
    weight = torch.full((len(KERNELS), 1, 9), -1.0)
    for k, places in enumerate(KERNELS):
        weight[k, 0, list(places)] = 2.0
    return torch.conv1d(values, weight * channels[:, :, None], padding=4 * dilation, dilation=dilation)
