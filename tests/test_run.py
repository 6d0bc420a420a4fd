"""The launcher, as a person meets it: real processes, on a small stand-in for the app so that nothing is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.launched import ROOT, launched, make_checkout, say_once, until
from tl_core.domain.fault import InputFault
from tl_core.launcher.environment import Environment
from tl_core.launcher.machine import demand_room, free_port
from tl_core.launcher.pip_output import follow
from tl_core.launcher.processes import child_environment, descendants
from tl_core.launcher.service import SLOWEST, Part, new_passcode
from tl_core.processes import alive
from tl_core.words import say


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "thaw")


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")


class TestRefusals:
    """Each is one sentence on stderr, and no traceback."""

    def test_old_python(self) -> None:
        code = (
            "import sys, runpy; sys.version_info = (3, 9, 1, 'final', 0); runpy.run_path('run.py', run_name='__main__')"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert (
            done.stderr
            == "Thaw needs Python 3.11 to 3.14, this is Python 3.9. Install one of them, then run: python3 run.py\n"
        )

    def test_old_python_can_read_it(self) -> None:
        text = (ROOT / "run.py").read_text("utf-8")
        assert not re.search(r"""\bf["']|:=|\bmatch |->|from __future__ import annotations|nonlocal""", text)
        older = shutil.which("python2.7") or shutil.which("python3.6") or shutil.which("python3.8")
        if older:
            done = subprocess.run([older, str(ROOT / "run.py")], capture_output=True, text=True, check=False)
            assert "Thaw needs Python" in done.stderr or "not found" in done.stderr  # a shim of no version

    def test_taken_port(self, checkout: Path, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            code, _, sentence = say_once(checkout, "--port", str(port), "--home", str(tmp_path / "home"))
        assert code == 2
        assert re.fullmatch(rf"Port {port} is taken by another program\. Choose another, .* --port \d+\n", sentence)

    def test_unwritable_home(self, checkout: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        code, _, sentence = say_once(checkout, "--home", str(tmp_path / "file" / "home"))
        assert code == 2
        assert sentence.startswith("Thaw cannot write to ")
        assert sentence.count("\n") == 1

    def test_no_network(self, checkout: Path, tmp_path: Path) -> None:
        """A real virtual environment, and pip pointed at a port where nobody listens."""
        shutil.rmtree(checkout / ".venv")
        nowhere = f"http://127.0.0.1:{free_port()}/simple"
        code, said, sentence = say_once(
            checkout,
            "setup",
            "--home",
            str(tmp_path / "home"),
            PIP_INDEX_URL=nowhere,
            PIP_FIND_LINKS="",
            PIP_CONFIG_FILE=os.devnull,
        )
        assert code == 2
        assert sentence == say("launcher.no_network") + "\n"
        assert "GB of packages" in said  # the size is said before anything is fetched
        assert not Environment(checkout).ready("app")

    def test_interrupted(self, checkout: Path) -> None:
        """An index that accepts and never answers; Ctrl-C in between leaves no stamp, and the next start goes on."""
        shutil.rmtree(checkout / ".venv")
        with socket.socket() as index:
            index.bind(("127.0.0.1", 0))
            index.listen()
            address = f"http://127.0.0.1:{index.getsockname()[1]}/simple"
            with launched(
                checkout, "setup", PIP_INDEX_URL=address, PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull
            ) as thaw:
                index.settimeout(60)
                index.accept()
                thaw.process.send_signal(signal.SIGINT)
                assert thaw.process.wait(20) == 130
                assert thaw.said().endswith(say("launcher.stopped") + "\n")
                assert not descendants(thaw.process.pid)
        assert Environment(checkout).python.exists()
        assert not Environment(checkout).ready("app")

    def test_models_not_fetched(self, checkout: Path, tmp_path: Path) -> None:
        code, _, _ = say_once(checkout, "--home", str(tmp_path / "home"), "--port", "0", SETUP_CODE="2")
        assert code == 2

    def test_full_disk(self, tmp_path: Path) -> None:
        with pytest.raises(InputFault, match=r"GB free, and the set-up needs 1000000\.0 GB"):
            demand_room(tmp_path, 1e15)

    def test_short_passcode(self, checkout: Path, tmp_path: Path) -> None:
        code, _, sentence = say_once(checkout, "--share", "--home", str(tmp_path / "home"), THAW_PASSCODE="1234")
        assert code == 2
        assert "at least 8 characters" in sentence

    @pytest.mark.parametrize(
        ("words", "said"),
        [(["app", "--prot", "1"], "not understood: --prot 1"), (["demo", "--samples"], "run.py setup")],
    )
    def test_unknown_words(self, checkout: Path, words: list[str], said: str) -> None:
        code, _, sentence = say_once(checkout, *words)
        assert code == 2
        assert said in sentence

    def test_samples_with_setup(self, checkout: Path, tmp_path: Path) -> None:
        assert say_once(checkout, "setup", "--samples", "--home", str(tmp_path / "home"))[0] == 0
        assert json.loads((tmp_path / "home" / "setup.json").read_text()) == ["--samples"]

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk_full"),
            ("WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(...)'", "no_network"),
            ("ERROR: No matching distribution found for torch==2.14.1", "no_fit"),
            ("ERROR: something else", None),
        ],
    )
    def test_what_pip_says(self, line: str, fault: str | None, tmp_path: Path) -> None:
        assert follow([line + "\n"], tmp_path / "log", 0, None) == (0, fault)
        after = "ERROR: No matching distribution found for torch\n"  # what pip ends with whatever came before
        assert follow([line + "\n", after], tmp_path / "log", 0, None)[1] == (fault or "no_fit")


