"""One way to vary a training sample. No torch: Pillow and numpy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tl_core.domain.project import Purpose

if TYPE_CHECKING:
    from torch import Tensor

Raw = Any  # what a modality's samples are before preprocessing: an image, a text
BatchVariation = Callable[["dict[str, Tensor]", Sequence[np.random.Generator]], "dict[str, Tensor]"]


@dataclass(frozen=True)
class Augmentation:
    """``apply(raw, rng)`` gives a changed copy; equal generators give equal copies.

    ``title`` and ``about`` are keys of the translation table. ``unsuitable`` names the purposes for which it changes
    what a sample means; ``why`` is the key of the reason, and pages keep it off there.
    """

    name: str
    apply: Callable[[Raw, np.random.Generator], Raw]
    default: bool = False
    unsuitable: frozenset[Purpose] = frozenset()

    @property
    def title(self) -> str:
        return f"augmentations.{self.name}"

    @property
    def about(self) -> str:
        return f"augmentations.{self.name}_about"

    @property
    def why(self) -> str | None:
        return f"augmentations.{self.name}_why" if self.unsuitable else None


def augmented(raw: Raw, chosen: list[Augmentation], rng: np.random.Generator) -> Raw:
    """``raw`` through all of ``chosen``, in the order of the modality's list."""
    for augmentation in chosen:
        raw = augmentation.apply(raw, rng)
    return raw
