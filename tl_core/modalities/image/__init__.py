"""Images: photos and scans. A raw sample is a Pillow image in RGB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from tl_core.domain.card import BackboneCard, ImageInput
from tl_core.domain.dataset import Sample
from tl_core.domain.excited import Box
from tl_core.domain.fault import InputFault
from tl_core.domain.view import View
from tl_core.modalities.augmentation import Augmentation, BatchVariation
from tl_core.modalities.image.options import ImageOptions
from tl_core.modalities.look import Look
from tl_core.modalities.reference import Reference

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from tl_core.modalities.image.explained import ImageParts
    from tl_core.store.home import Home


class ImageModality:
    name = "image"
    options = ImageOptions
    reading = "tl_core.modalities.image.reading:read"
    written = False

    def augmentations(self) -> list[Augmentation]:
        from tl_core.modalities.image.augment import AUGMENTATIONS

        return AUGMENTATIONS

    def blank(self) -> Image.Image:
        return Image.new("RGB", (64, 64))

    def reference(self) -> Reference:
        from tl_core.modalities.image.reference import reference

        return reference()

    def load_raw(self, home: Home, project_id: str, sample: Sample) -> Image.Image:
        from tl_core.modalities.image.preprocess import open_image

        if sample.file is None:
            raise InputFault("backbones.not_an_image")
        return open_image(home.samples(project_id) / sample.file)

    def read_raw(self, read: dict[str, Any], folder: Path) -> Image.Image:
        from tl_core.modalities.image.preprocess import open_image

        return open_image(folder / read["file"])

    def preview(self, home: Home, project_id: str, sample: Sample) -> View:
        from tl_core.modalities.image.preview import preview

        return preview(home, project_id, sample)

    def look(self, home: Home, project_id: str, sample: Sample) -> Look:
        from tl_core.modalities.image.look import look
        from tl_core.modalities.image.small import open_small

        return look(open_small(home, project_id, sample), sample)

    def look_at(self, read: dict[str, Any], folder: Path, thumbnails: Path) -> Look:
        from tl_core.modalities.image.look import look
        from tl_core.modalities.image.small import opened

        sample = Sample(id=read["id"], source="", file=read["file"], traits=read["traits"])
        return look(opened(thumbnails / f"{sample.id}.webp", folder / read["file"]), sample)

    def alike(self, home: Home, project_id: str, one: Sample, other: Sample) -> float:
        from tl_core.modalities.image.alike import alike
        from tl_core.modalities.image.small import small_of

        same = one.label == other.label  # else a mirrored b, which is a d, would be a copy in the wrong class
        return alike(small_of(home, project_id, one), small_of(home, project_id, other), any_way=same)

    def make_preprocessor(
        self, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Callable[[Image.Image], Tensor]:
        from tl_core.modalities.image.preprocess import pixels

        spec, chosen = card.input, ImageOptions.model_validate(options)
        if not isinstance(spec, ImageInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        return lambda image: pixels(image, spec, chosen.fit)

    def batch_variation(self, card: BackboneCard, names: Sequence[str]) -> BatchVariation | None:
        from tl_core.modalities.image.augment_batch import variation

        assert isinstance(card.input, ImageInput)
        return variation(card.input, names)

    def pictures(self) -> ImageModality:
        return self

    def seen(self, raw: Image.Image, card: BackboneCard, options: dict[str, Any]) -> Box:
        from tl_core.modalities.image.preprocess import seen

        spec, chosen = card.input, ImageOptions.model_validate(options)
        if not isinstance(spec, ImageInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        left, top, right, bottom = seen(raw.size, spec, chosen.fit)
        return Box(left=left / raw.width, top=top / raw.height, right=right / raw.width, bottom=bottom / raw.height)

    def patch(self, raw: Image.Image, box: Box) -> bytes:
        from tl_core.modalities.image.preview import patch

        return patch(raw, box)

    def contrast(self, raw: Image.Image, box: Box) -> float:
        from tl_core.modalities.image.preview import contrast

        return contrast(raw, box)

    def strange(self, raws: Sequence[Image.Image], files: dict[str, Path]) -> None:
        return None

    def explained(
        self, raw: Image.Image, values: np.ndarray, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> ImageParts:
        from tl_core.modalities.image.explained import ImageParts

        return ImageParts(raw, values, self.seen(raw, card, options))

    def length(self, item: Tensor) -> int:
        return 1

    def collate(self, items: Sequence[Tensor]) -> dict[str, Tensor]:
        from tl_core.modalities.image.preprocess import collate

        return collate(items)


IMAGE = ImageModality()
