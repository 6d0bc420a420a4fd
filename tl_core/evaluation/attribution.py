"""What in a sample made a model answer as it did, by the network's gradients.

Pictures, their parts: Grad-CAM (Selvaraju et al. 2017) at the deepest layer group that still has places. Texts, their
words: integrated gradients (Sundararajan et al. 2017) on what comes out of the table of words, from a text of blanks to
the text. Sounds, moments and pitches: the same on the spectrogram, from its quietest level to the sound. Series,
moments of each channel: the same on the values, from each channel's mean to the series. All start at a boundary between
layer groups, so they work for every family; captum has the same, but hooks modules by name and would bring matplotlib
along.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Backbone, State, forward

STEPS = 24  # of the path from blanks to the text; the sum is then within a few percent of the whole difference
BLANK = 0  # a token without content in every vocabulary: padding, or the mark that texts begin with
AT_ONCE = 4000  # frames of a sound, over the steps taken together
FEWEST = 4  # places a side below which a layer group's output is no picture any more


def attribute(backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int) -> np.ndarray:
    """Of one sample (a batch of one) and the class number ``target``.

    Pictures: (height, width) of at least 0, the part that speaks for the class. Texts: (token,), what each adds to the
    margin of the class over the others; their sum is the margin over that of blanks. Sounds: (band, frame) of at least
    0. Series: (channel, step) of at least 0. Weights get no gradients.
    """
    kept = [(p, p.requires_grad) for p in (*backbone.network.parameters(), *head.parameters())]
    for parameter, _ in kept:
        parameter.requires_grad_(False)
    try:
        if "values" in batch:
            return _series(backbone, head, batch, target)
        if "frames" in batch:
            return _spectrogram(backbone, head, batch, target)
        if "mask" in backbone.enter(batch):
            return _tokens(backbone, head, batch, target)
        return _places(backbone, head, batch, target)
    finally:
        for parameter, needed in kept:
            parameter.requires_grad_(needed)


def margin(logits: Tensor, target: int) -> Tensor:
    """(batch,) the class's logit less the mean of the others'."""
    others = [number for number in range(logits.shape[1]) if number != target]
    return logits[:, target] - logits[:, others].mean(dim=1)


def _tokens(backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int) -> np.ndarray:
    with torch.no_grad():
        state = forward(backbone, batch, stop=1)
        start = forward(backbone, blanked(batch), stop=1)["hidden"]
    words = state["hidden"] - start
    along = (torch.arange(STEPS, dtype=words.dtype) + 0.5).view(-1, 1, 1) / STEPS  # midpoints
    path = (start + words * along).detach().requires_grad_(True)
    whole = margin(_logits(backbone, head, {"hidden": path, "mask": state["mask"].expand(STEPS, -1)}, 1), target)
    (gradient,) = torch.autograd.grad(whole.sum(), path)
    return (gradient.mean(dim=0) * words[0]).sum(dim=-1).detach().cpu().numpy()


def _spectrogram(backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int) -> np.ndarray:
    """A few steps of the path at a time: attention over a long sound takes much memory."""
    frames, mask = batch["frames"], batch["mask"]
    quiet = frames.amin()
    gradient = torch.zeros_like(frames[0])
    steps = (torch.arange(STEPS, dtype=frames.dtype, device=frames.device) + 0.5).view(-1, 1, 1) / STEPS  # midpoints
    for along in steps.split(max(1, AT_ONCE // frames.shape[1])):
        path = (quiet + (frames - quiet) * along).detach().requires_grad_(True)
        entered = {"frames": path, "mask": mask.expand(len(path), -1)}
        whole = margin(head(backbone.pool(forward(backbone, entered))), target)
        gradient += torch.autograd.grad(whole.sum(), path)[0].sum(dim=0)
    values = gradient / STEPS * (frames[0] - quiet)
    return values.clamp(min=0).T.cpu().numpy()


def _series(backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int) -> np.ndarray:
    """Gaps stay gaps all along the path. A few steps of it at a time, as for sounds."""
    values, mask = batch["values"], batch["mask"]
    there = values[..., 1:]
    mean = (values[..., :1] * there).sum(1, keepdim=True) / there.sum(1, keepdim=True).clamp(min=1)
    gradient = torch.zeros_like(values[0, ..., :1])
    along = (torch.arange(STEPS, dtype=values.dtype, device=values.device) + 0.5).view(-1, 1, 1, 1) / STEPS
    for some in along.split(max(1, AT_ONCE // (values.shape[1] * values.shape[2]))):
        path = ((mean + (values[..., :1] - mean) * some) * there).detach().requires_grad_(True)
        entered = {"values": torch.cat([path, there.expand(len(path), -1, -1, -1)], dim=-1)}
        whole = margin(head(backbone.pool(forward(backbone, {**entered, "mask": mask.expand(len(path), -1)}))), target)
        gradient += torch.autograd.grad(whole.sum(), path)[0].sum(dim=0)
    found = gradient / STEPS * ((values[0, ..., :1] - mean[0]) * there[0])
    return found[..., 0].clamp(min=0).T.cpu().numpy()


def blanked(batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same text, a blank for every token but the marks at its ends. Not zeros: layer norms would blow those up."""
    ids = torch.full_like(batch["ids"], BLANK)
    ids[:, 0], ids[:, -1] = batch["ids"][:, 0], batch["ids"][:, -1]
    return {**batch, "ids": ids}


def _places(backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int) -> np.ndarray:
    at, state = _deepest(backbone, batch)
    hidden = state["hidden"].detach().requires_grad_(True)
    said = margin(_logits(backbone, head, {**state, "hidden": hidden}, at), target)
    (gradient,) = torch.autograd.grad(said.sum(), hidden)
    activations, slopes = _as_places(hidden.detach()), _as_places(gradient)
    weights = slopes.mean(dim=(0, 1))
    return (activations * weights).sum(dim=-1).clamp(min=0).cpu().numpy()


def _logits(backbone: Backbone, head: nn.Linear, state: State, start: int) -> Tensor:
    return head(backbone.pool(forward(backbone, state, start=start) if start else forward(backbone, state)))


def _deepest(backbone: Backbone, batch: dict[str, Tensor]) -> tuple[int, State]:
    """The last boundary at which there are places, and the state there.

    Of a transformer one before the end: what is pooled there may be a single token.
    """
    found: tuple[int, State] | None = None
    with torch.no_grad():
        state = backbone.enter(batch)
        for number, stage in enumerate(backbone.stages, start=1):
            state = backbone.run(stage, state)
            tokens = state["hidden"].ndim == 3
            if _sides(state["hidden"]) >= FEWEST and not (tokens and number == len(backbone.stages)):
                found = number, state
    if found is None:
        raise ValueError("nowhere in this network is there a picture")
    return found


def _sides(hidden: Tensor) -> int:
    """Places along the shorter side; 0 where there are none."""
    if hidden.ndim == 4:
        places = hidden.shape[1:3] if _channels_last(hidden) else hidden.shape[2:4]
        return min(places)
    return math.isqrt(hidden.shape[1]) if hidden.ndim == 3 else 0


def _as_places(hidden: Tensor) -> Tensor:
    """(height, width, channel) of the one sample; tokens before the square of patches (class, registers) go."""
    one = hidden[0]
    if hidden.ndim == 4:
        return one if _channels_last(hidden) else one.permute(1, 2, 0)
    side = math.isqrt(one.shape[0])
    return one[one.shape[0] - side * side :].reshape(side, side, -1)


def _channels_last(hidden: Tensor) -> bool:
    return hidden.shape[1] == hidden.shape[2] != hidden.shape[3]
