"""The layers of Fracast-0 (package fracast 0.1.0, Apache-2.0; periods and positions by TinyCast, arXiv:2608.15767).

One row a channel: (row, step, feature). Every layer looks back only, so what stands after a series' end changes nothing
before it. The original runs one block over and over, each time with wider steps and scaled anew for that width; here
every width has a block of its own that starts as a copy, so that early ones can stay frozen while later ones learn.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

RECENCY = 5  # numbers that say how far from the end of the context a step lies
CHANCE = 0.05  # of finding a period anywhere in noise


class Norm(nn.Module):
    """Divides by the root of the mean square of the features."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, hidden: Tensor) -> Tensor:
        size = hidden.square().mean(-1, keepdim=True) + torch.finfo(torch.float32).eps
        return hidden * size.rsqrt() * self.weight


class Gated(nn.Module):
    """SwiGLU: (..., ``width``) -> (..., ``width``) by ``inner`` gated numbers."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.up = nn.Linear(width, 2 * inner)
        self.down = nn.Linear(inner, width)

    def forward(self, hidden: Tensor) -> Tensor:
        gate, value = self.up(hidden).chunk(2, dim=-1)
        return self.down(nn.functional.silu(gate) * value)


class Block(nn.Module):
    """A filter over time, feature by feature, then a mixture of features: (row, step, ``width``) kept."""

    def __init__(self, width: int, kernel: int, inner: int) -> None:
        super().__init__()
        self.filter = nn.Conv1d(width, width, kernel, groups=width)
        self.mix = nn.Linear(width, width)
        self.gated = Gated(width, inner)
        self.norm1, self.norm2 = Norm(width), Norm(width)

    def forward(self, hidden: Tensor, dilation: int) -> Tensor:
        """``dilation``: steps from one number that the filter looks at to the one before it."""
        hidden = self.norm1(hidden + self.mix(looked_back(self.filter, hidden, dilation)))
        return self.norm2(hidden + self.gated(hidden))


class Level(nn.Module):
    """A block at one width of steps, with the scaling of its input for that width."""

    def __init__(self, width: int, kernel: int, inner: int, dilation: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))
        self.block = Block(width, kernel, inner)
        self.dilation = dilation

    def forward(self, hidden: Tensor) -> Tensor:
        return self.block(hidden * self.scale + self.shift, self.dilation)


class Stem(nn.Module):
    """Values, where they lie, and where in each of their strongest periods -> (row, step, ``width``)."""

    def __init__(self, width: int, context: int, periods: int) -> None:
        super().__init__()
        self.context, self.count = context, periods
        self.values = nn.Linear(2 + RECENCY, width)
        self.phases = nn.Linear(2 * periods, width)

    def forward(self, values: Tensor, observed: Tensor, length: Tensor) -> Tensor:
        """``values`` and ``observed`` (1 or 0), both (row, step); ``length`` (row, 1): steps before the padding."""
        step = torch.arange(values.shape[1], device=values.device).unsqueeze(0)
        position = (step - length + self.context).to(values.dtype)  # a series ends where the context ends
        values = values * observed
        about = torch.cat([torch.stack([values, observed], -1), recency(position, self.context)], dim=-1)
        found = periods(values, observed, self.context, self.count)
        return self.values(about) + self.phases(phases(position, found))


class Encoder(nn.Module):
    def __init__(self, width: int, levels: int, kernel: int, inner: int, context: int, periods: int) -> None:
        super().__init__()
        self.stem = Stem(width, context, periods)
        self.levels = nn.ModuleList(Level(width, kernel, inner, 2**number) for number in range(levels))
        self.norm = Norm(width)


class Smoothing(nn.Module):
    """A filter over the steps to come, added to them: (row, step, ``width``) kept."""

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.filter = nn.Conv1d(width, width, kernel, groups=width)
        self.norm = Norm(width)
        self.dilation = dilation

    def forward(self, hidden: Tensor) -> Tensor:
        return self.norm(hidden + looked_back(self.filter, hidden, self.dilation))


class Continuation(nn.Module):
    """The last ``seed`` states of the past go on over the steps to come, led by a naive forecast of those."""

    def __init__(self, width: int, kernel: int, inner: int, levels: int, seed: int) -> None:
        super().__init__()
        self.enter = nn.Linear(1 + RECENCY, width)
        self.block = Block(width, kernel, inner)
        self.leave = nn.Linear(width, width)
        self.levels, self.seed = levels, seed

    def forward(self, hidden: Tensor, naive: Tensor, ahead: Tensor) -> Tensor:
        """``naive`` (row, step), ``ahead`` (row, step, RECENCY) -> (row, step, width)."""
        led = self.enter(torch.cat([naive.unsqueeze(-1), ahead], dim=-1))
        both = torch.cat([hidden[:, -self.seed :], led], dim=1)
        for number in range(self.levels):
            both = self.block(both, 2**number)
        return self.leave(both[:, -naive.shape[1] :])


class Forecaster(nn.Module):
    """What Fracast-0 answers by: states of a whole context -> quantiles of each of ``horizon`` steps after it."""

    def __init__(
        self, width: int, kernel: int, inner: int, context: int, periods: int, horizon: int, quantiles: int,
        bins: int, levels: int, seed: int,
    ) -> None:  # fmt: skip
        super().__init__()
        self.context, self.count, self.bins = context, periods, bins
        self.summary = nn.Linear(RECENCY + 2 * width, width)
        self.queries = nn.Parameter(torch.randn(horizon, width) * width**-0.5)
        self.gated, self.norm = Gated(width, inner), Norm(width)
        self.smoothing = nn.ModuleList(Smoothing(width, 3, 2**number) for number in range(2))
        self.continuation = Continuation(width, kernel, inner, levels, seed)
        self.answer = nn.Linear(width, quantiles)

    def forward(self, hidden: Tensor, values: Tensor, observed: Tensor) -> Tensor:
        """``hidden`` (row, context, width), ``values`` and ``observed`` (row, context) -> (row, horizon, quantile)."""
        rows, horizon = len(hidden), len(self.queries)
        position = torch.arange(self.context, self.context + horizon, device=hidden.device, dtype=hidden.dtype)
        ahead = recency(position.expand(rows, horizon), self.context)
        told = torch.cat([hidden.mean(1), hidden[:, -1]], dim=-1).unsqueeze(1).expand(rows, horizon, -1)
        future = self.summary(torch.cat([ahead, told], dim=-1)) + self.queries
        future = self.norm(future + self.gated(future))
        for smooth in self.smoothing:
            future = smooth(future)
        naive = folded(values, observed, position, periods(values, observed, self.context, 1), self.bins)
        return self.answer(future + self.continuation(hidden, naive, ahead))


def looked_back(convolution: nn.Conv1d, hidden: Tensor, dilation: int) -> Tensor:
    """``convolution`` over (row, step, feature), with nothing before the first step."""
    reach = (convolution.kernel_size[0] - 1) * dilation
    padded = nn.functional.pad(hidden.transpose(1, 2), (reach, 0))
    weight, bias = convolution.weight, convolution.bias
    return nn.functional.conv1d(padded, weight, bias, dilation=dilation, groups=len(weight)).transpose(1, 2)


def recency(position: Tensor, context: int) -> Tensor:
    """How far each position (..., step) lies from the last of the context, five ways: (..., step, RECENCY)."""
    distance = (position - (context - 1)) / context
    size = distance.abs()
    fading = [torch.exp(-rate * size) for rate in (0.5, 2.0, 8.0)]
    return torch.stack([distance, torch.sign(distance) * torch.log1p(size) / math.log(2), *fading], dim=-1)


def periods(values: Tensor, observed: Tensor, context: int, count: int) -> Tensor:
    """The ``count`` strongest periods of each row (row, step), in steps: (row, count), 0 where no more stand out.

    Peaks of the periodogram over ``context`` (a power of two) steps that noise alone would show in one series of
    twenty. What is not observed counts as the mean.
    """
    with torch.no_grad():
        number = observed.sum(1, keepdim=True).clamp(min=1)
        centred = (values - (values * observed).sum(1, keepdim=True) / number) * observed
        centred = nn.functional.pad(centred, (0, context))[:, :context]  # OpenVINO's transform does not lengthen
        spectrum = torch.view_as_real(torch.fft.rfft(centred)).square().sum(-1)[:, 1:]
        share = spectrum / spectrum.sum(1, keepdim=True).clamp(min=1e-12)
        inner = share[:, 1:-1]
        bins = context // 2
        stands_out = (inner > share[:, :-2]) & (inner > share[:, 2:]) & (inner >= math.log(bins / CHANCE) / bins)
        strength, place = torch.where(stands_out, inner, torch.zeros_like(inner)).topk(count, dim=1)
        return torch.where(strength > 0, torch.round(context / (place + 2).to(values.dtype)), 0.0)


def phases(position: Tensor, found: Tensor) -> Tensor:
    """Sine and cosine of each position (row, step) in each period (row, count); zeros for a period of 0.

    (row, step, 2 * count).
    """
    angle = 2 * math.pi * position.unsqueeze(-1) / found.clamp(min=1).unsqueeze(1)
    there = (found > 0).to(position.dtype).unsqueeze(1)
    return torch.stack([torch.sin(angle) * there, torch.cos(angle) * there], dim=-1).flatten(2)


def folded(values: Tensor, observed: Tensor, position: Tensor, period: Tensor, bins: int) -> Tensor:
    """A naive forecast: the mean of what was observed in the same part, of ``bins``, of the period.

    ``values`` and ``observed`` (row, context), ``position`` (step,) to come, ``period`` (row, 1) -> (row, step). Of
    parts never observed, and without a period, the mean of all.
    """
    long = period.clamp(min=1)
    place = torch.arange(values.shape[1], device=values.device, dtype=values.dtype).expand_as(values)
    part = (place % long / long * bins).long().clamp(max=bins - 1)
    member = nn.functional.one_hot(part, bins).to(values.dtype) * observed.unsqueeze(-1)
    count = member.sum(1)
    total = (member * values.unsqueeze(-1)).sum(1)
    mean = (values * observed).sum(1, keepdim=True) / observed.sum(1, keepdim=True).clamp(min=1)
    each = torch.where(count > 0, total / count.clamp(min=1), mean)
    future = (position % long / long * bins).long().clamp(max=bins - 1)
    return torch.gather(each, 1, future)
