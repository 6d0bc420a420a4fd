"""The predictor: ``python -m tl_core.serving.server HOME``. Started and watched by the worker, ends with it.

It answers on the loopback alone, to whoever can read this home's ``predictor.json``, for bundles of this home's runs
and for the index of its documents.
Libraries are loaded with the first model. Strangers' samples are read in a limited child.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tl_core import (
    modalities,
    processes,
    quiet,  # noqa: F401 - silences the libraries that answers need
)
from tl_core.bundle.assistant_folder import OWN, is_assistant
from tl_core.data.limited import KeptChild
from tl_core.data.refused import Refused
from tl_core.domain.answer import Reply
from tl_core.domain.bundle import BundleManifest
from tl_core.domain.fault import InputFault
from tl_core.serving import place
from tl_core.serving.models import Models
from tl_core.store.home import Home

LARGEST_QUESTION = 25_000_000  # bytes
MEMORY = 6 << 30  # bytes of data this process may hold; beyond it a model is refused, not the machine brought down
ROUND = 20.0  # seconds between looks whether anybody still asks

log = logging.getLogger("thaw.predictor")


class Asked:
    """What the predictor does, apart from how it is reached."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._models = Models()
        self._readers: dict[str, KeptChild] = {}
        self._one = threading.Lock()  # a question at a time: each takes all cores

    def ask(self, bundle: str, kind: str, content: bytes) -> dict[str, Any]:
        """What is said of one sample, as ``client.Told``. Raises InputFault."""
        predictor = self._models.get(self._own(bundle))
        with self._one, tempfile.TemporaryDirectory(dir=self._home.cache, prefix="asked-") as work:
            raw, picture = self._read(predictor.manifest, kind, content, Path(work))
            verdicts = predictor.verdicts([raw])
        return {
            "probabilities": verdicts.probabilities[0].tolist(),
            "label": int(verdicts.labels[0]),
            "possible": verdicts.possible[0].tolist(),
            "not_sure": verdicts.unsure(0),
            "picture": base64.b64encode(picture).decode("ascii"),
        }

    def explain(self, bundle: str, kind: str, content: bytes) -> dict[str, Any]:
        """Why one sample was answered as it was. Raises InputFault."""
        from tl_core.bundle.explain import explain

        folder = self._own(bundle)
        predictor = self._models.get(folder)
        with self._one, tempfile.TemporaryDirectory(dir=self._home.cache, prefix="asked-") as work:
            raw, _ = self._read(predictor.manifest, kind, content, Path(work))
            return explain(predictor, raw, folder.parent).model_dump()

    def answer(self, bundle: str, content: bytes) -> Generator[Reply, None, None]:
        """What an assistant says to one question, as it grows. Raises InputFault."""
        assistant = self._models.assistant(self._own(bundle), self._home)
        with self._one:
            yield from assistant.replies(content.decode("utf-8", "replace"))

    def warm(self, bundle: str) -> dict[str, Any]:
        """Begin to load a model."""
        folder = self._own(bundle)
        threading.Thread(target=self._load_quietly, args=(folder,), daemon=True).start()
        return {}

    def prepare(self, modality: str) -> dict[str, Any]:
        """Begin to load what models of this kind need, before there is one to be asked."""
        threading.Thread(target=self._prepare_quietly, args=(modality,), daemon=True).start()
        return {}

    def rest(self) -> None:
        """Let go of what nobody asks for; to be called again and again."""
        if self._models.let_go_when_idle():
            log.info("nobody asks: the models are let go")
            with self._one:
                for reader in self._readers.values():
                    reader.end()
                self._readers.clear()

    def _own(self, bundle: str) -> Path:
        """A bundle of this home's runs, or a dataset version's own index; nothing else is opened for anybody."""
        folder = Path(bundle).resolve()
        index = folder.match(f"*/datasets/*/{OWN}") and folder.parents[3:4] == (self._home.projects.resolve(),)
        if not (index or self._home.runs.resolve() in folder.parents) or not folder.is_dir():
            raise InputFault("predict.no_model")
        return folder

    def _load_quietly(self, folder: Path) -> None:
        try:
            if is_assistant(folder):
                assistant = self._models.assistant(folder, self._home)
                with self._one:
                    assistant.reply("warm")  # the first pass through a network takes longer than any other
            else:
                self._models.get(folder)
        except InputFault as fault:  # whoever asks will be told
            log.info("not loaded: %s", fault.key)
        except Exception:
            log.exception("not loaded")

    def _prepare_quietly(self, modality: str) -> None:
        """The starting model itself is laid out once, so that its library and what that needs are there."""
        try:
            from tl_core import backbones
            from tl_core.backbones.load import load
            from tl_core.bundle import load as of_bundles  # noqa: F401 - the models to come are read by it

            load(self._home, backbones.default(modality))
        except InputFault as fault:
            log.info("not prepared: %s", fault.key)
        except Exception:
            log.exception("not prepared")

    def _read(self, manifest: BundleManifest, kind: str, content: bytes, work: Path) -> tuple[Any, bytes]:
        """The sample as the project's own were read, and the drawing of one that is no picture by itself.

        Of a file of several the one in the middle.
        """
        name, scan = manifest.modality, manifest.scan
        modality = modalities.get(name)
        if modality.written != (kind == "text"):
            raise InputFault("predict.not_files" if modality.written else "predict.not_texts")
        if name not in self._readers:
            self._readers[name] = KeptChild(modality.reading)
        drawn = not modality.written and modality.pictures() is None
        item: dict[str, Any] = {
            "samples": str(work), "thumbnails": str(work) if drawn else None,
            "scan": scan.model_dump() if scan else None,
        }  # fmt: skip
        if modality.written:
            item["text"] = content.decode("utf-8", "replace")
        else:
            (work / "question").write_bytes(content)
            item["path"] = str(work / "question")
        try:
            read = self._readers[name].ask(item)
            parts = read.get("parts", [read])
            one = parts[len(parts) // 2]
            drawing = work / f"{one['id']}.webp" if drawn else None
            return modality.read_raw(one, work), drawing.read_bytes() if drawing else b""
        except Refused as refused:
            raise InputFault(refused.reason, **refused.values) from None


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, home: Home) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = Asked(home)
        self.token = place.write(home, self.server_port)

    def server_bind(self) -> None:
        """Without looking up a name for our address, as HTTPServer does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]


class Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 60.0  # seconds for a question to arrive
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode()):
            return self._reply(403, {"fault": "predict.no_predictor", "values": {}})
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_QUESTION:
            limit = {"limit": LARGEST_QUESTION // 1_000_000}
            return self._reply(413, {"fault": "predict.too_large", "values": limit})
        content = self.rfile.read(int(length))
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        asked = self.server.asked
        ways: dict[str, Callable[[], dict[str, Any]]] = {
            "/ask": lambda: asked.ask(query["bundle"], query["kind"], content),
            "/explain": lambda: asked.explain(query["bundle"], query["kind"], content),
            "/warm": lambda: asked.warm(query["bundle"]),
            "/prepare": lambda: asked.prepare(query["modality"]),
        }
        if address.path == "/answer":
            return self._stream(asked.answer(query.get("bundle", ""), content))
        if address.path not in ways:
            return self._reply(404, {"fault": "predict.no_predictor", "values": {}})
        return self._reply(*_answered(ways[address.path]))

    def _reply(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, replies: Generator[Reply, None, None]) -> None:
        """A line a reply, as soon as it is known; a fault is the last line. Who goes away is not answered further."""
        with suppress(ConnectionError), closing(replies):
            self._tell(replies)

    def _tell(self, replies: Generator[Reply, None, None]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            status, told = _answered(lambda: _next(replies))
            if not told:
                return
            self.wfile.write(json.dumps(told).encode() + b"\n")
            self.wfile.flush()
            if status != 200:
                return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a log of questions would be a log of samples."""


def _next(replies: Generator[Reply, None, None]) -> dict[str, Any]:
    """Empty when there is no more."""
    reply = next(replies, None)
    return reply.model_dump(mode="json") if reply is not None else {}


def _answered(way: Callable[[], dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    try:
        return 200, way()
    except InputFault as fault:
        return 422, {"fault": fault.key, "values": fault.values}
    except MemoryError:
        return 507, {"fault": "predict.model_too_large", "values": {}}
    except Exception as error:
        if "allocate memory" in str(error):  # torch's words
            return 507, {"fault": "predict.model_too_large", "values": {}}
        log.exception("a question could not be answered")
        return 500, {"fault": "predict.ours", "values": {}}


def limit_memory(most: int = MEMORY) -> None:
    """Cap what this process holds as data; systems without such a cap rely on theirs."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    except (ImportError, ValueError, OSError):
        return


def main(home: Home) -> None:
    """Serve until ended from outside."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    processes.offer_as_victim()
    limit_memory()
    server = Server(home)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 5.0}, daemon=True).start()
    log.info("the predictor is ready")
    while True:
        time.sleep(ROUND)
        server.asked.rest()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])))