class TestSetUp:
    def test_progress(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = ["Downloading torch-2.14.1-cp311-cp311-manylinux_2_28_x86_64.whl (800.0 MB)\n"]
        lines += [f"Progress {part} of 800000000\n" for part in range(0, 800_000_001, 50_000_000)]
        lines += [
            "Using cached numpy-2.4.6-cp311-cp311-manylinux.whl (16.0 MB)\n",
            "Installing collected packages: a, b\n",
        ]
        done, fault = follow(lines, tmp_path / "log", 0, 3.3e9)
        assert (done, fault) == (816_000_000, None)
        said = capsys.readouterr().out.splitlines()
        assert said[0].split() == ["fetched", "0.2", "of", "about", "3.3", "GB,", "now", "torch"]
        assert said[-1] == say("launcher.unpacking", count=2)
        assert "Progress" not in (tmp_path / "log").read_text()

    def test_stamp(self, checkout: Path) -> None:
        environment = Environment(checkout)
        assert environment.ready("app")
        (checkout / "constraints.txt").open("a").write("six==1.17.0\n")
        assert not environment.ready("app")

    def test_lost_python(self, checkout: Path) -> None:
        environment = Environment(checkout)
        environment.python.unlink()
        assert not environment.ready("app")

    def test_pins(self) -> None:
        """Every requirement is pinned, and each constraint file says the same of it."""
        pins = {name: lines(name) for name in ("requirements", "requirements-dev", "constraints", "constraints-dev")}
        assert all("==" in line for found in pins.values() for line in found)
        assert set(pins["requirements"]) <= set(pins["constraints"])
        assert set(pins["requirements-dev"]) <= set(pins["constraints-dev"])
        assert set(pins["constraints"]) <= set(pins["constraints-dev"])


def lines(name: str) -> list[str]:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]


