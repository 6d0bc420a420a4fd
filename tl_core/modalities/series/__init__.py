"""Time series: sensors, heartbeats, activities, appliances. A raw sample is a ``data.series.stored.Series``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tl_core.data.series.stored import Series, load, series
from tl_core.domain.card import BackboneCard, SeriesInput
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.view import View
from tl_core.modalities.augmentation import Augmentation
from tl_core.modalities.look import Look
from tl_core.modalities.reference import Reference
from tl_core.modalities.series.options import SeriesOptions

if TYPE_CHECKING:
    from torch import Tensor

    from tl_core.modalities.explained import Parts
    from tl_core.store.home import Home

BLANK = 64  # moments


class SeriesModality:
    name = "series"
    options = SeriesOptions
    reading = "tl_core.modalities.series.reading:read"
    written = False

    def augmentations(self) -> list[Augmentation]:
        from tl_core.modalities.series.augment import AUGMENTATIONS

        return AUGMENTATIONS

    def blank(self) -> Series:
        return series(np.zeros(BLANK), ["value"])

    def reference(self) -> Reference:
        from tl_core.modalities.series.reference import reference

        return reference()

    def load_raw(self, home: Home, project_id: str, sample: Sample) -> Series:
        if sample.file is None:
            raise InputFault("backbones.not_a_series")
        return load(home.samples(project_id) / sample.file)

    def read_raw(self, read: dict[str, Any], folder: Path) -> Series:
        return load(folder / read["file"])

    def preview(self, home: Home, project_id: str, sample: Sample) -> View:
        from tl_core.modalities.series.preview import preview

        return preview(home, project_id, sample)

    def look(self, home: Home, project_id: str, sample: Sample) -> Look:
        from tl_core.modalities.series.look import look

        return look(self.load_raw(home, project_id, sample))

    def look_at(self, read: dict[str, Any], folder: Path, thumbnails: Path) -> Look:
        from tl_core.modalities.series.look import look

        return look(self.read_raw(read, folder))

    def alike(self, home: Home, project_id: str, one: Sample, other: Sample) -> float:
        from tl_core.modalities.series.alike import alike

        return alike(self.load_raw(home, project_id, one), self.load_raw(home, project_id, other))

    def make_preprocessor(
        self, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Callable[[Series], Tensor]:
        from tl_core.modalities.series.preprocess import steps

        spec, chosen = card.input, SeriesOptions.model_validate(options)
        if not isinstance(spec, SeriesInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        return lambda one: steps(one, spec, chosen.max_moments)

    def batch_variation(self, card: BackboneCard, names: Sequence[str]) -> None:
        return None

    def pictures(self) -> None:
        return None

    def strange(self, raws: Sequence[Series], files: dict[str, Path]) -> None:
        return None

    def explained(
        self, raw: Series, values: np.ndarray, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Parts:
        from tl_core.modalities.series.explained import SeriesParts

        unseen = raw.length - values.shape[1]  # moments before those that were read
        return SeriesParts(raw, np.pad(values, ((0, 0), (max(0, unseen), 0))))

    def length(self, item: Tensor) -> int:
        return len(item)

    def collate(self, items: Sequence[Tensor]) -> dict[str, Tensor]:
        from tl_core.modalities.series.preprocess import collate

        return collate(items)


SERIES = SeriesModality()
