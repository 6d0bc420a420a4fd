"""Processes are killed in the middle of the work; the numbers at the end are those of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tl_core import processes
from tl_core.domain.event import Resumed
from tl_core.domain.plan import TrainPlan
from tl_core.jobs import perform as performing
from tl_core.jobs.perform import perform
from tl_core.store import locks
from tl_core.store import runs as index
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import projects, runs

pytestmark = pytest.mark.fault
EPOCHS = 60


@pytest.fixture
def project(home) -> str:
    return projects.create("Leaves", "photos").id


def train(project: str) -> TrainPlan:
    return TrainPlan(project=project, dataset="d", modality="image", backbone="b", epochs=EPOCHS, note="0.05")


def child_of(folder: RunFolder) -> int:
    holder = locks.holder_of(folder.path / "lock")
    assert holder
    return holder["pid"]


def reached(folder: RunFolder, epochs: int):
    return lambda: len(folder.view().epochs) >= epochs and folder.locked()


@pytest.fixture
def final(home, project, monkeypatch) -> str:
    """What an undisturbed run ends with."""
    monkeypatch.setattr(performing, "_device", lambda plan: "CPU")
    folder = index.create_run(home, train(project).model_copy(update={"note": ""}))
    assert perform(folder).state == "done"
    return (folder.evaluation / "final.json").read_text()


def same_end(folder: RunFolder, final: str) -> None:
    assert (folder.evaluation / "final.json").read_text() == final
    view = folder.view()
    assert [epoch.number for epoch in view.epochs] == list(range(1, EPOCHS + 1))
    resumed = [event.epoch for event in folder.events() if isinstance(event, Resumed)]
    assert resumed
    assert 0 < resumed[0] <= resumed[-1] < EPOCHS


def test_the_child_is_killed(home, workers, fake_jobs, project, ended, until, final) -> None:
    workers.start()
    folder = RunFolder(home.runs / runs.start(train(project)))
    for epochs in (5, 15):
        until(reached(folder, epochs))
        os.kill(child_of(folder), signal.SIGKILL)
    assert ended(folder.id).state == "done"
    assert folder.view().attempts == 3
    same_end(folder, final)


def test_the_worker_is_killed_and_its_child_with_it(home, workers, fake_jobs, project, ended, until, final) -> None:
    worker = workers.start()
    folder = RunFolder(home.runs / runs.start(train(project)))
    for epochs in (5, 15, 25, 35):  # a worker's end is never held against a job: these are more than the retries
        until(reached(folder, epochs))
        child = child_of(folder)
        worker.kill()
        worker.wait()
        until(lambda: not processes.alive(child), 10)  # noqa: B023 - used at once
        until(lambda: runs.state(folder.id) == "no_worker", 5)
        worker = workers.start()
    assert ended(folder.id).state == "done"
    assert folder.view().attempts == 5
    same_end(folder, final)


def test_both_are_killed_at_once(home, workers, fake_jobs, project, ended, until, final) -> None:
    worker = workers.start()
    folder = RunFolder(home.runs / runs.start(train(project)))
    until(reached(folder, 5))
    os.kill(child_of(folder), signal.SIGKILL)
    worker.kill()
    worker.wait()
    workers.start()
    assert ended(folder.id).state == "done"
    same_end(folder, final)


def test_stop_while_nobody_works(home, workers, fake_jobs, project, ended, until) -> None:
    worker = workers.start()
    begun, waiting = (RunFolder(home.runs / runs.start(train(project))) for _ in range(2))
    until(reached(begun, 3))
    worker.kill()
    worker.wait()
    runs.stop(waiting.id)
    runs.stop(begun.id)
    assert runs.state(waiting.id) == "stopped"  # it had not begun: nothing is left to do
    until(lambda: runs.state(begun.id) == "no_worker", 5)
    workers.start()
    status = ended(begun.id)
    assert (status.state, status.model) == ("stopped", True)  # it came back to keep what was reached


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="cannot look at a process without taking its status")
def test_a_zombie_is_not_alive() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.PIPE)
    birth = processes.born(process.pid)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has taken its status
    os.kill(process.pid, 0)  # this would say that it lives
    assert not processes.alive(process.pid)
    assert not processes.alive(process.pid, birth)
    process.wait()
    assert not processes.alive(process.pid)


def test_a_number_used_again_is_another_process() -> None:
    assert processes.alive(os.getpid(), processes.born(os.getpid()))
    assert not processes.alive(os.getpid(), "another birth")
    assert not processes.alive(0)
    assert not processes.alive(-1)


@pytest.mark.parametrize("portable", [False, True], ids=["by signal", "by looking"])
def test_a_child_does_not_outlive_its_parent(until, portable: bool) -> None:
    """Also where no signal tells it, as on macOS."""
    child = (
        "import os, sys, time; from tl_core import processes\n"
        f"{'sys.platform = chr(120)' if portable else ''}\n"
        "processes.die_with_parent(os.getppid()); print(os.getpid(), flush=True); time.sleep(600)"
    )
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout
    pid = int(process.stdout.readline())
    assert processes.alive(pid)
    process.kill()
    process.wait()
    until(lambda: not processes.alive(pid), 10)
    process.stdout.close()


def test_a_child_whose_parent_is_gone_does_not_begin(home, fake_jobs, project) -> None:
    folder = index.create_run(home, train(project))
    command = [sys.executable, "-m", "tl_core.jobs.child", "--parent", "999999", str(folder.path)]
    done = subprocess.run(command, env=fake_jobs, timeout=60, check=False)
    assert done.returncode == 1
    assert folder.events() == []