@needs_proc
class TestServing:
    def test_start_and_interrupt(self, checkout: Path) -> None:
        port = free_port()
        with launched(checkout, "--port", str(port)) as thaw:
            thaw.wait_for(f"Thaw is open at http://127.0.0.1:{port}")
            app, worker = thaw.fact("app"), thaw.fact("worker")
            assert app["options"]["--server.address"] == "127.0.0.1"
            assert app["passcode"] is None
            code, _, sentence = say_once(checkout, "--home", str(thaw.home), "--port", "0")
            assert code == 2
            assert sentence == f"Thaw is already running with this home folder: http://127.0.0.1:{port}\n"
            thaw.process.send_signal(signal.SIGINT)
            assert thaw.process.wait(20) == 0
            assert (thaw.home / "worker-ended").exists()  # asked, not killed
            assert not any(alive(pid) for pid in (app["pid"], app["child"], worker["pid"]))

    def test_terminated(self, checkout: Path) -> None:
        with launched(checkout, "app", "--port", "0") as thaw:
            thaw.wait_for("Thaw is open at")
            app = thaw.fact("app")
            assert not (thaw.home / "worker.json").exists()
            thaw.process.terminate()
            assert thaw.process.wait(20) == 0
            assert not alive(app["pid"])
            assert not alive(app["child"])

    def test_shared(self, checkout: Path) -> None:
        with launched(checkout, "--share", "--port", "0") as thaw:
            thaw.wait_for("Passcode: ")
            app, worker = thaw.fact("app"), thaw.fact("worker")
            assert app["options"]["--server.address"] == "0.0.0.0"
            assert app["options"]["--server.allowedHosts"] == "*"
            assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", app["passcode"])
            assert f"Passcode: {app['passcode']}" in thaw.said()
            assert worker["passcode"] is None

    def test_demo(self, checkout: Path) -> None:
        """It has a home of its own, and no database of others."""
        with launched(checkout, "demo", "--port", "0", THAW_DATABASE_URL="postgresql://shared") as thaw:
            thaw.wait_for("Thaw is open at")
            assert json.loads((thaw.home / "setup.json").read_text()) == ["--demo"]
            thaw.home = thaw.home / "demo" / "live"
            app = thaw.fact("app")
            assert (app["demo"], app["database"]) == ("1", None)
            assert thaw.fact("worker")["pid"] != app["pid"]

    @pytest.mark.fault
    def test_started_again(self, checkout: Path) -> None:
        port = free_port()
        with launched(checkout, "--port", str(port)) as thaw:
            thaw.wait_for("Thaw is open at")
            app, worker = thaw.fact("app"), thaw.fact("worker")
            os.kill(app["pid"], signal.SIGKILL)
            os.kill(worker["pid"], signal.SIGKILL)
            thaw.wait_for("The app ended by itself (code -9)")
            thaw.wait_for("The worker ended by itself (code -9)")
            until(lambda: thaw.fact("app")["pid"] != app["pid"], 10, thaw.said)
            until(lambda: thaw.fact("worker")["pid"] != worker["pid"], 10, thaw.said)
            assert not alive(app["child"]) or thaw.fact("app")["child"] != app["child"]
            until(lambda: answers(port), 10, thaw.said)

    @pytest.mark.fault
    def test_killed_launcher(self, checkout: Path) -> None:
        """Nobody could tell them: they notice, and end in order."""
        with launched(checkout, "--port", "0") as thaw:
            thaw.wait_for("Thaw is open at")
            pids = thaw.fact("app")["pid"], thaw.fact("worker")["pid"]
            os.kill(thaw.process.pid, signal.SIGKILL)
            until(lambda: not any(alive(pid) for pid in pids), 10)
            assert (thaw.home / "worker-ended").exists()
            os.kill(thaw.fact("app")["child"], signal.SIGKILL)

    def test_app_that_never_starts(self, checkout: Path) -> None:
        (checkout / "streamlit" / "__main__.py").write_text("raise SystemExit(3)")
        with launched(checkout, "--port", "0") as thaw:
            assert thaw.process.wait(30) == 1
            assert "The app does not start. Details: " in thaw.said()
            assert "Traceback" not in thaw.said()
            assert not alive(thaw.fact("worker")["pid"])

    def test_deaf_worker(self, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What does not end when asked is ended, with what it started in sessions of its own."""
        from tl_core.launcher import processes

        code = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        code += "child = subprocess.Popen(['sleep', '600'], start_new_session=True); print(child.pid, flush=True); "
        code += "time.sleep(600)"
        log = checkout / "log"
        with log.open("wb") as output:
            deaf = processes.start([sys.executable, "-c", code], checkout, child_environment(), output)
        until(lambda: log.read_text().strip().isdigit(), 10)
        processes.end([deaf], grace=0.3)
        until(lambda: not alive(int(log.read_text())), 5)
        assert deaf.returncode == -signal.SIGKILL


def answers(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
        return answer.status == 200
    return False


def test_pauses_grow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Started again at once, then after 2, 4, 8 ... seconds, a minute at most."""
    part = Part("worker", [sys.executable, "-c", ""], tmp_path, child_environment(), tmp_path / "worker.log")
    pauses = []
    for _ in range(9):
        part.begin()
        assert part.process is not None
        part.process.wait()
        before = time.monotonic()
        part.watch()
        pauses.append(round(part.due - before))
        assert part.process is None
    assert pauses == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert SLOWEST == 60
    assert "(code 0)" in capsys.readouterr().out


def test_passcodes_differ() -> None:
    assert len({new_passcode() for _ in range(100)}) == 100
