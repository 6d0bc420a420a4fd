"""What is to be seen of a sample without a model. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Look(NamedTuple):
    """Names in ``traits`` and ``kinds`` are the same for every sample of a modality; texts ``traits.<name>``."""

    traits: dict[str, float]  # numbers that should not tell the class: brightness, size in bytes, number of words
    kinds: dict[str, str]  # the same in words: file format, grey or colour, language
    flaws: list[str]  # what is wrong with it: blurred, dark, blank ...; findings ``flaws_<name>``
    personal: list[str]  # kinds of personal data in it: mail, phone ...; texts ``personal.<name>``
    matter: frozenset[str] = frozenset()  # those of ``traits`` that may well be what the classes are about
    sketch: np.ndarray | None = None  # (view, number) rows of length 1: itself, and what copies of it may look like


COPY = 0.9  # two samples more alike than this are copies of each other
