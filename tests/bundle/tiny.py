"""Whole models that fit a test: random backbones of a few thousand parameters, samples in a home, a written bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn

from tl_core import modalities
from tl_core.backbones.families import build
from tl_core.backbones.load import completed
from tl_core.backbones.protocol import Backbone, forward
from tl_core.bundle.write import write_bundle
from tl_core.domain.card import BackboneCard, ImageInput, TextInput
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.plan import TrainPlan
from tl_core.domain.split import Split, SplitRule
from tl_core.store.home import Home

WORDS = ["[PAD]", "[UNK]", "good", "bad", "very", "the", "camera", "battery", "broke", "works", "not", "was"]
TEXT = {
    "library": "transformers",
    "config": {
        "model_type": "bert", "vocab_size": len(WORDS), "hidden_size": 16, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 32,
    },
}  # fmt: skip
IMAGE = {
    "library": "transformers",
    "config": {
        "model_type": "resnet", "embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic",
    },
}  # fmt: skip
PROJECT = "p1"


@dataclass
class Made:
    """A written bundle and all that belongs to it."""

    home: Home
    folder: Path
    backbone: Backbone
    head: nn.Linear
    dataset: Dataset
    split: Split
    plan: TrainPlan

    @property
    def held_out(self) -> list[Sample]:
        chosen = set(self.split.ids("validation"))
        return [sample for sample in self.dataset.samples if sample.id in chosen]

    def raws(self, samples: list[Sample]) -> list:
        modality = modalities.get(self.plan.modality)
        return [modality.load_raw(self.home, self.plan.project, sample) for sample in samples]

    def measured(self, samples: list[Sample]) -> np.ndarray:
        """Probabilities of the model in memory, one sample at a time."""
        with torch.inference_mode():
            logits = self.head(torch.from_numpy(self.features(samples)))
            return torch.softmax(logits.double(), 1).numpy()

    def features(self, samples: list[Sample]) -> np.ndarray:
        """What its head sees, one sample at a time."""
        modality = modalities.get(self.plan.modality)
        prepare = modality.make_preprocessor(self.backbone.card, self.backbone.files, self.plan.options)
        with torch.inference_mode():
            return np.concatenate(
                [
                    self.backbone.pool(forward(self.backbone, modality.collate([prepare(raw)]))).numpy()
                    for raw in self.raws(samples)
                ]
            )

    def write(self, **changes) -> Path:
        arguments = {
            "run": "20250101-000000-abcdef", "plan": self.plan, "candidate": "probe", "dataset": self.dataset,
            "split": self.split,
        }  # fmt: skip
        write_bundle(self.folder, self.backbone, self.head, **(arguments | changes))
        return self.folder


def make(
    home: Home, modality: str, classes: tuple[str, ...] = ("bad", "good"), count: int = 24, project: str = PROJECT
) -> Made:
    """A random model over made-up samples, every third of them held out for validation; its bundle is not written."""
    torch.manual_seed(1)
    folder = home.path / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    spec: ImageInput | TextInput
    if modality == "text":
        tokenizer().save(str(folder / "tokenizer.json"))
        spec, architecture, files = TextInput(tokens=32), TEXT, {"tokenizer.json": folder / "tokenizer.json"}
    else:
        spec = ImageInput(size=32, resize=36, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
        architecture, files = IMAGE, {}
    card = BackboneCard(
        name=f"folder:tiny_{modality}", source="folder", title="Tiny", modality=modality, input=spec, features=1,
        parameters=1, download_bytes=0, licence="Apache-2.0", learned_from="nothing", never_seen="anything",
        good_for="tests", known_bias="", sha256="ab" * 32, stages=[],
    )  # fmt: skip
    backbone = build(card, architecture, files)
    backbone.network.eval()
    backbone.card = completed(backbone, "ab" * 32)
    head = nn.Linear(backbone.card.features, len(classes))
    nn.init.normal_(head.weight, std=3.0)
    samples = [_sample(home, project, modality, classes[i % len(classes)], i) for i in range(count)]
    subset = {s.id: ("validation" if i % 3 == 0 else "test" if i % 3 == 1 else "train") for i, s in enumerate(samples)}
    dataset = Dataset(id="d1", modality=modality, classes=sorted(classes), samples=samples, received=count)
    split = Split(rule=SplitRule(), subset=subset, grouped=False, given_test=False)
    plan = TrainPlan(
        project=project, dataset="d1", modality=modality, backbone=card.name, recipe="probe",
        frozen_stages=len(backbone.stages), options={"max_tokens": 16} if modality == "text" else {},
    )  # fmt: skip
    return Made(home, home.path / "run" / "bundle", backbone, head, dataset, split, plan)


def picture(number: int, size: int = 48) -> Image.Image:
    noise = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((size, size + number % 5), Image.Resampling.NEAREST)


def _sample(home: Home, project: str, modality: str, label: str, number: int) -> Sample:
    common = {"id": f"{number:016x}", "source": f"secret name {number}", "target": ClassTarget(label=label)}
    if modality == "text":
        words = np.random.default_rng(number).choice(WORDS[2:], 3 + number % 12)
        return Sample(**common, text=" ".join(words))
    picture(number).save(home.samples(project) / f"{number:016x}.png")
    return Sample(**common, file=f"{number:016x}.png")


def tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="[UNK] $A [UNK]", special_tokens=[("[UNK]", 1)])
    return tokenizer
