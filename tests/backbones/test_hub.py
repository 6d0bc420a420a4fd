"""Models by their names on the hub, against a small hub of our own on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.backbones import folders
from tl_core.backbones.fetch import fetch
from tl_core.backbones.hub import choose
from tl_core.backbones.load import load
from tl_core.domain.fault import InputFault, Stopped
from tl_core.store.home import Home

COMMIT = "a" * 40


class Hub:
    """Serves one folder as owner/model; remembers what was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = "owner/model"
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.damage: set[str] = set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.asked.append(self.path)
                hub.tokens.append(self.headers.get("Authorization"))
                body = hub.answer(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> bytes | None:
        if path == f"/api/models/{self.repository}/revision/main?blobs=true":
            return json.dumps({"sha": COMMIT, "siblings": [self.about(file) for file in self.files()]}).encode()
        before = f"/{self.repository}/resolve/{COMMIT}/"
        file = self.folder / path.removeprefix(before)
        if not path.startswith(before) or not file.is_file():
            return None
        content = file.read_bytes()
        return content[:-1] + b"?" if file.name in self.damage else content

    def files(self) -> list[Path]:
        return [file for file in sorted(self.folder.rglob("*")) if file.is_file()]

    def about(self, file: Path) -> dict:
        content = file.read_bytes()
        told = {"rfilename": file.relative_to(self.folder).as_posix(), "size": len(content)}
        return (
            {**told, "lfs": {"sha256": hashlib.sha256(content).hexdigest()}} if file.suffix == ".safetensors" else told
        )


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    folder = tmp_path / "served"
    folder.mkdir()
    hub = Hub(folder)
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


def refused(home: Home, name: str) -> str:
    with pytest.raises(InputFault) as told:
        fetch(home, name)
    assert str(told.value)
    assert not list(home.weights.rglob("*.safetensors"))
    return told.value.key


def test_a_model_by_name_fetches_only_what_is_needed(hub: Hub, home: Home) -> None:
    folders.write_transformers(hub.folder, "mpnet")
    (hub.folder / "pytorch_model.bin").write_bytes(b"pickle")
    (hub.folder / "modeling_own.py").write_text("raise SystemExit", "utf-8")
    told: list[tuple[int, int | None]] = []
    card = fetch(home, "hub:owner/model", lambda done, total: told.append((done, total)))
    assert card.name == "hub:owner/model"
    assert load(home, card.name).card == card
    asked = {path.rpartition("/")[2] for path in hub.asked[1:]}
    assert asked == {"config.json", "model.safetensors", "tokenizer.json"}
    assert told[-1][0] == told[-1][1]
    assert not list(home.weights.glob(".hub-*"))

    count = len(hub.asked)
    assert fetch(home, card.name) == card
    assert len(hub.asked) == count  # there already: nobody is asked


def test_timm_names_find_their_repository(hub: Hub, home: Home) -> None:
    network = folders.write_timm(hub.folder, "test_resnet")
    hub.repository = "timm/test_resnet.r160_in1k"
    card = fetch(home, "timm:test_resnet")
    assert (card.source, card.title) == ("timm", "test_resnet")
    assert card.features == network.num_features
    assert load(home, "timm:test_resnet").card == card


def test_a_token_goes_to_the_hub_only_when_there_is_one(hub: Hub, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(home, "hub:owner/none")
    monkeypatch.setenv("HF_TOKEN", "secret")
    refused(home, "hub:owner/none")
    assert hub.tokens == [None, "Bearer secret"]


def test_damaged_on_the_way(hub: Hub, home: Home) -> None:
    folders.write_transformers(hub.folder, "bert")
    hub.damage = {"model.safetensors"}
    assert refused(home, "hub:owner/model") == "backbones.hub_broken"


def test_not_there(hub: Hub, home: Home) -> None:
    assert refused(home, "hub:owner/other") == "backbones.hub_refuses"


def test_no_network(hub: Hub, home: Home) -> None:
    hub.server.shutdown()
    hub.server.server_close()
    assert refused(home, "hub:owner/model") == "backbones.no_network"


def test_only_pickles(hub: Hub, home: Home) -> None:
    folders.write_transformers(hub.folder, "bert")
    (hub.folder / "model.safetensors").rename(hub.folder / "pytorch_model.bin")
    assert refused(home, "hub:owner/model") == "backbones.only_safetensors"
    assert len(hub.asked) == 1


def test_a_stopped_fetch_leaves_nothing(hub: Hub, home: Home) -> None:
    folders.write_transformers(hub.folder, "bert")

    def stop(done: int, total: int | None) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        fetch(home, "hub:owner/model", stop)
    assert list(home.weights.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["hub:model", "hub:../../etc", "hub:a/b/c", "hub:owner/model@../x", "other:x", "nothing", "hub:"]
)
def test_names_that_cannot_be(hub: Hub, home: Home, name: str) -> None:
    assert refused(home, name) in ("backbones.bad_repository", "backbones.bad_name")
    assert hub.asked == []


@pytest.mark.parametrize("name", ["timm:no_such_net", "timm:resnet18.no_such_tag", "timm:hf-hub:owner/model"])
def test_names_that_timm_does_not_know(hub: Hub, home: Home, name: str) -> None:
    assert refused(home, name) in ("backbones.unknown_network", "backbones.no_weights")
    assert hub.asked == []


def test_the_hubs_own_cache_needs_no_network(hub: Hub, home: Home, tmp_path: Path) -> None:
    repository = tmp_path / "cache" / "models--owner--kept"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT, "ascii")
    folders.write_transformers(snapshot, "distilbert")
    assert fetch(home, "hub:owner/kept").modality == "text"
    assert hub.asked == []


def test_weights_in_parts_are_chosen_whole() -> None:
    names = [
        "config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "x.gguf",
        "vocab.txt",
    ]
    chosen = [one["rfilename"] for one in choose("o/m", {name: {"rfilename": name} for name in names})]
    assert chosen == ["config.json", names[1], names[2], "vocab.txt"]
