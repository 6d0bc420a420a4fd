"""The worker, its spares and the libraries they load talk to nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.workers import wait_until
from tl_core import processes, quiet
from tl_core.domain.plan import FetchPlan
from tl_core.serving import place
from tl_core.store.home import Home
from tl_core.use_cases import runs

LISTENING = Path(__file__).parent / "listening"
LOOPBACK = ("'127.0.0.1'", "'localhost'", "'::1'")


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where processes started from here on write down whom they talk to."""
    monkeypatch.setenv("THAW_TEST_HEARD", str(tmp_path / "heard.txt"))
    monkeypatch.delenv("CI", raising=False)  # some libraries are silent only there
    return tmp_path / "heard.txt"


def strangers(heard: Path) -> list[str]:
    lines = heard.read_text().splitlines() if heard.exists() else []
    return [line for line in lines if not any(place in line for place in LOOPBACK)]


def test_a_stranger_would_be_heard(heard: Path) -> None:
    code = "import socket; socket.getaddrinfo('thaw.invalid', 80)"
    subprocess.run([sys.executable, "-c", code], env={**quiet.child_environment(), "PYTHONPATH": str(LISTENING)})
    assert len(strangers(heard)) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_nobody_is_called(home: Home, real_workers, heard: Path, until, ended) -> None:
    """A real worker with both spares, all libraries loaded, the predictor, and one job that cannot be done."""
    path = real_workers.environment()["PYTHONPATH"]
    worker = real_workers.start(PYTHONPATH=f"{LISTENING}:{path}", THAW_TEST_HEARD=str(heard))
    run = runs.start(FetchPlan(backbone="packaged:no-such-model"))
    until(lambda: len(spares(worker.pid)) == 2)
    until(lambda: all(loaded(pid, name) for pid, name in spares(worker.pid)), 180)
    assert ended(run).state == "failed"
    predictor = wait_for_predictor(home)
    os.kill(predictor.pid, signal.SIGKILL)
    until(lambda: place.read(home) is not None and place.read(home) != predictor)
    assert strangers(heard) == []
    family = [pid for pid, _ in spares(worker.pid)] + [wait_for_predictor(home).pid]
    assert len(family) == 3
    worker.kill()
    until(lambda: not any(processes.alive(pid) for pid in family), 10)


def wait_for_predictor(home: Home) -> place.Place:
    wait_until(lambda: place.read(home))
    found = place.read(home)
    assert found
    return found


def spares(worker: int) -> list[tuple[int, str]]:
    """Number and name of the worker's spare children."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and processes.alive(int(entry.name)):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"--spare" in words and str(worker).encode() in words:
                found.append((int(entry.name), words[words.index(b"--spare") + 1].decode()))
    return found


def loaded(pid: int, name: str) -> bool:
    """Is it past its imports? Then it waits, and has used no time for half a second."""
    if {"torch": "openvino", "plain": "_imaging"}[name] not in Path(f"/proc/{pid}/maps").read_text():
        return False
    before = ticks(pid)
    time.sleep(0.5)
    return ticks(pid) == before


def ticks(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_only_who_was_asked_may_fetch(name: str) -> None:
    assert quiet.child_environment()[name] == "1"
    assert quiet.child_environment(fetching=True)[name] == "0"


def test_the_queue_is_not_led_to_a_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBOS__CLOUD", "true")
    assert not [key for key in quiet.child_environment() if key.startswith("DBOS_")]


def test_openvino_keeps_its_telemetry_to_itself() -> None:
    code = (
        "from tl_core import quiet; import sys, openvino, openvino.tools.ovc;"
        "print(sys.modules['openvino_telemetry'] is None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
