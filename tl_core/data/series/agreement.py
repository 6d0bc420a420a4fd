"""Series of one dataset measure the same: what has other channels than most cannot be compared with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tl_core.domain.dataset import Refusal, Sample

CHANNELS = "series_channels"  # a trait that series alone have


def without_odd_channels(samples: Sequence[Sample]) -> tuple[list[Sample], list[Refusal]]:
    """Samples with as many channels as most have, in their order, and a refusal for each other one."""
    counts = Counter(int(sample.traits[CHANNELS]) for sample in samples if CHANNELS in sample.traits)
    if len(counts) < 2:
        return list(samples), []
    [(usual, _)] = counts.most_common(1)
    kept = [sample for sample in samples if sample.traits.get(CHANNELS, usual) == usual]
    refusals = [
        Refusal(
            source=sample.source, reason="refusals.series_channels",
            values={"count": int(sample.traits[CHANNELS]), "expected": usual},
        )
        for sample in samples
        if sample.traits.get(CHANNELS, usual) != usual
    ]  # fmt: skip
    return kept, refusals
