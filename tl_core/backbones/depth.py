"""A network that ends early: after some of its stages, with what comes later gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from tl_core.backbones.protocol import Backbone


def ended(backbone: Backbone, depth: int) -> Backbone:
    """The same backbone, its stages after the first ``depth`` and their parameters gone.

    Raises ValueError for a depth that it does not have, or where it can only be read at its end.
    """
    if not backbone.card.any_depth or not 1 <= depth <= len(backbone.stages):
        raise ValueError(f"{backbone.card.name} does not end after {depth} stages")
    backbone.stages = backbone.stages[:depth]
    kept = {part for stage in backbone.stages for module in stage.modules for part in module.modules()}
    _leave(backbone.network, kept)
    return backbone


def identity(backbone: Backbone) -> dict[str, str | int]:
    """What tells its numbers from those of any other network, for the names of what is kept of them."""
    named: dict[str, str | int] = {"weights": backbone.card.sha256, "name": backbone.card.name}
    return named | ({"depth": backbone.architecture["depth"]} if "depth" in backbone.architecture else {})


def _leave(network: nn.Module, kept: set[nn.Module]) -> None:
    """Only those parts of ``network`` that are among ``kept``, or hold some of them."""
    for name, part in list(network.named_children()):
        if part in kept:
            continue
        if kept.isdisjoint(part.modules()):
            delattr(network, name)
        else:
            _leave(part, kept)
