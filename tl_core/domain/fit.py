"""How well a starting model suits a person's samples, seen before any training."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric


class Strangeness(Noun):
    """How strange samples are to a starting model, beside general ones that it knows."""

    value: float  # of the person's samples; what it counts says the modality (``fit.strange_<modality>``)
    usual: float  # of general samples
    examples: list[str] = []  # what is strange in them, the most frequent first: words it never learned


class Fit(Noun):
    """One starting model and the samples to learn from and choose by; the exam's are never looked at."""

    backbone: str
    sha256: str
    probe: Metric  # balanced accuracy of cross-validated quick looks, groups whole
    logme: float  # log of maximum evidence, per sample: how well a linear model explains the classes (You et al. 2021)
    strangeness: Strangeness | None  # None: nothing in this network tells
    seconds: float


class Fits(Noun):
    """The starting models compared, the best first."""

    key: str  # a digest of the samples looked at; see ``store.fits``
    samples: int
    classes: int
    fits: list[Fit]
