"""An assistant's folder as files: found, checked, read, packed. They come from strangers too. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from pydantic import ValidationError

from tl_core.bundle import folder as files
from tl_core.bundle.folder import MOST_FILES, PARITY, checked_and_packed, manifest_in, parity_in, sha256
from tl_core.domain.answer import AnswerParity, AssistantManifest
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault

MANIFEST, PASSAGES, VECTORS, WORDS, ADAPTER = "assistant.json", "passages.jsonl", "vectors.npy", "words", "adapter"
OWN = "assistant"  # folder of a dataset version's own index, in the version's
MOST_PASSAGES = 1_000_000


def opened(path: Path) -> AbstractContextManager[Path]:
    """The assistant's folder; of a zip file, a copy that lives as long as the context. Raises ``InputFault``."""
    return files.opened(path, MANIFEST, depth=2)


def is_assistant(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> AssistantManifest:
    """Raises ``InputFault`` for what is none."""
    return manifest_in(folder / MANIFEST, AssistantManifest, _plausible, none="bundle.not_an_assistant")


def write_passages(file: Path, samples: Sequence[Sample]) -> None:
    """One a line: what is shown and found by. The question a passage was written for stays behind, as does the rest."""
    with open(file, "w", encoding="utf-8", newline="\n") as stream:
        for one in samples:
            place = one.place.model_copy(update={"asked": None}) if one.place else None
            bare = Sample(id=one.id, source=one.source, text=one.text, place=place)
            stream.write(bare.model_dump_json(exclude_none=True, exclude_defaults=True) + "\n")


def read_passages(file: Path) -> list[Sample]:
    """Raises ``InputFault`` for lines that are no passages."""
    try:
        with open(file, encoding="utf-8", newline="\n") as stream:
            found = [Sample.model_validate_json(line) for line in stream]
    except (OSError, ValueError, ValidationError) as error:
        raise InputFault("bundle.damaged", name=file.name) from error
    return found


def read_parity(folder: Path) -> AnswerParity | None:
    """The certificate; None when there is none that can be read."""
    return parity_in(folder, AnswerParity)


def pack(folder: Path, target: Path, top: str) -> Path:
    """One zip file of it, its files under the folder ``top``. Raises ``InputFault``, also for damaged files."""
    return checked_and_packed(folder, target, top, MANIFEST, read_manifest(folder).files)


def hashes(folder: Path) -> dict[str, str]:
    """Of every file in ``folder`` and the folders in it, by its path with slashes, but for manifest and certificate."""
    names = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    return {name: sha256(file) for name, file in names.items() if name not in (MANIFEST, PARITY)}


def _plausible(manifest: AssistantManifest) -> bool:
    return (
        PASSAGES in manifest.files
        and len(manifest.files) <= MOST_FILES
        and all(_inside(name) for name in manifest.files)
        and 0 <= manifest.passages <= MOST_PASSAGES
        and 8 <= manifest.tokens <= 8192
        and (manifest.card is None or manifest.card.modality == "text")
    )


def _inside(name: str) -> bool:
    """A file of the folder, or of a folder in it: nothing that leads out."""
    parts = name.split("/")
    return (
        1 <= len(parts) <= 2
        and name not in (MANIFEST, PARITY)
        and all(part and not part.startswith(".") and "\\" not in part and ":" not in part for part in parts)
    )
