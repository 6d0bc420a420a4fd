"""The product of a run: a folder that answers without Thaw's database."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.card import BackboneCard, Input
from tl_core.domain.scan import ScanReading


class Parity(Noun):
    """Certificate: a fresh process loaded the bundle and answered as the measured model did."""

    samples: int
    labels_equal: bool
    largest_difference: float  # of any probability; at most 1e-4 or there is no download

    @property
    def passed(self) -> bool:
        return self.samples > 0 and self.labels_equal and self.largest_difference <= 1e-4


class BundleManifest(Noun):
    """``bundle.json``. Names registry entries, never classes or modules to import.

    Beside it: model.safetensors (``backbone.*`` and ``head.*``), card.md, parity.json, and for text tokenizer.json;
    ``architecture`` holds what rebuilds the network without weights (a transformers config, a timm name).
    """

    format: Literal[1] = 1
    thaw: str  # version that wrote it
    run: str
    created: float
    modality: str
    task: str
    classes: list[str]
    card: BackboneCard
    architecture: dict
    frozen_stages: int
    candidate: str  # probe, finetuned, scratch, mix
    share: float | None = None  # of a mix: how much of it is tuned, 0 to 1
    preprocessing: Input
    options: dict[str, int | float | str | bool] = {}
    scan: ScanReading | None = None  # how scans became the pictures that it learned from
    files: dict[str, str]  # name -> sha256
