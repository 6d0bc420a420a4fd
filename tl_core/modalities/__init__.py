"""Kinds of samples: one folder each, with the same files in each. Importing this package loads no torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from tl_core.domain.fault import InputFault
from tl_core.modalities.augmentation import Augmentation, BatchVariation, Raw
from tl_core.modalities.explained import Parts
from tl_core.modalities.look import Look
from tl_core.modalities.reference import Reference

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from tl_core.domain.card import BackboneCard
    from tl_core.domain.dataset import Sample
    from tl_core.domain.excited import Box
    from tl_core.domain.fit import Strangeness
    from tl_core.domain.view import View
    from tl_core.store.home import Home

Item = Any  # a preprocessed sample: for images a tensor (3, height, width), for texts a list of token ids,
# for sounds a tensor (frame, mel), for series a tensor (step, channel, 2)


class Pictures(Protocol):
    """Of samples that are pictures: places in them, with nothing of torch."""

    def seen(self, raw: Raw, card: BackboneCard, options: dict[str, Any]) -> Box:
        """The part of a sample that the model ``card`` is shown."""

    def patch(self, raw: Raw, box: Box) -> bytes:
        """What is to be seen in a part of a sample: a small square WebP."""

    def contrast(self, raw: Raw, box: Box) -> float:
        """How much is to be seen there: 0 for an even grey, at most 0.5."""


class Modality(Protocol):
    """What the rest of Thaw asks of a kind of sample.

    Training and serving go the same way: ``load_raw`` or ``read_raw``, then the preprocessor, then ``collate``.
    """

    name: str
    reading: str  # "module:function" that reads an upload inside the limited child
    written: bool  # a sample is a text, typed or in a table's cell; else it is a file

    @property
    def options(self) -> type[BaseModel]:
        """Its own part of a plan; pages draw the form from it."""

    def augmentations(self) -> list[Augmentation]:
        """All of them, in the order they are applied."""

    def blank(self) -> Raw:
        """A sample that says nothing: enough to lay out or compile a model."""

    def reference(self) -> Reference:
        """General samples to measure what a model has kept of its ability; always the same ones."""

    def load_raw(self, home: Home, project_id: str, sample: Sample) -> Raw:
        """A sample of a project, from the project's own folder."""

    def read_raw(self, read: dict[str, Any], folder: Path) -> Raw:
        """A sample of nobody's project: what ``reading`` answered for it, its file, if any, in ``folder``."""

    def preview(self, home: Home, project_id: str, sample: Sample) -> View:
        """What a page shows of a sample."""

    def look(self, home: Home, project_id: str, sample: Sample) -> Look:
        """What is to be seen of a sample without a model; quick, from its small picture where it has one."""

    def look_at(self, read: dict[str, Any], folder: Path, thumbnails: Path) -> Look:
        """The same of a sample of nobody's project: what ``reading`` answered, with the folders that it wrote into."""

    def alike(self, home: Home, project_id: str, one: Sample, other: Sample) -> float:
        """Whether two samples are copies: 1 for the same content, above ``COPY`` of ``modalities.look`` for what was
        resized, recompressed, slightly cropped or slightly reworded, 0 for nothing in common."""

    def make_preprocessor(
        self, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Callable[[Raw], Item]:
        """The way from a raw sample to what the model ``card`` takes; loads what it needs once."""

    def batch_variation(self, card: BackboneCard, names: Sequence[str]) -> BatchVariation | None:
        """What varies a collated batch by the augmentations ``names`` where it lies, with a generator for each sample.

        None where samples can only be varied one by one, before they are numbers.
        """

    def pictures(self) -> Pictures | None:
        """What shows places in its samples; None where samples are no pictures."""

    def strange(self, raws: Sequence[Raw], files: dict[str, Path]) -> Strangeness | None:
        """How strange samples are to a model, by its files alone; None where only the network itself can tell."""

    def explained(
        self, raw: Raw, values: np.ndarray, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Parts:
        """``raw`` with what ``evaluation.attribution`` found in it, for the model ``card`` with its ``files``."""

    def length(self, item: Item) -> int:
        """What an item costs, for batches of like length: tokens of a text, frames of a sound, steps of a series; of
        images 1."""

    def collate(self, items: Sequence[Item]) -> dict[str, Tensor]:
        """Items as one batch for ``Backbone.enter``."""


def names() -> list[str]:
    return ["image", "text", "audio", "series"]


def get(name: str) -> Modality:
    """The modality ``name``. Raises ``InputFault`` for a name that is not there."""
    if name == "image":
        from tl_core.modalities.image import IMAGE

        return IMAGE
    if name == "text":
        from tl_core.modalities.text import TEXT

        return TEXT
    if name == "audio":
        from tl_core.modalities.audio import AUDIO

        return AUDIO
    if name == "series":
        from tl_core.modalities.series import SERIES

        return SERIES
    raise InputFault("backbones.unknown_modality", name=name)
