"""Fracast-0, a forecasting foundation model of a few ten thousand numbers, as stages: where values lie, then levels.

Each level looks twice as far back as the one before. Channels go through one by one and know nothing of each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from tl_core.backbones.families.fracast_network import Encoder, Forecaster
from tl_core.backbones.families.layout import Layout, gathered, titled
from tl_core.backbones.protocol import Backbone, Features, Stage, State
from tl_core.domain.card import BackboneCard, SeriesInput

LEAST = 1e-5  # added to a variance: its root has no slope at 0
WAVES = 4  # over the channels; as many channels are known exactly, of more what differs slowly from one to the next
SCALES = 8  # numbers by which the original tells its block how wide the steps are
IN_THE_BLOCK = {
    "filter.weight": "dw_weight", "filter.bias": "dw_bias", "mix.weight": "pw.weight", "mix.bias": "pw.bias",
    **{f"gated.{layer}.{part}": f"ffn.{layer}.{part}" for layer in ("up", "down") for part in ("weight", "bias")},
    "norm1.weight": "norm1.weight", "norm2.weight": "norm2.weight",
}  # fmt: skip


class SeriesLevels(Layout):
    """``hidden``: (batch, step, channel, feature); at boundary 0 the features are the value and whether there is one.

    ``mask``: (batch, step), 1 up to a series' end. A series ends where the context that the network learned from
    ends, and unlike there nothing is computed before its beginning.
    """

    def enter(self, batch: dict[str, Tensor]) -> State:
        return {"hidden": batch["values"], "mask": batch["mask"]}

    def run(self, stage: Stage, state: State) -> State:
        hidden, mask = state["hidden"], state["mask"]
        steps, channels = hidden.shape[1], hidden.shape[2]
        rows = hidden.transpose(1, 2).reshape(-1, steps, hidden.shape[3])
        if stage is self.stages[0]:
            there = mask.unsqueeze(1).expand(-1, channels, -1).reshape(-1, steps)
            [stem] = stage.modules
            length = there.sum(1, keepdim=True)
            rows = stem(rows[..., 0], rows[..., 1] * there.to(rows.dtype), length)
        else:
            for module in stage.modules:
                rows = module(rows)
        return {"hidden": rows.reshape(-1, channels, steps, rows.shape[-1]).transpose(1, 2), "mask": mask}

    def pool(self, state: State) -> Features:
        """Of each feature over the steps mean, standard deviation, last, highest and lowest; of these ``WAVES`` waves
        over the channels, the first of which is their mean: (batch, 20 * feature).

        The last one says how a series ends, which its mean says only of a long one's end. The waves (as of a cosine
        transform) say which channel does what: by the mean alone, nine speakers in twelve channels are told apart by
        20 points less. Of a single channel all but the first are 0.
        """
        hidden = state["hidden"]
        weight = state["mask"].to(hidden.dtype)[:, :, None, None]
        count = weight.sum(1).clamp(min=1)
        mean = (hidden * weight).sum(1) / count
        variance = ((hidden - mean.unsqueeze(1)).square() * weight).sum(1) / count
        last = (hidden * weight * (weight.cumsum(1) == weight.sum(1, keepdim=True))).sum(1)
        highest = hidden.masked_fill(weight == 0, -torch.inf).amax(1)
        lowest = hidden.masked_fill(weight == 0, torch.inf).amin(1)
        each = torch.cat([mean, (variance + LEAST).sqrt(), last, highest, lowest], dim=-1)  # (batch, channel, number)
        channel = torch.ones_like(each[..., :1]).cumsum(1)  # 1, 2 ...: how many there are is not known ahead
        channels = channel[:, -1:]
        waves = [
            (each * torch.cos(math.pi * number * (channel - 0.5) / channels) * (channels > number)).mean(1)
            for number in range(WAVES)
        ]
        return torch.cat(waves, dim=-1)


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """The network without what it forecasts by."""
    spec = _series(card)
    network = Encoder(
        architecture["width"], architecture["levels"], architecture["kernel"], architecture["inner"], spec.context,
        architecture["periods"],
    )  # fmt: skip
    groups = gathered(("stem", [network.stem]), list(network.levels), "levels", at_most=5)
    groups[-1][1].append(network.norm)
    return SeriesLevels(card, network, titled("series", groups), architecture, files)


def forecaster(card: BackboneCard, architecture: dict) -> Forecaster:
    """What it forecasts by, with random weights: ``forecast`` joins both."""
    spec = _series(card)
    return Forecaster(
        architecture["width"], architecture["kernel"], architecture["inner"], spec.context, architecture["periods"],
        spec.horizon, len(spec.quantiles), architecture["bins"], architecture["future_levels"], architecture["seed"],
    )  # fmt: skip


def forecast(head: nn.Module, entered: State, state: State) -> Tensor:
    """Quantiles of the steps after a whole context, (batch, channel, step, quantile), in the scale of its values.

    ``entered`` is the state before the first stage and ``state`` the one after the last; series shorter than the
    context begin with steps without a value, and the mask counts those too.
    """
    values, hidden = entered["hidden"], state["hidden"]
    channels, steps = values.shape[2], values.shape[1]
    rows = hidden.transpose(1, 2).reshape(-1, steps, hidden.shape[3])
    entries = values.transpose(1, 2).reshape(-1, steps, 2)
    quantiles = head(rows, entries[..., 0] * entries[..., 1], entries[..., 1])
    return quantiles.unflatten(0, (-1, channels))


def converted(theirs: Mapping[str, Tensor], levels: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Weights of the package, named as in ``Encoder`` and ``Forecaster``; its block, once there, is at every level."""
    encoder = {
        "stem.values.weight": theirs["core.in_proj.weight"],
        "stem.values.bias": theirs["core.in_proj.bias"],
        "stem.phases.weight": theirs["core.periodic.proj.weight"],
        "stem.phases.bias": theirs["core.periodic.proj.bias"],
        "norm.weight": theirs["core.norm.weight"],
    }
    for level in range(levels):
        scale, shift = _scaling(theirs["core.scale.to_gb.weight"], theirs["core.scale.to_gb.bias"], level)
        encoder |= {f"levels.{level}.scale": scale, f"levels.{level}.shift": shift}
        copies = {ours: theirs[f"core.block.{name}"].clone() for ours, name in IN_THE_BLOCK.items()}
        encoder |= {f"levels.{level}.block.{ours}": copy for ours, copy in copies.items()}
    head = {"queries": theirs["head.queries"], "norm.weight": theirs["head.decoder_norms.0.weight"]}
    for part in ("weight", "bias"):
        head |= {
            f"summary.{part}": theirs[f"head.summary_proj.{part}"],
            f"answer.{part}": theirs[f"head.out_proj.{part}"],
            f"continuation.enter.{part}": theirs[f"head.future_conv.in_proj.{part}"],
            f"continuation.leave.{part}": theirs[f"head.future_conv.out_proj.{part}"],
            **{f"gated.{layer}.{part}": theirs[f"head.decoder_ffns.0.{layer}.{part}"] for layer in ("up", "down")},
            **{f"smoothing.{k}.filter.{part}": theirs[f"head.fc_blocks.{k}.dw_{part}"] for k in range(2)},
        }
    head |= {f"smoothing.{k}.norm.weight": theirs[f"head.fc_blocks.{k}.norm.weight"] for k in range(2)}
    head |= {
        f"continuation.block.{ours}": theirs[f"head.future_conv.block.{name}"] for ours, name in IN_THE_BLOCK.items()
    }
    return encoder, head


def _scaling(weight: Tensor, bias: Tensor, level: int) -> tuple[Tensor, Tensor]:
    """What the original computes of each width of steps, 2 to the power of ``level``, before its block."""
    angle = level / torch.pow(2.0, torch.arange(SCALES // 2, dtype=torch.float32)) * math.pi
    scale, shift = (weight @ torch.cat([torch.sin(angle), torch.cos(angle)]) + bias).chunk(2)
    return 1 + scale, shift


def _series(card: BackboneCard) -> SeriesInput:
    if not isinstance(card.input, SeriesInput):
        raise ValueError("it takes series")
    return card.input
