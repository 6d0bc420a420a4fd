"""The ways to vary an image for a whole batch where it lies: for a GPU, which else would wait for the processor.

Each takes pixels (batch, 3, side, side) from 0 to 1 and a generator for every sample, draws what its namesake in
``augment`` draws, and gives pixels of that form. What it does is the same up to interpolation and rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.domain.card import ImageInput
from tl_core.modalities.image import draws
from tl_core.modalities.image.draws import Random, Window

Batch = dict[str, Tensor]
Randoms = Sequence[Random]
GREY = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601, as in Pillow)
REACH = 3  # standard deviations on each side of a blur


def mirror(pixels: Tensor, rngs: Randoms) -> Tensor:
    swapped = _each(pixels, [draws.mirrored(rng) for rng in rngs])
    return torch.where(swapped > 0, pixels.flip(3), pixels)


def quarter_turns(pixels: Tensor, rngs: Randoms) -> Tensor:
    return torch.stack([torch.rot90(one, draws.turns(rng), (1, 2)) for one, rng in zip(pixels, rngs, strict=True)])


def tilt(pixels: Tensor, rngs: Randoms) -> Tensor:
    angles = [draws.angle(rng) for rng in rngs]
    side = pixels.shape[3]
    return _seen(pixels, [draws.upright(angle, side, side) for angle in angles], angles)


def zoom(pixels: Tensor, rngs: Randoms) -> Tensor:
    return _seen(pixels, [draws.window(rng) for rng in rngs], [0.0] * len(rngs))


def light(pixels: Tensor, rngs: Randoms) -> Tensor:
    brightness, contrast = zip(*(draws.light(rng) for rng in rngs), strict=True)
    pixels = (pixels * _each(pixels, brightness)).clamp(0, 1)
    return _blend(_grey(pixels).mean((2, 3), keepdim=True), pixels, _each(pixels, contrast))


def colour(pixels: Tensor, rngs: Randoms) -> Tensor:
    strength, balance = zip(*(draws.colour(rng) for rng in rngs), strict=True)
    pixels = _blend(_grey(pixels), pixels, _each(pixels, strength))
    factors = torch.stack([torch.as_tensor(one, dtype=pixels.dtype) for one in balance]).to(pixels.device)
    return (pixels * factors[:, :, None, None]).clamp(0, 1)


def blur(pixels: Tensor, rngs: Randoms) -> Tensor:
    count, colours, side, _ = pixels.shape
    spread = torch.tensor([draws.focus(rng) * side for rng in rngs])
    reach = int(torch.ceil(REACH * spread.max()))
    if not reach:
        return pixels
    steps = torch.arange(-reach, reach + 1)
    weights = torch.exp(-0.5 * (steps / spread.clamp(min=1e-3)[:, None]) ** 2)
    weights = (weights / weights.sum(1, keepdim=True)).to(pixels).repeat_interleave(colours, 0)[:, None]
    flat = functional.pad(pixels.reshape(1, count * colours, side, side), [reach] * 4, mode="replicate")
    flat = functional.conv2d(flat, weights[:, :, :, None], groups=count * colours)
    flat = functional.conv2d(flat, weights[:, :, None, :], groups=count * colours)
    return flat.reshape(pixels.shape)


def noise(pixels: Tensor, rngs: Randoms) -> Tensor:
    strength = _each(pixels, [draws.grain(rng) / 255 for rng in rngs])
    grain = []
    for rng in rngs:  # drawn where it is needed, and the same however a batch is cut
        source = torch.Generator(pixels.device).manual_seed(int(rng.integers(2**62)))
        grain.append(torch.randn(1, *pixels.shape[2:], generator=source, device=pixels.device))
    return (pixels + torch.stack(grain) * strength).clamp(0, 1)


WAYS: dict[str, Callable[[Tensor, Randoms], Tensor]] = {
    "mirror": mirror,
    "quarter_turns": quarter_turns,
    "tilt": tilt,
    "zoom": zoom,
    "light": light,
    "colour": colour,
    "blur": blur,
    "noise": noise,
}


def variation(spec: ImageInput, names: Sequence[str]) -> Callable[[Batch, Randoms], Batch]:
    """All of ``names``, one after the other, on a batch whose pixels are normalised as ``spec`` says."""

    def vary(batch: Batch, rngs: Randoms) -> Batch:
        pixels = batch["pixels"]
        mean, std = (torch.tensor(one, device=pixels.device)[:, None, None] for one in (spec.mean, spec.std))
        shown = (pixels * std + mean).clamp(0, 1)
        for name in names:
            shown = WAYS[name](shown, rngs)
        return {**batch, "pixels": (shown - mean) / std}

    return vary


def _seen(pixels: Tensor, windows: Sequence[Window], degrees: Sequence[float]) -> Tensor:
    """Each image turned about its middle, then the part in its window enlarged to the whole."""
    share, across, down = torch.tensor(windows, dtype=pixels.dtype).T
    turn = torch.deg2rad(torch.tensor(degrees, dtype=pixels.dtype))
    right, low = (1 - share) * (2 * across - 1), (1 - share) * (2 * down - 1)  # the window's middle; sides are -1 to 1
    cos, sin = torch.cos(turn), torch.sin(turn)
    across_row = torch.stack([cos * share, -sin * share, cos * right - sin * low], 1)
    down_row = torch.stack([sin * share, cos * share, sin * right + cos * low], 1)
    place = functional.affine_grid(
        torch.stack([across_row, down_row], 1).to(pixels.device), list(pixels.shape), align_corners=False
    )
    seen = functional.grid_sample(pixels, place, mode="bicubic", padding_mode="border", align_corners=False)
    return seen.clamp(0, 1)


def _grey(pixels: Tensor) -> Tensor:
    """(batch, 1, side, side)"""
    return (pixels * torch.tensor(GREY, dtype=pixels.dtype, device=pixels.device)[:, None, None]).sum(1, keepdim=True)


def _blend(plain: Tensor, pixels: Tensor, factor: Tensor) -> Tensor:
    return (plain + (pixels - plain) * factor).clamp(0, 1)


def _each(pixels: Tensor, values: Sequence[float]) -> Tensor:
    """A number a sample, to be multiplied with its pixels."""
    return torch.tensor(values, dtype=pixels.dtype, device=pixels.device)[:, None, None, None]
