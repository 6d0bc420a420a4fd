"""Texts: reviews, tickets, passages. A raw sample is a string."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tl_core.domain.card import BackboneCard, TextInput
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.fit import Strangeness
from tl_core.domain.view import View
from tl_core.modalities.augmentation import Augmentation, BatchVariation
from tl_core.modalities.look import Look
from tl_core.modalities.reference import Reference
from tl_core.modalities.text.options import TextOptions

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from tl_core.modalities.text.explained import TextParts
    from tl_core.store.home import Home


class TextModality:
    name = "text"
    options = TextOptions
    reading = "tl_core.modalities.text.reading:read"
    written = True

    def augmentations(self) -> list[Augmentation]:
        from tl_core.modalities.text.augment import AUGMENTATIONS

        return AUGMENTATIONS

    def blank(self) -> str:
        return "blank"

    def reference(self) -> Reference:
        from tl_core.modalities.text.reference import reference

        return reference()

    def load_raw(self, home: Home, project_id: str, sample: Sample) -> str:
        return sample.text or ""

    def read_raw(self, read: dict[str, Any], folder: Path) -> str:
        return str(read["text"])

    def preview(self, home: Home, project_id: str, sample: Sample) -> View:
        from tl_core.modalities.text.preview import preview

        return preview(home, project_id, sample)

    def look(self, home: Home, project_id: str, sample: Sample) -> Look:
        from tl_core.modalities.text.look import look

        return look(sample)

    def look_at(self, read: dict[str, Any], folder: Path, thumbnails: Path) -> Look:
        from tl_core.modalities.text.look import look

        return look(Sample(id=read["id"], source="", text=read["text"], traits=read["traits"]))

    def alike(self, home: Home, project_id: str, one: Sample, other: Sample) -> float:
        from tl_core.modalities.text.alike import alike

        return alike(one.text or "", other.text or "")

    def make_preprocessor(
        self, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> Callable[[str], list[int]]:
        from tl_core.modalities.text.preprocess import make_tokenizer

        chosen = TextOptions.model_validate(options)
        if not isinstance(card.input, TextInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        if "tokenizer.json" not in files:
            raise InputFault("backbones.no_tokenizer", name=card.name)
        return make_tokenizer(files["tokenizer.json"], card.input, chosen.max_tokens)

    def batch_variation(self, card: BackboneCard, names: Sequence[str]) -> BatchVariation | None:
        return None  # words are varied before they are numbers

    def pictures(self) -> None:
        return None

    def explained(
        self, raw: str, values: np.ndarray, card: BackboneCard, files: dict[str, Path], options: dict[str, Any]
    ) -> TextParts:
        from tl_core.modalities.text.explained import TextParts, spans

        chosen = TextOptions.model_validate(options)
        if not isinstance(card.input, TextInput):
            raise InputFault("backbones.wrong_modality", name=card.name)
        return TextParts(raw, values, spans(files["tokenizer.json"], card.input, chosen.max_tokens, raw))

    def strange(self, raws: Sequence[str], files: dict[str, Path]) -> Strangeness | None:
        from tl_core.modalities.text.words import strange_words

        if "tokenizer.json" not in files:
            return None
        return strange_words(files["tokenizer.json"], raws, self.reference().raws)

    def length(self, item: list[int]) -> int:
        return len(item)

    def collate(self, items: Sequence[list[int]]) -> dict[str, Tensor]:
        from tl_core.modalities.text.preprocess import collate

        return collate(items)


TEXT = TextModality()
