"""Sounds: machines, calls, coughs, words. A raw sample is a float32 array (n,) of one channel at 16 kHz, -1 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tl_core.data.sounds import RATE
from tl_core.domain.card import AudioInput, BackboneCard
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.view import View
from tl_core.modalities.audio.options import AudioOptions
from tl_core.modalities.augmentation import Augmentation, BatchVariation
from tl_core.modalities.look import Look
from tl_core.modalities.reference import Reference

if TYPE_CHECKING:
    from torch import Tensor

    from tl_core.modalities.explained import Parts
    from tl_core.store.home import Home


class AudioModality:
    name = "audio"
    options = AudioOptions
    reading = "tl_core.modalities.audio.reading:read"
    written = False

    def augmentations(self) -> list[Augmentation]:
        from tl_core.modalities.audio.augment import AUGMENTATIONS

        return AUGMENTATIONS

    def blank(self) -> np.ndarray:
        return np.zeros(RATE, dtype=np.float32)

    def reference(self) -> Reference:
        from tl_core.modalities.audio.reference import reference

        return reference()

    def load_raw(self, home: Home, project_id: str, sample: Sample) -> np.ndarray:
        from tl_core.modalities.audio.reading import load

        if sample.file is None:
            raise InputFault("backbones.not_a_sound")
        return load(home.samples(project_id) / sample.file)

    def read_raw(self, read: dict[str, Any], folder: Path) -> np.ndarray:
        from tl_core.modalities.audio.reading import load

        return load(folder / read["file"])

    def preview(self, home: Home, project_id: str, sample: Sample) -> View:
        from tl_core.modalities.audio.preview import preview

        return preview(home, project_id, sample)

    def look(self, home: Home, project_id: str, sample: Sample) -> Look:
        from tl_core.modalities.audio.look import look

        return look(self.load_raw(home, project_id, sample), sample)

    def look_at(self, read: dict[str, Any], folder: Path, thumbnails: Path) -> Look:
        from tl_core.modalities.audio.look import look

        sample = Sample(id=read["id"], source="", file=read["file"], traits=read["traits"])
        return look(self.read_raw(read, folder), sample)

    def alike(self, home: Home, project_id: str, one: Sample, other: Sample) -> float:
        from tl_core.modalities.audio.alike import alike

        return alike(self.load_raw(home, project_id, one), self.load_raw(home, project_id, other))

    def make_preprocessor(
        self, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Callable[[np.ndarray], Tensor]:
        from tl_core.modalities.audio.preprocess import frames

        spec, chosen = card.input, AudioOptions.model_validate(options)
        if not isinstance(spec, AudioInput) or spec.rate != RATE:
            raise InputFault("backbones.wrong_modality", name=card.name)
        return lambda sound: frames(sound, spec, chosen.max_seconds)

    def batch_variation(self, card: BackboneCard, names: Sequence[str]) -> BatchVariation | None:
        from tl_core.modalities.audio.augment_batch import variation

        return variation(names)

    def pictures(self) -> None:
        return None

    def strange(self, raws: Sequence[np.ndarray], files: dict[str, Path]) -> None:
        return None

    def explained(
        self, raw: np.ndarray, values: np.ndarray, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Parts:
        from tl_core.modalities.audio.explained import SoundParts

        if not isinstance(card.input, AudioInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        unheard = math.ceil(len(raw) / card.input.hop) - values.shape[1]  # frames after the longest sound heard
        return SoundParts(raw, np.pad(values, ((0, 0), (0, max(0, unheard)))))

    def length(self, item: Tensor) -> int:
        return len(item)

    def collate(self, items: Sequence[Tensor]) -> dict[str, Tensor]:
        from tl_core.modalities.audio.preprocess import collate

        return collate(items)


AUDIO = AudioModality()
