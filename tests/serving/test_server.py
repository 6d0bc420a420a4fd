import http.client
import io
import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bundle.tiny import picture
from tests.bundle.trained import Trained, decided, trained
from tl_core import processes
from tl_core.bundle.load import load_bundle
from tl_core.domain.fault import InputFault
from tl_core.serving import client, place
from tl_core.use_cases import predict

ROOT = Path(__file__).resolve().parents[2]


def raw_request(server, method="POST", path="/ask", body=b"", headers=None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request(method, path, body, headers or {})
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    return reply.status, json.loads(content) if content.startswith(b"{") else {}


def says(key: str, call, *arguments):
    with pytest.raises(InputFault) as caught:
        call(*arguments)
    assert caught.value.key == key, str(caught.value)


def test_it_answers_as_the_bundle_does(text: Trained, server):
    asked = "the camera was   very good\r\n"
    answer = client.ask(text.home, text.folder.bundle, asked)
    expected = load_bundle(text.folder.bundle).answer(["the camera was very good"])
    assert np.allclose(answer.probabilities, expected[0])
    assert (answer.label, answer.not_sure) == (expected[0].argmax(), "")
    again = predict.ask(text.id, asked)
    assert list(again.probabilities.values()) == sorted(answer.probabilities, reverse=True)
    assert again.seconds < 5


def test_pictures_are_read_as_those_of_a_project(home, server):
    one = trained(home, "image")
    stream = io.BytesIO()
    picture(7).save(stream, "PNG")
    answer = predict.ask(one.id, stream.getvalue())
    expected = load_bundle(one.folder.bundle).answer([picture(7)])[0]
    assert answer.probabilities[answer.label] == pytest.approx(expected.max())
    assert list(home.cache.iterdir()) == []  # nothing of the question stays


@pytest.mark.parametrize("content", [b"no picture", b"\xff\xd8\xff\xe0 torn", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_a_sentence_and_the_next_one_is_answered(home, server, content):
    one = trained(home, "image")
    with pytest.raises(InputFault) as caught:
        predict.ask(one.id, content)
    assert caught.value.key.startswith("refusals.")
    stream = io.BytesIO()
    picture(1).save(stream, "PNG")
    assert predict.ask(one.id, stream.getvalue()).label in ("bad", "good")


def test_what_it_never_learned_of_is_not_sure(home, server):
    one = decided(home, "image")
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 0)).save(stream, "PNG")  # it learned from noise
    answer = predict.ask(one.id, stream.getvalue())
    assert answer.not_sure == "far"
    assert answer.decided
    stream = io.BytesIO()
    one.made.raws(one.made.held_out)[0].save(stream, "PNG")
    assert predict.ask(one.id, stream.getvalue()).not_sure != "far"


def test_nobody_asks_without_the_word(text: Trained, server):
    query = f"/ask?bundle={text.folder.bundle}&kind=text"
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {server.token}"}):
        status, told = raw_request(server, path=query, body=b"good", headers=headers)
        assert (status, "probabilities" in told) == (403, False)
    right = {"Authorization": f"Bearer {server.token}"}
    assert raw_request(server, path=query, body=b"good", headers=right)[0] == 200
    assert raw_request(server, path="/other", headers=right)[0] == 404
    assert raw_request(server, "GET", query, headers=right)[0] == 501
    assert raw_request(server, path=query, headers={**right, "Content-Length": "99999999999"})[0] == 413
    assert raw_request(server, path=query, headers={**right, "Content-Length": "-5"})[0] == 413
    assert raw_request(server, path="/ask", body=b"good", headers=right)[0] == 500


def test_it_listens_on_the_loopback_alone_and_looks_up_nothing(home, monkeypatch):
    from tl_core.serving.server import Server

    for name in ("getfqdn", "gethostbyaddr", "gethostbyname"):
        monkeypatch.setattr(socket, name, lambda *a, name=name: pytest.fail(name))
    server = Server(home)
    assert server.socket.getsockname()[0] == "127.0.0.1"
    server.server_close()
    if os.name == "posix":
        assert stat.S_IMODE((home.path / "predictor.json").stat().st_mode) == 0o600


def test_only_bundles_of_this_home_are_opened(text: Trained, server, tmp_path):
    outside = tmp_path / "outside"
    text.folder.bundle.rename(outside)
    says("predict.no_model", client.ask, text.home, outside, "good")
    says("predict.no_model", client.ask, text.home, text.home.runs / ".." / ".." / "outside", "good")
    if os.name == "posix":
        text.folder.bundle.symlink_to(outside)
        says("predict.no_model", client.ask, text.home, text.folder.bundle, "good")


def test_a_damaged_bundle_and_the_wrong_kind_are_sentences(text: Trained, server):
    says("predict.not_files", client.ask, text.home, text.folder.bundle, b"x")
    says("refusals.empty_text", client.ask, text.home, text.folder.bundle, " \n")
    (text.folder.bundle / "tokenizer.json").write_text("{}")
    os.utime(text.folder.bundle / "bundle.json")
    says("bundle.damaged", client.ask, text.home, text.folder.bundle, "good")


def test_too_little_memory_is_a_sentence(text: Trained, server, monkeypatch):
    for error in (MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ...")):

        def fail(path, error=error):
            raise error

        monkeypatch.setattr("tl_core.bundle.load.load_bundle", fail)
        says("predict.model_too_large", client.ask, text.home, text.folder.bundle, "good")
    monkeypatch.setattr("tl_core.bundle.load.load_bundle", lambda path: 1 / 0)
    says("predict.ours", client.ask, text.home, text.folder.bundle, "good")


def test_warming_loads_before_anybody_asks(text: Trained, server):
    predict.warm(text.id)
    end = time.monotonic() + 30
    while not server.asked._models.held and time.monotonic() < end:
        time.sleep(0.05)
    assert server.asked._models.held == [text.folder.bundle]
    assert not client.warm(text.home, text.folder.bundle)


def test_without_a_predictor(text: Trained, monkeypatch):
    monkeypatch.setattr(client, "RETURNING", 0.2)
    says("predict.no_predictor", client.ask, text.home, text.folder.bundle, "good")
    (text.home.path / "predictor.json").write_text('{"port": 1, "token": "x", "pid": 999999999, "born": null}')
    says("predict.no_predictor", client.ask, text.home, text.folder.bundle, "good")
    (text.home.path / "predictor.json").write_text("torn")
    says("predict.no_predictor", client.ask, text.home, text.folder.bundle, "good")
    predict.warm(text.id)  # nobody to warm is nobody's trouble


def test_one_that_hangs_up_is_busy(text: Trained, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place.write(text.home, silent.getsockname()[1])
        says("predict.predictor_busy", client.ask, text.home, text.folder.bundle, "good")


def test_a_process_of_its_own_answers_quickly_and_ends_with_its_parent(text: Trained, tmp_path):
    code = (
        "import os, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-m', 'tl_core.jobs.attached', str(os.getpid()), 'tl_core.serving.server',"
        f" {str(text.home.path)!r}])\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        end = time.monotonic() + 60
        while (there := place.read(text.home)) is None and time.monotonic() < end:
            time.sleep(0.1)
        assert there is not None
        assert there.pid != parent.pid
        predict.ask(text.id, "very good")
        seconds = sorted(predict.ask(text.id, f"very good {n}").seconds for n in range(5))
        assert seconds[2] < 1.0
        parent.kill()
        parent.wait()
        end = time.monotonic() + 10
        while processes.alive(there.pid, there.born) and time.monotonic() < end:
            time.sleep(0.1)
        assert place.read(text.home) is None
    finally:
        parent.kill()
        parent.wait()


def test_what_models_of_a_kind_need_is_loaded_before_there_is_one(home, server, until, monkeypatch):
    from tl_core import backbones
    from tl_core.backbones import load

    asked = []
    monkeypatch.setattr(load, "load", lambda home, name: asked.append(name))
    predict.prepare("image")
    until(lambda: asked == [backbones.default("image")], 10)
    predict.prepare("no such kind")  # nobody waits for it, so nobody is told
