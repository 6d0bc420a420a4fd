"""A project with made-up samples that can be told apart, and a small random starting model kept as if fetched."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
import torch
from PIL import Image
from safetensors.torch import save_file

from tests.bundle.tiny import WORDS, tokenizer
from tl_core.backbones.catalogue import weights_folder
from tl_core.backbones.families import build
from tl_core.backbones.families.fracast import forecaster
from tl_core.backbones.load import FORECASTER, completed
from tl_core.backbones.protocol import Backbone
from tl_core.data.series.stored import content_of, series
from tl_core.data.series.timeline import Timeline, id_of
from tl_core.data.series.timeline import content_of as timeline_content
from tl_core.domain.card import AudioInput, BackboneCard, ImageInput, Input, SeriesInput, TextInput
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.forecast import Frequency
from tl_core.domain.plan import Columns, ForecastPlan, TrainPlan
from tl_core.freezing.prefix import compiled_models
from tl_core.store.atomic import write_json
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset

SERIES = {
    "library": "fracast", "width": 12, "levels": 4, "kernel": 3, "inner": 18, "periods": 2, "bins": 4,
    "future_levels": 2, "seed": 6,
}  # fmt: skip
CONFIGS = {
    "text": {
        "model_type": "bert", "vocab_size": len(WORDS), "hidden_size": 16, "num_hidden_layers": 3,
        "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 32,
    },
    "image": {
        "model_type": "resnet", "embedding_size": 8, "hidden_sizes": [8, 12, 16], "depths": [1, 1, 1],
        "layer_type": "basic",
    },
    "audio": {
        "model_type": "whisper", "num_mel_bins": 12, "d_model": 16, "encoder_layers": 3, "encoder_attention_heads": 2,
        "encoder_ffn_dim": 32, "max_source_positions": 50,
    },
}  # fmt: skip


def starting_model(home: Home, modality: str) -> Backbone:
    """A random network in the home's weights; its card says how many stages it has."""
    folder = weights_folder(home, name := f"folder:tiny_{modality}")
    folder.mkdir(parents=True)
    spec: Input = TextInput(tokens=32)
    files = {}
    if modality == "text":
        tokenizer().save(str(folder / "tokenizer.json"))
        files = {"tokenizer.json": folder / "tokenizer.json"}
    elif modality == "audio":
        spec = AudioInput(mels=12, window=400, hop=160, seconds=1, spectrum="log")
    elif modality == "series":
        spec = SeriesInput(context=64, horizon=4, quantiles=(0.1, 0.5, 0.9))
    else:
        spec = ImageInput(size=32, resize=36, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    card = BackboneCard(
        name=name, source="folder", title="Tiny", modality=modality, input=spec, features=1, parameters=1,
        download_bytes=0, licence="Apache-2.0", learned_from="nothing", never_seen="anything", good_for="tests",
        known_bias="", sha256="ab" * 32, stages=[], any_depth=modality in ("audio", "series"),
    )  # fmt: skip
    known = {"library": "transformers", "config": CONFIGS.get(modality)}
    architecture: dict = SERIES if modality == "series" else known
    torch.manual_seed(3)
    backbone = build(card, architecture, files)
    backbone.network.eval()
    backbone.card = completed(backbone, "ab" * 32)
    save_file({k: v.contiguous() for k, v in backbone.network.state_dict().items()}, folder / "model.safetensors")
    if modality == "series":
        head = forecaster(backbone.card, architecture)
        save_file({k: v.contiguous() for k, v in head.state_dict().items()}, folder / FORECASTER)
    write_json(folder / "card.json", backbone.card)
    (folder / "architecture.json").write_text(json.dumps(architecture), "utf-8")
    _share_compiled(home)
    return backbone


def _share_compiled(home: Home) -> None:
    """These few networks are the same in every home: each boundary is compiled once for all tests of a process."""
    if common := os.environ.get("THAW_TEST_COMPILED"):
        with suppress(FileExistsError):
            compiled_models(home).symlink_to(Path(common), target_is_directory=True)


def project(home: Home, modality: str, count: int = 60, group: int = 1) -> TrainPlan:
    """A fine-tuning of the small model on ``count`` samples of two classes, ``group`` neighbours to a group."""
    model = starting_model(home, modality)
    made = create_project(home, "Tiny", "photos" if modality == "image" else "reviews")
    samples = [_sample(home, made.id, modality, number, f"g{number // group}") for number in range(count)]
    rule = "made" if group > 1 else None
    dataset = Dataset(
        id="", modality=modality, classes=["bad", "good"], samples=samples, received=count, group_rule=rule
    )
    dataset = save_dataset(home, made.id, dataset)
    set_dataset(home, made.id, dataset.id)
    return TrainPlan(
        project=made.id, dataset=dataset.id, modality=modality, backbone=model.card.name, epochs=2, batch_size=8,
        views=2, options={"max_tokens": 16} if modality == "text" else {}, device="cpu",
    )  # fmt: skip


def forecasting(home: Home, series: int = 2, steps: int = 90, known: bool = False, altered: int = 0) -> ForecastPlan:
    """Months of what swings with the year to go on with, by the small model; ``known``: a price, as far as the end.

    ``altered``: so many of the last values are others.
    """
    model = starting_model(home, "series")
    made = create_project(home, "Tiny", "forecasts")
    samples = []
    for number in range(series):
        random = np.random.default_rng(number)
        times = (np.datetime64("2015-01", "M") + np.arange(steps)).astype("datetime64[ns]").astype(np.int64)
        price = random.normal(size=(1, steps)) if known else np.zeros((0, steps))
        values = 10 + np.sin(np.arange(steps) * np.pi / 6) + random.normal(0, 0.1, steps) + 3 * price.sum(axis=0)
        values[steps - altered :] *= -3
        content = timeline_content(Timeline(f"shop {number}", values, times, price, ("price",) if known else ()))
        own = id_of(content)
        (home.samples(made.id) / f"{own}.npz").write_bytes(content)
        samples.append(Sample(id=own, source=f"shop {number}", file=f"{own}.npz", traits={"moments": steps}))
    dataset = Dataset(
        id="", modality="series", task="forecast", classes=[], samples=samples, received=series,
        frequency=Frequency(unit="month", count=1), known=["price"] if known else [],
        columns=Columns(time="month", values=["sold"], id="shop", known=["price"] if known else []),
    )  # fmt: skip
    dataset = save_dataset(home, made.id, dataset)
    set_dataset(home, made.id, dataset.id)
    return ForecastPlan(
        project=made.id, dataset=dataset.id, backbone=model.card.name, horizon=5, frozen_stages=2, steps=40,
        learning_rate=1e-2, device="cpu",
    )  # fmt: skip


def _sample(home: Home, project_id: str, modality: str, number: int, group: str) -> Sample:
    """Every class has words, a brightness or a pitch of its own, with much in common."""
    rng = np.random.default_rng(number)
    label = ("bad", "good")[number % 2]
    common = {"id": f"{number:016x}", "source": f"{number}", "group": group, "target": ClassTarget(label=label)}
    if modality == "text":
        own = ["broke", "not"] if label == "bad" else ["works", "very"]
        words = [*rng.choice([*own, "camera", "the", "was"], 5 + number % 7), own[0]]
        return Sample(**common, text=" ".join(words))
    if modality == "audio":
        time = np.arange(int(rng.uniform(0.2, 0.9) * 16_000)) / 16_000
        tone = np.sin(2 * np.pi * rng.uniform(300, 700 if label == "bad" else 900) * time)
        soundfile.write(
            home.samples(project_id) / f"{number:016x}.flac", 0.2 * tone + 0.1 * rng.normal(size=len(time)), 16_000
        )
        return Sample(**common, file=f"{number:016x}.flac", traits={"seconds": len(time) / 16_000})
    if modality == "series":
        swing = np.linspace(0.2 if label == "bad" else 1, 1, 30 + number % 5)
        turns = np.linspace(0, rng.uniform(8, 14), len(swing))
        one = series(swing * np.sin(turns) + rng.normal(0, 0.1, len(swing)), ["value"])
        (home.samples(project_id) / f"{number:016x}.npz").write_bytes(content_of(one))
        return Sample(**common, file=f"{number:016x}.npz", traits={"moments": one.length, "series_channels": 1})
    noise = rng.integers(0, 180 if label == "bad" else 255, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((48, 48), Image.Resampling.NEAREST).save(
        home.samples(project_id) / f"{number:016x}.png"
    )
    return Sample(**common, file=f"{number:016x}.png")
