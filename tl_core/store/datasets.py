"""Dataset versions on disk: ``projects/<id>/datasets/<version>/{dataset.json, samples.jsonl, counts.json}``."""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import read_json, replace_folder, room_expected
from tl_core.store.home import Home


def content_id(dataset: Dataset) -> str:
    """A digest of all but the id and where it came from: equal data, equal id. 16 hexadecimal digits."""
    left_out: dict[str, Any] = {"id": True, "parent": True, "change": True}
    if dataset.drawn_by is None:
        left_out |= {"drawn_by": True, "samples": {"__all__": {"drawn"}}}
    content = dataset.model_dump(mode="json", exclude=left_out)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def save_dataset(home: Home, project_id: str, dataset: Dataset) -> Dataset:
    """Keep ``dataset`` as a version of the project; returned with its id filled in.

    Changed back to what an upload had brought, it is that version. Making it the version in use is
    ``projects.set_dataset``. Raises InputFault ``store.disk_full``.
    """
    brought = content_id(dataset.model_copy(update={"drawn_by": None}))
    if (home.dataset(project_id, brought) / "dataset.json").exists():
        return load_dataset(home, project_id, brought)
    dataset = dataset.model_copy(update={"id": content_id(dataset)})
    target = home.dataset(project_id, dataset.id)
    if (target / "dataset.json").exists():
        return dataset
    temp = target.with_name(f".{target.name}.part")
    shutil.rmtree(temp, ignore_errors=True)
    with room_expected():
        temp.mkdir(parents=True)
        with open(temp / "samples.jsonl", "w", encoding="utf-8", newline="\n") as stream:
            for sample in dataset.samples:
                stream.write(sample.model_dump_json(exclude_none=True) + "\n")
        (temp / "dataset.json").write_text(dataset.model_dump_json(exclude={"samples"}), encoding="utf-8")
        (temp / "counts.json").write_text(json.dumps(dataset.counts()), encoding="utf-8")
    replace_folder(temp, target)
    return dataset


def load_dataset(home: Home, project_id: str, version: str) -> Dataset:
    """Kept in memory until its file changes. Raises InputFault when the version is not there."""
    folder = home.dataset(project_id, version)
    try:
        changed = (folder / "dataset.json").stat().st_mtime_ns
    except FileNotFoundError:
        raise InputFault("store.dataset_missing") from None
    return _read(folder, changed)


def class_counts(home: Home, project_id: str, version: str) -> dict[str, int]:
    """Samples per class without loading a sample. Raises InputFault when the version is not there."""
    try:
        return _counts(home.dataset(project_id, version))
    except FileNotFoundError:
        raise InputFault("store.dataset_missing") from None


def history(home: Home, project_id: str, version: str) -> list[Dataset]:
    """The version and those it was made of, the newest first, without their samples.

    Raises InputFault when the version is not there; an older one that is gone ends the list.
    """
    found: list[Dataset] = []
    wanted: str | None = version
    while wanted is not None and wanted not in {one.id for one in found}:
        try:
            found.append(Dataset(samples=[], **read_json(home.dataset(project_id, wanted) / "dataset.json")))
        except FileNotFoundError:
            if not found:
                raise InputFault("store.dataset_missing") from None
            break
        wanted = found[-1].parent
    return found


@lru_cache(maxsize=256)
def _counts(folder: Path) -> dict[str, int]:
    return read_json(folder / "counts.json")


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int) -> Dataset:
    head = read_json(folder / "dataset.json")
    with open(folder / "samples.jsonl", encoding="utf-8", newline="\n") as stream:
        samples = [Sample.model_validate_json(line) for line in stream]
    return Dataset(samples=samples, **head)
