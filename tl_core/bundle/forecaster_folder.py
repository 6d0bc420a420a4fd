"""A forecaster's folder as files: found, checked, packed. They come from strangers too. No torch."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from tl_core.bundle.folder import LARGEST_FILE, LARGEST_MANIFEST, PARITY, WEIGHTS, packed, sha256
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import LEARNED, ForecasterManifest, ForecastParity

MANIFEST = "forecaster.json"


def is_forecaster(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> ForecasterManifest:
    """Raises ``InputFault`` for what is none."""
    file = folder / MANIFEST
    try:
        if file.is_symlink() or file.stat().st_size > LARGEST_MANIFEST:
            raise InputFault("bundle.not_a_bundle")
        return ForecasterManifest.model_validate_json(file.read_bytes())
    except (OSError, ValueError, ValidationError) as error:
        raise InputFault("bundle.not_a_bundle") from error


def check_weights(folder: Path, manifest: ForecasterManifest) -> None:
    """The weights, where the way needs any, are a plain file and what was written. Raises ``InputFault``."""
    if manifest.way not in LEARNED:
        return
    file = folder / WEIGHTS
    if file.is_symlink() or not file.is_file():
        raise InputFault("bundle.file_missing", name=WEIGHTS)
    if file.stat().st_size > LARGEST_FILE or sha256(file) != manifest.sha256:
        raise InputFault("bundle.damaged", name=WEIGHTS)


def read_parity(folder: Path) -> ForecastParity | None:
    """The certificate; None when there is none that can be read."""
    try:
        return ForecastParity.model_validate_json((folder / PARITY).read_bytes())
    except (OSError, ValidationError):
        return None


def pack(folder: Path, target: Path, top: str) -> Path:
    """One zip file of it, its files under the folder ``top``. Raises ``InputFault``, also for damaged files."""
    check_weights(folder, read_manifest(folder))
    return packed(folder, target, top, [name for name in (MANIFEST, PARITY, WEIGHTS) if (folder / name).is_file()])
