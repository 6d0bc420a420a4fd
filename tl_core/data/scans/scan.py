"""What comes out of a file of scans."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

MEGAPIXELS = 40
MOST = 40  # pictures taken of one file: more of one patient tell little more


class Picture(NamedTuple):
    pixels: np.ndarray  # uint8, (height, width) or (height, width, 3), as people usually look at it
    traits: dict[str, Any]
    number: int | None  # of its frame or slice, from 1; None: the file holds no other


@dataclass
class Scan:
    """``pictures`` are made as they are drawn; drawing them may raise ``Refused``."""

    pictures: Iterator[Picture]
    group: str | None  # a digest of the patient, else of the study; None: the file does not say
    remarks: list[dict[str, Any]] = field(default_factory=list)
    written: bool = False  # the file says that something is burned into its pictures


def digest(kind: str, name: str) -> str:
    """The same word for the same name. Not a secret by itself: the intake puts a keyed pseudonym in its place."""
    return hashlib.sha256(f"{kind}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def remark(reason: str, **values: str | int | float) -> dict[str, Any]:
    return {"reason": reason, "values": values}


def spread(count: int, every: int | None = None, most: int = MOST) -> list[int]:
    """Numbers (from 0) of one picture in ``every``, or of at most ``most`` in even steps, out of ``count``."""
    step = every or 1
    numbers = range(min((step - 1) // 2, count - 1), count, step) if count else range(0)
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[int((place + 0.5) * len(numbers) / most)] for place in range(most)]
