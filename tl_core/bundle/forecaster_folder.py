"""A forecaster's folder as files: found, checked, packed. They come from strangers too. No torch."""

from __future__ import annotations

from pathlib import Path

from tl_core.bundle.folder import (
    CARD,
    MOST_STEPS,
    WEIGHTS,
    check_files,
    checked_and_packed,
    manifest_in,
    modest,
    parity_in,
)
from tl_core.domain.forecast import LEARNED, ForecasterManifest, ForecastParity

MANIFEST = "forecaster.json"


def is_forecaster(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> ForecasterManifest:
    """Raises ``InputFault`` for what is none."""
    return manifest_in(folder / MANIFEST, ForecasterManifest, _plausible)


def check_weights(folder: Path, manifest: ForecasterManifest) -> None:
    """Card and weights, as far as there are any, are plain files and what was written. Raises ``InputFault``."""
    check_files(folder, _files(manifest))


def read_parity(folder: Path) -> ForecastParity | None:
    """The certificate; None when there is none that can be read."""
    return parity_in(folder, ForecastParity)


def pack(folder: Path, target: Path, top: str) -> Path:
    """One zip file of it, its files under the folder ``top``. Raises ``InputFault``, also for damaged files."""
    return checked_and_packed(folder, target, top, MANIFEST, _files(read_manifest(folder)))


def _files(manifest: ForecasterManifest) -> dict[str, str]:
    return {**manifest.files, **({WEIGHTS: manifest.sha256} if manifest.way in LEARNED else {})}


def _plausible(manifest: ForecasterManifest) -> bool:
    return 1 <= manifest.horizon <= MOST_STEPS and modest(manifest.architecture) and set(manifest.files) <= {CARD}
