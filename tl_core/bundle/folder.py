"""A bundle as files: found, checked, packed. Bundles come from strangers too, so nothing in them is believed. No torch.

Every file is named in ``bundle.json`` with its sha256, except ``bundle.json`` itself and ``parity.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import ValidationError

from tl_core.domain.base import Noun
from tl_core.domain.bundle import BundleManifest, Parity
from tl_core.domain.card import AudioInput, ImageInput, SeriesInput
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import room_expected

MANIFEST, WEIGHTS, CARD, PARITY = "bundle.json", "model.safetensors", "card.md", "parity.json"
LARGEST_MANIFEST = 2_000_000  # bytes
LARGEST_FILE = 8 << 30  # bytes
MOST_FILES = 64
MOST_CLASSES = 10_000
WIDEST = 1_000_000  # any number in an architecture: words of a vocabulary, say
DEEPEST = 256  # layers
LONGEST_SIDE = 4096  # pixels an image may be asked to have
LONGEST_WINDOW = 16_384  # samples a frame of a sound may look at
HIGHEST_RATE = 192_000  # samples a second
MOST_STEPS = 16_384  # of a series that a network may look at
MOST_FRAMES = 30_000  # that a sound may be asked to have
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
Manifest = TypeVar("Manifest", bound=Noun)
Certificate = TypeVar("Certificate", bound=Noun)


@contextmanager
def opened(path: Path, manifest: str = MANIFEST, depth: int = 1) -> Iterator[Path]:
    """The bundle's folder; of a zip file, a copy that lives as long as the context. Raises ``InputFault``.

    ``manifest`` and ``depth`` as of ``unpack``.
    """
    if path.is_dir():
        yield path
    elif path.is_file():
        with tempfile.TemporaryDirectory(prefix="bundle-") as place:
            unpack(path, Path(place), manifest, depth)
            yield Path(place)
    else:
        raise InputFault("bundle.missing")


def read_manifest(folder: Path) -> BundleManifest:
    """``bundle.json``, as far as it can be judged without opening the network. Raises ``InputFault``."""
    return manifest_in(folder / MANIFEST, BundleManifest, _plausible)


def manifest_in(
    file: Path, kind: type[Manifest], plausible: Callable[[Manifest], bool], none: str = "bundle.not_a_bundle"
) -> Manifest:
    """What ``file`` says of the folder it lies in. Raises ``InputFault``: by the key ``none`` for what is no such file,
    and for a newer one, and for one that is not ``plausible``."""
    try:
        if file.is_symlink() or file.stat().st_size > LARGEST_MANIFEST:
            raise InputFault(none)
        told = json.loads(file.read_bytes())
        if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] > 1:
            raise InputFault("bundle.newer")
        manifest = kind.model_validate(told)
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        raise InputFault(none) from error
    if not plausible(manifest):
        raise InputFault("bundle.strange")
    return manifest


def check_files(folder: Path, files: Mapping[str, str]) -> None:
    """Every one of ``files`` (name -> sha256) is a plain file in the folder, and as written. Raises ``InputFault``."""
    inside = folder.resolve()
    for name, expected in files.items():
        file = folder / name
        if file.is_symlink() or not file.is_file() or inside not in file.resolve().parents:
            raise InputFault("bundle.file_missing", name=name)
        if file.stat().st_size > LARGEST_FILE or sha256(file) != expected:
            raise InputFault("bundle.damaged", name=name)


def read_parity(folder: Path) -> Parity | None:
    """The certificate; None when there is none that can be read."""
    return parity_in(folder, Parity)


def parity_in(folder: Path, kind: type[Certificate]) -> Certificate | None:
    """The certificate in a folder of any kind; None when there is none that can be read."""
    try:
        return kind.model_validate_json((folder / PARITY).read_bytes())
    except (OSError, ValidationError):
        return None


def pack(folder: Path, target: Path, top: str) -> Path:
    """One zip file of a bundle, as ``packed``. Raises ``InputFault``, also for damaged files."""
    return checked_and_packed(folder, target, top, MANIFEST, read_manifest(folder).files)


def checked_and_packed(folder: Path, target: Path, top: str, manifest: str, files: Mapping[str, str]) -> Path:
    """One zip file of the file ``manifest``, the certificate if there is one, and ``files`` (name -> sha256)."""
    check_files(folder, files)
    certificate = [PARITY] if (folder / PARITY).is_file() else []
    return packed(folder, target, top, [manifest, *certificate, *sorted(files)])


def packed(folder: Path, target: Path, top: str, names: Sequence[str]) -> Path:
    """One zip file of the files ``names``, under the folder ``top``; written beside and renamed.

    Same files, same bytes. Weights hardly shrink, so they are stored as they are. Raises ``InputFault`` when the disk
    is full.
    """
    beside = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with room_expected(), zipfile.ZipFile(beside, "w") as archive:
            for name in names:
                entry = zipfile.ZipInfo(f"{top}/{name}")  # dated 1980, as all entries
                entry.external_attr = 0o644 << 16
                stored = name == WEIGHTS
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                with open(folder / name, "rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def unpack(path: Path, place: Path, manifest: str, depth: int) -> None:
    """Take a bundle's files out of a zip file: those beside ``manifest``, and less than ``depth`` folders below it.

    By their last names alone, which cannot lead out of ``place``. Raises ``InputFault``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            tops = {PurePosixPath(e.filename).parent for e in entries if PurePosixPath(e.filename).name == manifest}
            if len(tops) != 1:
                raise InputFault("bundle.not_a_bundle")
            [top] = tops
            ours = [entry for entry in entries if PurePosixPath(entry.filename).is_relative_to(top)]
            ours = [entry for entry in ours if len(PurePosixPath(entry.filename).relative_to(top).parts) <= depth]
            if len(ours) > MOST_FILES:
                raise InputFault("bundle.strange")
            for entry in ours:
                parts = PurePosixPath(entry.filename).relative_to(top).parts
                if all(_NAME.fullmatch(part) for part in parts):
                    target = place.joinpath(*parts)
                    target.parent.mkdir(exist_ok=True)
                    _take(archive, entry, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputFault("bundle.not_a_bundle") from error


def sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    left = min(entry.file_size, LARGEST_FILE)
    with room_expected(), archive.open(entry) as source, open(target, "wb") as sink:
        while block := source.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile("longer than it claimed")
            sink.write(block)


def _plausible(manifest: BundleManifest) -> bool:
    """Names that stay in the folder, and numbers no honest network goes beyond: a hostile one would fill the memory."""
    names = list(manifest.files)
    spec = manifest.preprocessing
    return (
        WEIGHTS in names
        and len(names) <= MOST_FILES
        and all(_NAME.fullmatch(name) and name not in (MANIFEST, PARITY) for name in names)
        and 1 <= len(manifest.classes) <= MOST_CLASSES
        and len(set(manifest.classes)) == len(manifest.classes)
        and spec.kind == manifest.card.input.kind == manifest.modality
        and 1 <= manifest.card.features <= WIDEST
        and 0 <= manifest.frozen_stages <= DEEPEST
        and (not isinstance(spec, ImageInput) or 1 <= spec.size <= spec.resize <= LONGEST_SIDE)
        and (not isinstance(spec, AudioInput) or _heard(spec))
        and (not isinstance(spec, SeriesInput) or _measured(spec))
        and modest(manifest.architecture)
    )


def _heard(spec: AudioInput) -> bool:
    """No more frames, and none of them larger, than a model for sounds would look at."""
    return (
        1 <= spec.mels <= spec.window // 2
        and 1 < spec.hop <= spec.window <= LONGEST_WINDOW
        and spec.hop < spec.rate <= HIGHEST_RATE
        and 0 < spec.seconds * spec.rate / spec.hop <= MOST_FRAMES
    )


def _measured(spec: SeriesInput) -> bool:
    """No longer a look back, and no more forecast, than a model for series would take."""
    return (
        1 <= spec.least <= spec.context <= MOST_STEPS and 0 <= spec.horizon <= MOST_STEPS and len(spec.quantiles) <= 99
    )


def modest(value: Any, name: str = "", depth: int = 0) -> bool:
    """Whether what describes a network holds no number beyond those of an honest one."""
    if depth > 8:
        return False
    if isinstance(value, dict):
        return len(value) <= WIDEST and all(modest(one, str(key), depth + 1) for key, one in value.items())
    if isinstance(value, list):
        return len(value) <= DEEPEST and all(modest(one, name, depth + 1) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) <= (DEEPEST if "layers" in name or "depth" in name else WIDEST)
    return value is None or isinstance(value, bool | str)
