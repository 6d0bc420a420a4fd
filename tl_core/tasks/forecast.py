"""Forecasting: what comes next, as quantiles of each step to come."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.families.fracast import forecast
from tl_core.backbones.protocol import Backbone, State, forward
from tl_core.domain.card import SeriesInput
from tl_core.domain.fault import InputFault

SMALLEST = 1e-5  # of a range: constant series are not divided by zero (as in the package)
AT_ONCE = 32  # series through the network


@dataclass(frozen=True)
class Entered:
    """Series at the end of the context, as the backbone takes them; what its numbers stand for.

    ``batch``: ``values`` (row, context, 1, 2) and ``mask`` (row, context); ``low`` and ``span`` (row, 1) float64.
    """

    batch: dict[str, Tensor]
    low: np.ndarray
    span: np.ndarray


@dataclass(eq=False)
class Forecaster:
    """A backbone for series and what it forecasts by."""

    backbone: Backbone
    head: nn.Module

    @property
    def spec(self) -> SeriesInput:
        spec = self.backbone.card.input
        if not isinstance(spec, SeriesInput):
            raise InputFault("backbones.no_forecaster", name=self.backbone.card.name)
        return spec

    @property
    def device(self) -> torch.device:
        return next(self.backbone.network.parameters()).device

    def to(self, device: torch.device) -> Forecaster:
        """Moved there, in place."""
        self.backbone.network.to(device)
        self.head.to(device)
        return self

    def copy(self) -> Forecaster:
        return Forecaster(copy.deepcopy(self.backbone), copy.deepcopy(self.head))

    def answer(self, batch: State, state: State, boundary: int) -> Tensor:
        """Quantiles (row, step, quantile) in the scale of ``batch``, from the state at ``boundary``."""
        rest = forward(self.backbone, state, boundary) if boundary else forward(self.backbone, state)
        return forecast(self.head, self.backbone.enter(batch), rest)[:, 0]

    def quantiles(self, series: Sequence[np.ndarray], horizon: int) -> np.ndarray:
        """Of the ``horizon`` steps after each of ``series`` (time,), NaN where nothing is known: (row, step, quantile).

        Never falling from one quantile to the next. Beyond the steps that it answers with at once the medians count as
        the past (as in the package), so those further off are surer than they should be.
        """
        parts = [self._quantiles(series[k : k + AT_ONCE], horizon) for k in range(0, len(series), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, horizon, len(self.spec.quantiles)))

    def _quantiles(self, series: Sequence[np.ndarray], horizon: int) -> np.ndarray:
        middle = int(np.argmin(np.abs(np.array(self.spec.quantiles) - 0.5)))
        pasts, blocks, done = list(series), [], 0
        while done < horizon:
            block = self._block(pasts)
            blocks.append(block)
            done += block.shape[1]
            pasts = [np.concatenate([past, told[:, middle]]) for past, told in zip(pasts, block, strict=True)]
        return np.concatenate(blocks, axis=1)[:, :horizon]

    def _block(self, series: Sequence[np.ndarray]) -> np.ndarray:
        entered = enter(series, self.spec)
        batch = {name: tensor.to(self.device) for name, tensor in entered.batch.items()}
        with torch.inference_mode():
            answer = self.answer(batch, batch, 0).cpu().double().numpy()
        return np.sort(answer, axis=2) * entered.span[:, :, None] + entered.low[:, :, None]


def enter(series: Sequence[np.ndarray], spec: SeriesInput) -> Entered:
    """The last steps of each of ``series`` (time,) at the end of the context, from 0 to 1.

    Raises ``InputFault`` for one with fewer known values there than the model must have.
    """
    both = np.zeros((len(series), spec.context, 1, 2), dtype=np.float32)
    low, span = np.zeros((len(series), 1)), np.ones((len(series), 1))
    for row, whole in enumerate(series):
        last = np.asarray(whole, dtype=np.float64)[-spec.context :]
        known = np.isfinite(last)
        if known.sum() < spec.least:
            raise InputFault("forecast.too_short", least=spec.least, known=int(known.sum()))
        low[row] = last[known].min()
        span[row] = max(float(last[known].max() - low[row, 0]), SMALLEST)
        both[row, len(both[row]) - len(last) :, 0, 0] = np.where(known, (last - low[row]) / span[row], 0)
        both[row, len(both[row]) - len(last) :, 0, 1] = known
    mask = torch.ones(len(series), spec.context, dtype=torch.long)
    return Entered({"values": torch.from_numpy(both), "mask": mask}, low, span)


def loss(answer: Tensor, truth: Tensor, levels: Tensor) -> Tensor:
    """Quantile loss (Koenker and Bassett 1978), over the steps of ``truth`` (row, step) that are no NaN: (row,).

    ``answer`` (row, step, quantile) may go on for longer; ``levels`` (quantile,).
    """
    there = torch.isfinite(truth)
    distance = torch.where(there, truth, torch.zeros_like(truth)).unsqueeze(-1) - answer[:, : truth.shape[1]]
    each = torch.maximum(levels * distance, (levels - 1) * distance).mean(-1) * there
    return each.sum(1) / there.sum(1).clamp(min=1)
