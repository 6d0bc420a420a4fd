"""Packages arrive as files, checked by hash, and nothing of them is ever run."""

import hashlib
import io
import os
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tl_core.data import packages
from tl_core.domain.fault import InputFault, Stopped


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index on disk with one source archive, whose set-up code would leave a trace."""
    trace = tmp_path / "it-ran"
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in {"setup.py": f"open({str(trace)!r}, 'w')", "data.txt": "words " * 50_000}.items():
            member = tarfile.TarInfo(f"thaw-words-1.0/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content.encode()))
    content = archive.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    folder = tmp_path / "index" / "thaw-words"
    folder.mkdir(parents=True)
    (folder / "thaw-words-1.0.tar.gz").write_bytes(content)
    link = f'<a href="thaw-words-1.0.tar.gz#sha256={sha256}">thaw-words-1.0.tar.gz</a>'
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")
    point_pip_at(monkeypatch, folder.parent.as_uri())
    return sha256, content, trace


def point_pip_at(monkeypatch, url):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", url)


def test_fetches_a_source_archive_without_running_it(home, index):
    sha256, content, trace = index
    seen = []
    path = packages.fetch_package(home, "thaw_words==1.0", sha256, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == content
    assert path.name == "thaw-words-1.0.tar.gz"
    assert seen[-1][0] == len(content)
    assert not trace.exists()


def test_second_call_needs_no_index(home, index, monkeypatch):
    sha256, _, _ = index
    first = packages.fetch_package(home, "thaw-words==1.0", sha256)
    monkeypatch.setattr(packages, "SESSION", "/nowhere")
    assert packages.fetch_package(home, "thaw-words==1.0", sha256) == first


def test_another_content_under_the_same_name_is_refused(home, index, tmp_path):
    sha256, _, _ = index
    (tmp_path / "index" / "thaw-words" / "thaw-words-1.0.tar.gz").write_bytes(b"something else")
    with pytest.raises(InputFault, match="not the expected file"):
        packages.fetch_package(home, "thaw-words==1.0", sha256)
    assert packages.fetched_package(home, sha256) is None
    assert list(home.packages.iterdir()) == []  # nothing half-fetched stays


def test_unknown_package(home, index):
    with pytest.raises(InputFault) as fault:
        packages.fetch_package(home, "thaw-other==2.0", "0" * 64)
    assert fault.value.key == "fetch.not_found"


def test_no_network(home, monkeypatch):
    point_pip_at(monkeypatch, "http://127.0.0.1:9/simple")
    with pytest.raises(InputFault) as fault:
        packages.fetch_package(home, "thaw-words==1.0", "0" * 64)
    assert fault.value.key == "fetch.no_network"


def test_connection_that_breaks_off(home, monkeypatch):
    class Broken(BaseHTTPRequestHandler):
        def do_GET(self):  # the name the standard library wants
            self.send_response(200)
            if self.path.endswith(".whl"):
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                self.wfile.write(b"only a little")
                return
            wheel = "w-1.0-py3-none-any.whl"
            page = f'<!DOCTYPE html><a href="{wheel}#sha256={"0" * 64}">{wheel}</a>'.encode()
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        point_pip_at(monkeypatch, f"http://127.0.0.1:{server.server_port}/simple")
        with pytest.raises(InputFault) as fault:
            packages.fetch_package(home, "w==1.0", "0" * 64)
        server.shutdown()
    assert fault.value.key in ("fetch.broken", "fetch.wrong_file")


def test_a_wish_to_stop_ends_the_transfer(home, index):
    def stop(done, total):
        raise Stopped

    with pytest.raises(Stopped):
        packages.fetch_package(home, "thaw-words==1.0", index[0], stop)
    assert packages.fetched_package(home, index[0]) is None
