"""Does time grow in a straight line with the samples, and memory not at all? Thaw against itself.

Real samples, repeated under other ids: texts as they are, scans shifted by a few pixels, so that no two files are
equal. They are stored without an intake, which is not what is measured. The quick look runs at every size; one round
of fine-tuning of the last three groups runs with a cache budget so small that nothing fits, so samples go through the
frozen groups anew, up to ``LEARNT`` of them.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.against import Contender, Outcome, contend
from benchmarks.prepare import PURPOSE, compile_at, home_of, tell
from benchmarks.works import LATE
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset

SIZES = (100, 1000, 5000, 20_000)
QUICK_SIZES = (40, 80, 120)
LEARNT = 5000  # samples
CACHE = 0.01  # GiB
MINUTES = 17
STRAIGHT = 1.2  # seconds for each further sample, at the end against in the middle
FLAT = 1.2  # memory, likewise


def measure(folder: Path, quick: bool = False) -> Iterator[dict[str, Any]]:
    """A row a size, and one with the growth for each modality and recipe."""
    home = home_of(folder)
    sizes = QUICK_SIZES if quick else SIZES
    for modality in ("image", "text"):
        compile_at(folder, modality, [LATE])
        kinds: list[tuple[str, dict[str, Any]]] = [
            ("probe", {"recipe": "probe"}),
            ("one round, nothing cached", {"recipe": "finetune", "frozen_stages": LATE, "epochs": 1, "cache_gb": CACHE,
                                           "augmentations": []}),
        ]  # fmt: skip
        found: dict[str, dict[int, Outcome]] = {name: {} for name, _ in kinds}
        for size in sizes:
            material = _material(folder, home, modality, size)
            for name, how in kinds:
                if how["recipe"] == "finetune" and size > LEARNT:
                    continue
                outcome = contend(Contender(f"Thaw {name}", "thaw", how | {"whole": False}), material, 0)
                found[name][size] = outcome
                print(f"  scaling, {size} {modality}s, {name}: {outcome.seconds:.1f} s", file=sys.stderr, flush=True)
        for name, outcomes in found.items():
            yield from _rows(f"scaling/{modality}s", name, outcomes)


def _rows(work: str, name: str, outcomes: dict[int, Outcome]) -> Iterator[dict[str, Any]]:
    for size, outcome in outcomes.items():
        yield {
            "work": work,
            "contender": f"{name}, {size} samples",
            "seeds": 1,
            "seconds": {"middle": outcome.seconds, "low": outcome.seconds, "high": outcome.seconds},
            "memory": outcome.memory,
            "parts": outcome.parts,
            "facts": {"milliseconds a sample": round(1000 * outcome.seconds / size, 2)},
        }
    yield {"work": work, "contender": name, **growth({n: (o.seconds, o.memory) for n, o in outcomes.items()})}


def growth(found: dict[int, tuple[float, int]]) -> dict[str, Any]:
    """From samples -> (seconds, bytes): what each further sample costs at the end, against before that.

    Constants (weights, compiling) cancel out in the differences.
    """
    sizes = sorted(found)
    slopes = [(found[more][0] - found[less][0]) / (more - less) for less, more in pairwise(sizes)]
    before = statistics.median(slopes[:-1]) if slopes[1:] else slopes[-1]
    straight, flat = slopes[-1] / before, found[sizes[-1]][1] / max(1, found[sizes[-2]][1])
    return {
        "seconds a further sample": slopes,
        "time": straight,
        "memory growth": flat,
        "goal": f"time at most {STRAIGHT}x, memory at most {FLAT}x",
        "reached": straight <= STRAIGHT and flat <= FLAT,
    }


def _material(folder: Path, home: Home, modality: str, size: int) -> Path:
    place = folder / "materials" / f"scaling-{modality}-{size}"
    if (place / "material.json").exists():
        return place / "material.json"
    project = create_project(home, f"scaling {size}", PURPOSE[modality])
    samples = list((_images if modality == "image" else _texts)(home, project.id, size))
    classes = sorted({sample.label for sample in samples if sample.label})
    dataset = Dataset(id="", modality=modality, classes=classes, samples=samples, received=size)
    dataset = save_dataset(home, project.id, dataset)
    set_dataset(home, project.id, dataset.id)
    return tell(place, home, project.id, dataset, seed=0)


def _images(home: Home, project: str, size: int) -> Iterator[Sample]:
    files = sorted(fetch_sample_set(home, "solar").rglob("*.png"))
    order = np.random.default_rng(0).permutation(len(files))
    target = home.samples(project)
    for number in range(size):
        file = files[order[number % len(files)]]
        with Image.open(file) as image:
            shifted = np.roll(np.asarray(image.convert("L")), number // len(files), axis=1)
        Image.fromarray(shifted).save(target / f"{number:016x}.png", compress_level=1)
        yield _sample(number, file.parent.name, file=f"{number:016x}.png")


def _texts(home: Home, project: str, size: int) -> Iterator[Sample]:
    with open(fetch_sample_set(home, "reviews") / "reviews.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"]
    order = np.random.default_rng(0).permutation(len(rows))
    for number in range(size):
        row = rows[order[number % len(rows)]]
        yield _sample(number, row["label"], text=row["text"])


def _sample(number: int, label: str, **what: str) -> Sample:
    return Sample(id=f"{number:016x}", source=f"row {number}", target=ClassTarget(label=label), **what)
