"""Training and test data of the benchmarks, drawn by seed from real sets. Nothing of it is kept in the repository."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from benchmarks import soundfont
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.store.home import Home

FOLDS = 5
REVIEW_LABELS = 300  # to learn from; a quarter more to choose by
PHOTO_SOURCES = {
    "bird": ["animals/birds"],
    "mammal": ["animals/mammals", "animals/marsupials"],
    "flower": ["plants/flowers"],
    "fruit": ["food/fruit"],
    "vegetable": ["food/vegetables"],
}
NOT_PHOTOS = ("cartoon", "toys", "plastic")


def reviews(folder: Path, seed: int) -> tuple[Path, Path]:
    """Sentences of Amazon reviews, negative or positive. Half of the reviews, whole, are the test."""
    source = fetch_sample_set(Home(folder / "home"), "reviews")
    with open(next(source.glob("*.csv")), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"]
    by_review: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_review[row["review"]].append(row)
    order = sorted(by_review)
    random.Random(seed).shuffle(order)
    half = len(order) // 2
    train: list[dict[str, str]] = []
    for review in order[half:]:
        if len(train) < REVIEW_LABELS * 5 / 4:
            train += by_review[review]
    test = [row for review in order[:half] for row in by_review[review]]
    return _table(folder / f"reviews-{seed}-train.csv", train), _table(folder / f"reviews-{seed}-test.csv", test)


def photos(folder: Path, seed: int) -> tuple[Path, Path]:
    """Cut-out photographs of five kinds of living things (Debian's tuxpaint-stamps-default); a fifth is the test."""
    source = photographs(folder)
    random_numbers = random.Random(seed)

    def is_test(files: list[Path]) -> set[Path]:
        return set(random_numbers.sample(files, round(len(files) / 5)))

    return _part(source, folder / f"photos-{seed}", is_test)


def solar(folder: Path, seed: int) -> tuple[Path, Path]:
    """Scans of solar cells; blocks of 60 neighbours stay together, and fold ``seed`` of five is the test.

    Single folds hold few blocks and few defects: only the five together say something.
    """
    source = fetch_sample_set(Home(folder / "home"), "solar")
    files = sorted(source.rglob("*.png"))
    modules = [file.name.split("-cell")[0] for file in files]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    tests = [part for _, part in folds.split(files, [file.parent.name for file in files], modules)]
    tested = {files[number] for number in tests[seed % FOLDS]}
    return _part(source, folder / f"solar-{seed}", lambda found: tested.intersection(found))


def instruments(folder: Path, seed: int) -> tuple[Path, Path]:
    """Notes of twelve instruments; fold ``seed`` of five is the test."""
    source = recorded_notes(folder)
    files = sorted(source.rglob("*.wav"))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    tests = [part for _, part in folds.split(files, [file.parent.name for file in files])]
    tested = {files[number] for number in tests[seed % FOLDS]}
    return _part(source, folder / f"instruments-{seed}", lambda found: tested.intersection(found))


def _part(source: Path, target: Path, is_test: Callable[[list[Path]], set[Path]]) -> tuple[Path, Path]:
    """A folder per class, parted into ``train`` and ``test``."""
    shutil.rmtree(target, ignore_errors=True)
    for label in sorted(path for path in source.iterdir() if path.is_dir()):
        files = sorted(label.iterdir())
        tested = is_test(files)
        for file in files:
            place = target / ("test" if file in tested else "train") / label.name / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    return target / "train", target / "test"


def photographs(folder: Path) -> Path:
    """Fetched with Debian's package client, put on white, at most 320 pixels a side."""
    target = folder / "photographs"
    if target.is_dir():
        return target
    stamps = _unpacked(folder, "tuxpaint-stamps-default") / "usr" / "share" / "tuxpaint" / "stamps"
    beside = folder / "photographs.part"
    for label, places in PHOTO_SOURCES.items():
        (beside / label).mkdir(parents=True, exist_ok=True)
        for file in (file for place in places for file in sorted((stamps / place).rglob("*.png"))):
            if any(word in str(file) for word in NOT_PHOTOS):
                continue
            picture = Image.open(file).convert("RGBA")
            white = Image.new("RGBA", picture.size, "white")
            white.alpha_composite(picture)
            flat = white.convert("RGB")
            flat.thumbnail((320, 320))
            flat.save(beside / label / f"{'_'.join(file.relative_to(stamps).with_suffix('').parts)}.png")
    beside.rename(target)
    return target


def recorded_notes(folder: Path) -> Path:
    """Debian's fluid-soundfont-gm (MIT, Frank Wen): single notes, a folder an instrument."""
    target = folder / "notes"
    if not target.is_dir():
        sounds = _unpacked(folder, "fluid-soundfont-gm") / "usr" / "share" / "sounds" / "sf2"
        soundfont.instruments(sounds / "FluidR3_GM.sf2", folder / "notes.part")
        (folder / "notes.part").rename(target)
    return target


def _unpacked(folder: Path, package: str) -> Path:
    """The files of a Debian package, fetched with its package client."""
    work = folder / package
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", package], cwd=work, check=True, capture_output=True)
    subprocess.run(["dpkg-deb", "-x", str(next(work.glob("*.deb"))), "tree"], cwd=work, check=True)
    return work / "tree"


def _table(path: Path, rows: list[dict[str, str]]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["text", "label", "review"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def some_reviews(folder: Path, seed: int, count: int, held_out: int) -> tuple[Path, Path]:
    """``count`` sentences of whole reviews, and ``held_out`` of others."""
    source = fetch_sample_set(Home(folder / "home"), "reviews")
    with open(next(source.glob("*.csv")), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"]
    order = sorted({row["review"] for row in rows})
    random.Random(seed).shuffle(order)
    place = {review: number for number, review in enumerate(order)}
    rows.sort(key=lambda row: place[row["review"]])
    last = rows[count - 1]["review"]
    test = [row for row in rows[count:] if row["review"] != last][:held_out]
    name = f"some-reviews-{count}-{seed}"
    return _table(folder / f"{name}-train.csv", rows[:count]), _table(folder / f"{name}-test.csv", test)


def some_solar(folder: Path, seed: int, count: int, held_out: int) -> tuple[Path, Path]:
    """``count`` scans of whole blocks of neighbours, and ``held_out`` of other blocks."""
    source = fetch_sample_set(Home(folder / "home"), "solar")
    files = sorted(source.rglob("*.png"))
    blocks = sorted({file.name.split("-cell")[0] for file in files})
    random.Random(seed).shuffle(blocks)
    files.sort(key=lambda file: (blocks.index(file.name.split("-cell")[0]), file.name))
    last = files[count - 1].name.split("-cell")[0]
    test = [file for file in files[count:] if not file.name.startswith(last)][:held_out]
    target = folder / f"some-solar-{count}-{seed}"
    shutil.rmtree(target, ignore_errors=True)
    for part, found in (("train", files[:count]), ("test", test)):
        for file in found:
            place = target / part / file.parent.name / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    return target / "train", target / "test"
