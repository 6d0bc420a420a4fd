"""What image contenders share: timm's network with the same weights, and torchvision's usual transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from torchvision import transforms

from benchmarks.material import Material

EVALUATION_BATCH = 32  # samples


def network(material: Material) -> Any:
    """Without a classifier, in evaluation mode."""
    made = timm.create_model(material.model["timm"], pretrained=False, num_classes=0)
    made.load_state_dict(load_file(material.model["weights"]))
    return made.eval()


def evaluation(material: Material) -> Any:
    """Shorter side to the card's length, then the middle: what the weights' own card says."""
    spec = material.model["input"]
    mode = transforms.InterpolationMode(spec["interpolation"])
    return transforms.Compose(
        [transforms.Resize(spec["resize"], mode), transforms.CenterCrop(spec["size"]), *_tensor(spec)]
    )


def training(material: Material) -> Any:
    """The tutorial's: a random crop at a random size, and a flip."""
    spec = material.model["input"]
    return transforms.Compose(
        [transforms.RandomResizedCrop(spec["size"]), transforms.RandomHorizontalFlip(), *_tensor(spec)]
    )


def _tensor(spec: dict[str, Any]) -> list[Any]:
    return [transforms.ToTensor(), transforms.Normalize(spec["mean"], spec["std"])]


class Files(torch.utils.data.Dataset):
    """Image files with their labels, decoded when asked for, as torchvision's ImageFolder does."""

    def __init__(self, samples: Sequence[str], labels: Sequence[int], transform: Any) -> None:
        self.samples, self.labels, self.transform = samples, labels, transform

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        with Image.open(self.samples[index]) as image:
            return self.transform(image.convert("RGB")), int(self.labels[index])
