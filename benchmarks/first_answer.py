"""How long from a finished upload to the first answer, with the worker people have, warm and idle?

500 images in a zip; 1,000 sentences in a table; 350 sounds of 3 seconds in a zip; 1,000 series of 150 moments in a
table. The clock starts when the file lies
in the inbox and stops when the quick look's figures are told; reading, storing, features, solver and figures are in it.
"""

from __future__ import annotations

import csv
import io
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks import studio
from tl_core import backbones
from tl_core.backbones.fetch import fetch
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.series.tsfile import Case, cases
from tl_core.domain.event import Probed
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.project import MODALITY_OF, Purpose
from tl_core.runs.warm import compile_ahead
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import plans, projects, runs

IMAGES, SENTENCES, SOUNDS, SERIES = 500, 1000, 350, 1000
SECONDS = 3  # of each sound
NOISE = 0.05  # put on a series that stands in the table once more
REPEATS = 3


def measure(folder: Path, only: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """One row a kind of sample, all or ``only`` those named: seconds of each repeat."""
    home = Home(folder / "home")
    kinds: list[tuple[str, Purpose, Callable[[Home, Path], Path]]]
    kinds = [
        ("images", "photos", _images), ("sentences", "reviews", _sentences), ("sounds", "sounds", _sounds),
        ("series", "signals", _series),
    ]  # fmt: skip
    kinds = [kind for kind in kinds if not only or kind[0] in only]
    for _, purpose, _ in kinds:  # as setting up and fetching leave them
        fetch(home, backbones.default(MODALITY_OF[purpose]))
        compile_ahead(home, backbones.default(MODALITY_OF[purpose]))
    with studio.worker(home):
        for what, purpose, make in kinds:
            yield {"what": what, "parts": [_one(home, purpose, make(home, folder)) for _ in range(REPEATS)]}


def _one(home: Home, purpose: Purpose, upload: Path) -> dict[str, float]:
    """Seconds of one first answer, by part."""
    time.sleep(studio.SETTLING)
    project = projects.create("First answer", purpose)
    place = home.inbox / project.id / upload.name
    place.parent.mkdir()
    shutil.copyfile(upload, place)
    columns = Columns(text="text", label="label") if purpose == "reviews" else None
    began = time.monotonic()
    studio.ended(home, IntakePlan(project=project.id, modality=project.modality, paths=[str(place)], columns=columns))
    read = time.monotonic()
    folder = RunFolder(home.runs / runs.start(plans.default_plan(project.id, "probe")))
    studio.until(lambda: any(isinstance(event, Probed) for event in folder.events()))
    answered = time.monotonic()
    studio.until(folder.status)
    status = folder.status()
    projects.delete(project.id)
    return {
        "upload to first answer": round(answered - began, 2),
        "reading": round(read - began, 2),
        **{f"training, {name}": round(seconds, 2) for name, seconds in (status.seconds if status else {}).items()},
    }


def _images(home: Home, folder: Path) -> Path:
    """The first cells of both classes, a folder a class."""
    target = folder / "images.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for label in ("defective", "functional"):
            for file in sorted((fetch_sample_set(home, "solar") / label).iterdir())[: IMAGES // 2]:
                archive.write(file, f"{label}/{file.name}")
    return target


def _sentences(home: Home, folder: Path) -> Path:
    target = folder / "sentences.csv"
    with open(fetch_sample_set(home, "reviews") / "reviews.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"][:SENTENCES]
    with open(target, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=["text", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return target


def _sounds(home: Home, folder: Path) -> Path:
    """Drum sounds, each over and over until it is long enough and softer every time, so that no two are the same."""
    target = folder / "sounds.zip"
    files = sorted(fetch_sample_set(home, "drums").rglob("*.wav"))
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(SOUNDS):
            file = files[number % len(files)]
            samples, rate = soundfile.read(file, always_2d=True)
            shaped = np.resize(samples, (SECONDS * rate, samples.shape[1])) * 0.9 ** (number // len(files))
            stream = io.BytesIO()
            soundfile.write(stream, shaped, rate, format="WAV")
            archive.writestr(f"{file.parent.name}/{number}.wav", stream.getvalue())
    return target


def _series(home: Home, folder: Path) -> Path:
    """Hand gestures, each several times with other noise."""
    files = sorted(fetch_sample_set(home, "gunpoint").glob("*.ts"))
    known = [case for file in files for _, case in cases(file) if isinstance(case, Case)]
    rng = np.random.default_rng(0)
    target = folder / "series.csv"
    with open(target, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["label", *range(known[0].values.shape[1])])
        for number in range(SERIES):
            case = known[number % len(known)]
            noise = rng.normal(0, NOISE, case.values.shape[1])
            writer.writerow([case.label, *np.round(case.values[0] + noise, 4)])
    return target
