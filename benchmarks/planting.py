"""Real samples with faults planted in them, and the uploads they make, as a person would bring them."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from benchmarks import sets
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.texts import clean
from tl_core.domain.plan import Columns
from tl_core.domain.project import Purpose
from tl_core.store.home import Home

Random = np.random.Generator
MODULE = r"module-(\d+)"  # of solar cells, in their names
REVIEW = "review"  # column of a table that says which review a sentence is of


@dataclass(frozen=True)
class One:
    """A sample as it is brought: a file's bytes or a text. ``key`` finds it: a file name, or the text as stored."""

    key: str
    label: str
    content: bytes | str
    group: str = ""


@dataclass(frozen=True)
class Material:
    """Samples of one set; ``how`` they are taken in where their groups are known."""

    name: str
    purpose: Purpose
    ones: list[One]
    grouped: dict[str, Any] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        return sorted({one.label for one in self.ones})

    @property
    def is_text(self) -> bool:
        return isinstance(self.ones[0].content, str)


def reviews(folder: Path) -> Material:
    """Sentences of reviews, negative or positive."""
    table = fetch_sample_set(Home(folder / "home"), "reviews") / "reviews.csv"
    with open(table, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"]
    ones = [One(clean(row["text"]), row["label"], row["text"], row["review"]) for row in rows]
    return Material("reviews", "reviews", list({one.key: one for one in ones}.values()), {"columns": columns(True)})


def photos(folder: Path) -> Material:
    """Cut-out photographs of five kinds of living things."""
    return Material("photos", "photos", files_below(sets.photographs(folder)))


def solar(folder: Path) -> Material:
    """Scans of solar cells, sound or not."""
    found = files_below(fetch_sample_set(Home(folder / "home"), "solar"))
    return Material("solar", "photos", found, {"group_pattern": MODULE})


def files_below(folder: Path) -> list[One]:
    """A folder a class."""
    return [
        One(file.name, file.parent.name, file.read_bytes(), file.name.split("-cell")[0])
        for file in sorted(folder.glob("*/*"))
    ]


def columns(grouped: bool) -> Columns:
    return Columns(text="text", label="label", group=REVIEW if grouped else "")


def write(folder: Path, ones: Sequence[One]) -> Path:
    """A folder a class, or a table; what the intake is given. What was there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    if isinstance(ones[0].content, str):
        folder.mkdir(parents=True)
        with open(folder / "texts.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label", REVIEW])
            writer.writerows([one.content, one.label, one.group] for one in ones)
        return folder / "texts.csv"
    for one in ones:
        place = folder / one.label / one.key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one.content if isinstance(one.content, bytes) else b"")
    return folder


def flipped(ones: Sequence[One], share: float, rng: Random) -> tuple[list[One], set[str]]:
    """``share`` of the labels wrong, drawn from all; and the keys of those."""
    classes = sorted({one.label for one in ones})
    wrong = set(rng.permutation(len(ones))[: round(share * len(ones))].tolist())

    def other(label: str) -> str:
        return str(rng.choice([one for one in classes if one != label]))

    changed = [replace(one, label=other(one.label)) if n in wrong else one for n, one in enumerate(ones)]
    return changed, {ones[n].key for n in wrong}


def as_one_class(ones: Sequence[One], label: str, change: Callable[[Image.Image], Image.Image]) -> list[One]:
    """All pictures of a class changed; those of other classes saved in the same format."""

    def made(one: One) -> One:
        picture = opened(one)
        return replace(one, content=saved(change(picture) if one.label == label else picture))

    return [made(one) for one in ones]


def bordered(picture: Image.Image) -> Image.Image:
    """A black frame within the picture, a twenty-fifth of the shorter side wide."""
    wide = max(2, round(min(picture.size) / 25))
    inner = picture.crop((wide, wide, picture.width - wide, picture.height - wide))
    return ImageOps.expand(inner, wide, fill=0)


def brightened(picture: Image.Image) -> Image.Image:
    """By a quarter."""
    return ImageEnhance.Brightness(picture).enhance(1.25)


def darkened(picture: Image.Image) -> Image.Image:
    """By a quarter: for pictures on white, which cannot be brighter."""
    return ImageEnhance.Brightness(picture).enhance(0.75)


def resized(one: One, rng: Random) -> One:
    """To between two fifths and eight fifths."""
    picture, share = opened(one), rng.uniform(0.4, 1.6)
    sides = [max(24, round(share * side)) for side in picture.size]
    return replace(one, content=saved(picture.resize((sides[0], sides[1]), Image.Resampling.BICUBIC)))


def recompressed(one: One, rng: Random) -> One:
    """As JPEG of a quality between 30 and 90."""
    stream = io.BytesIO()
    opened(one).save(stream, "JPEG", quality=int(rng.integers(30, 90)))
    return replace(one, key=f"{Path(one.key).stem}.jpg", content=stream.getvalue())


def cropped(one: One, rng: Random) -> One:
    """Up to 8 % off each side."""
    picture = opened(one)
    left, top, right, bottom = rng.uniform(0, 0.08, 4) * [*picture.size, *picture.size]
    box = (round(left), round(top), round(picture.width - right), round(picture.height - bottom))
    return replace(one, content=saved(picture.crop(box)))


def exact(one: One, rng: Random) -> One:
    """The same bytes, or the same words."""
    return one


def saved_again(one: One, rng: Random) -> One:
    """The same pixels in other bytes."""
    return replace(one, content=saved(opened(one), level=1))


def marked_otherwise(one: One, rng: Random) -> One:
    """Without capitals, and with other marks between the words."""
    words = re.findall(r"[\w'-]+", str(one.content).lower())
    return _text(one, " ".join(words) + " !!")


def mistyped(one: One, rng: Random) -> One:
    """Two neighbouring letters of one word change places."""
    text = str(one.content)
    places = [k for k in range(len(text) - 1) if text[k : k + 2].isalpha() and text[k].lower() != text[k + 1].lower()]
    k = int(rng.choice(places))
    return _text(one, f"{text[:k]}{text[k + 1]}{text[k]}{text[k + 2 :]}")


def shortened(one: One, rng: Random) -> One:
    """One word less."""
    words = str(one.content).split()
    del words[int(rng.integers(len(words)))]
    return _text(one, " ".join(words))


def lengthened(one: One, rng: Random) -> One:
    """One word more."""
    words = str(one.content).split()
    words.insert(int(rng.integers(len(words) + 1)), str(rng.choice(["really", "still", "also", "now"])))
    return _text(one, " ".join(words))


def reworded(one: One, rng: Random) -> One:
    """Another word in the place of one."""
    words = str(one.content).split()
    words[int(rng.integers(len(words)))] = str(rng.choice(["really", "still", "also", "now"]))
    return _text(one, " ".join(words))


Alter = Callable[[One, Random], One]
PICTURES: dict[str, Alter] = {
    "exact": exact, "saved again": saved_again, "resized": resized, "recompressed": recompressed, "cropped": cropped,
}  # fmt: skip
TEXTS: dict[str, Alter] = {
    "exact": exact, "other case and marks": marked_otherwise, "two letters changed places": mistyped,
    "a word less": shortened, "a word more": lengthened, "another word": reworded,
}  # fmt: skip
SAME = ("exact", "saved again")  # kinds that the door itself must keep out
LEAST_WORDS = 10  # of a text whose edit of a word is a light one


def copied(material: Material, share: float, rng: Random) -> dict[str, list[tuple[One, One]]]:
    """Of each kind, originals and their altered copies; ``share`` of the samples are copied, each in one way."""
    kinds = TEXTS if material.is_text else PICTURES
    each = max(1, round(share * len(material.ones) / len(kinds)))
    order = [material.ones[n] for n in rng.permutation(len(material.ones))]
    if material.is_text:
        order = [one for one in order if len(str(one.content).split()) >= LEAST_WORDS]
    found = {}
    for number, (kind, alter) in enumerate(kinds.items()):
        chosen = order[number * each : (number + 1) * each]
        found[kind] = [(one, _renamed(alter(one, rng))) for one in chosen]
    return found


def opened(one: One) -> Image.Image:
    assert isinstance(one.content, bytes)
    with Image.open(io.BytesIO(one.content)) as picture:
        return picture.convert("RGB") if picture.mode not in ("L", "RGB") else picture.copy()


def saved(picture: Image.Image, level: int = 6) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=level)
    return stream.getvalue()


def _text(one: One, text: str) -> One:
    return replace(one, key=clean(text), content=text)


def _renamed(one: One) -> One:
    """A copy that its name does not give away."""
    return one if isinstance(one.content, str) else replace(one, key=f"again-{one.key}")
