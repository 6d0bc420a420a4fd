"""What every starting model is to the rest of Thaw, wherever it came from: ordered stages between entry and pooling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import Tensor, nn

from tl_core.domain.card import BackboneCard
from tl_core.domain.text import Text

State = dict[str, Tensor]
"""What flows between stages. ``hidden``: (batch, ...), at boundary 0 the input itself (pixels, or token ids).
Texts and sounds carry ``mask`` beside it: (batch, token or frame), 1 where one is and 0 where there is padding."""

Features = Tensor  # (batch, feature)


@dataclass(eq=False)
class Stage:
    """A layer group. ``modules`` hold all of its parameters; no other stage holds any of them."""

    name: str  # the field's: "blocks.3"
    title: str | Text  # people's: "Shape"
    about: str | Text  # "corners, curves"
    modules: list[nn.Module]


class Backbone(Protocol):
    """A pre-trained network as stages, ordered from the input.

    ``architecture`` is JSON and enough to build the network again without weights; ``files`` are what else it needs to
    be fed (``tokenizer.json``). ``enter``, ``run`` and ``pool`` are pure tensor operations, so they can be traced.
    """

    card: BackboneCard
    network: nn.Module  # every module, for state_dict, device and mode
    stages: list[Stage]
    architecture: dict
    files: dict[str, Path]

    def enter(self, batch: dict[str, Tensor]) -> State:
        """A collated batch -> the state before the first stage."""

    def run(self, stage: Stage, state: State) -> State:
        """The state after ``stage``; the one given is not changed."""

    def mask_at(self, boundary: int, mask: Tensor) -> Tensor:
        """The mask that flows at ``boundary``, from the input's: fewer columns after stages that shorten time."""

    def pool(self, state: State) -> Features:
        """The state after the last stage -> one vector a sample, shape (batch, feature).

        Where the card says ``any_depth``, the state after any stage.
        """


def forward(backbone: Backbone, batch: dict[str, Tensor], start: int = 0, stop: int | None = None) -> State:
    """Stages ``start`` to ``stop`` (not included). ``batch`` is a collated batch for 0, else a state at ``start``."""
    state = backbone.enter(batch) if start == 0 else batch
    for stage in backbone.stages[start:stop]:
        state = backbone.run(stage, state)
    return state


def parameters_of(stage: Stage) -> Iterator[nn.Parameter]:
    """Each parameter of the stage once."""
    seen: set[int] = set()
    for module in stage.modules:
        for parameter in module.parameters():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield parameter


class Loose(nn.Module):
    """Parameters that a network holds directly, outside of any module: class tokens, position tables."""

    def __init__(self, owner: nn.Module, names: list[str]) -> None:
        super().__init__()
        for name in names:
            parameter = getattr(owner, name, None)
            if isinstance(parameter, nn.Parameter):
                self.register_parameter(name, parameter)
