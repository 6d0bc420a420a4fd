"""Models of the model hub, by plain HTTP: only the few files needed, only JSON, safetensors and tokenizers."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tl_core.backbones import folder, web
from tl_core.backbones.keep import keep
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import BackboneCard, Source
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import room_expected
from tl_core.store.home import Home

ENDPOINT = "https://huggingface.co"
NAME = re.compile(r"\w[\w.-]{0,95}/\w[\w.-]{0,95}")
REVISION = re.compile(r"\w[\w./-]{0,95}")
SMALL = {
    "config.json", "README.md", "preprocessor_config.json", "config_sentence_transformers.json",
    "1_Pooling/config.json", "model.safetensors.index.json", "generation_config.json", "tokenizer_config.json",
    "chat_template.jinja",
}  # fmt: skip
OLD_TOKENIZER = {"special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt"}
WEIGHTS = re.compile(r"model(-\d{5}-of-\d{5})?\.safetensors")


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Fetch and keep "hub:<owner>/<model>", or "hub:<owner>/<model>@<revision>"."""
    return fetch_repository(home, name, "hub", name.partition(":")[2], progress)


def fetch_repository(
    home: Home, name: str, source: Source, repository: str, progress: FetchProgress | None
) -> BackboneCard:
    """Keep the model of ``repository`` as ``name``: from the hub's own cache on this machine, else by the network."""
    repository, _, revision = repository.partition("@")
    revision = revision or "main"
    if not NAME.fullmatch(repository) or not REVISION.fullmatch(revision) or ".." in revision:
        raise InputFault("backbones.bad_repository", name=repository)
    cached = cached_snapshot(repository, revision)
    if cached:
        return keep(home, *folder.read(cached, name, source))
    beside = Path(tempfile.mkdtemp(prefix=".hub-", dir=home.weights))
    try:
        with room_expected():
            _download(repository, revision, beside, progress)
        return keep(home, *folder.read(beside, name, source))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def cached_snapshot(repository: str, revision: str) -> Path | None:
    """The folder of a repository that another program fetched before, in the hub's cache; None when not complete."""
    chosen = os.environ.get("HF_HUB_CACHE")
    above = Path(chosen) if chosen else Path(os.environ.get("HF_HOME") or "~/.cache/huggingface").expanduser() / "hub"
    cache = above / f"models--{repository.replace('/', '--')}"
    named = cache / "refs" / revision
    commit = named.read_text("ascii").strip() if named.is_file() else revision
    snapshot = cache / "snapshots" / commit
    if not re.fullmatch(r"\w+", commit) or not (snapshot / "config.json").is_file():
        return None
    return snapshot if any(snapshot.glob("*.safetensors")) else None


def _download(repository: str, revision: str, target: Path, progress: FetchProgress | None) -> None:
    endpoint = os.environ.get("HF_ENDPOINT", ENDPOINT).rstrip("/")
    token = os.environ.get("HF_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with web.connection(repository, headers) as client:
        answer = client.get(f"{endpoint}/api/models/{repository}/revision/{quote(revision, safe='')}?blobs=true")
        try:
            told = answer.raise_for_status().json()
            wanted = choose(repository, {one["rfilename"]: one for one in told["siblings"]})
            commit = str(told["sha"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputFault("backbones.hub_broken", name=repository) from error
        total = sum(one.get("size") or 0 for one in wanted)
        done = 0

        def report(now: int, _: int | None) -> None:
            if progress:
                progress(done + now, total or None)

        for one in wanted:
            file = target / one["rfilename"]
            file.parent.mkdir(exist_ok=True)
            url = f"{endpoint}/{repository}/resolve/{commit}/{quote(one['rfilename'])}"
            done += web.transfer(client, url, file, (one.get("lfs") or {}).get("sha256"), report)


def choose(repository: str, files: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of a repository's files that are worth fetching. Raises ``InputFault`` where it has no safetensors."""
    weights = {name for name in files if WEIGHTS.fullmatch(name)}
    if not weights:
        raise InputFault("backbones.only_safetensors", name=repository)
    if "model.safetensors" in weights:
        weights = {"model.safetensors"}
    tokenizer = {"tokenizer.json"} if "tokenizer.json" in files else OLD_TOKENIZER
    return [files[name] for name in sorted((SMALL | tokenizer) & files.keys() | weights)]
