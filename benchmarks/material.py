"""What all contenders of a comparison get: the same stored samples, split and weights, told by one JSON file.

Read here without Thaw's own code, as another tool would; made in ``prepare``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Part(NamedTuple):
    """One subset, in the order that probabilities are told in."""

    samples: list[str]  # texts, or paths of image files
    labels: np.ndarray  # (sample,) class numbers
    groups: np.ndarray  # (sample,) names of what never parts


@dataclass(frozen=True)
class Material:
    """``model``: for texts a folder in the hub's layout; for images ``timm`` name, ``weights`` and ``input``."""

    modality: str
    classes: list[str]
    model: dict[str, Any]
    seed: int
    parts: dict[str, Part]  # train, validation, test
    thaw: dict[str, Any]  # home, project and dataset of the same samples

    @property
    def train(self) -> Part:
        return self.parts["train"]

    @property
    def validation(self) -> Part:
        return self.parts["validation"]

    @property
    def test(self) -> Part:
        return self.parts["test"]


def read(path: Path) -> Material:
    told = json.loads(path.read_text("utf-8"))
    parts = {
        name: Part(part["samples"], np.array(part["labels"], dtype=np.int64), np.array(part["groups"]))
        for name, part in told.pop("parts").items()
    }
    return Material(parts=parts, **told)
