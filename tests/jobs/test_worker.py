"""A real worker, a real queue and real children; only their work is small."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tl_core import processes
from tl_core.domain.plan import FetchPlan, IntakePlan, PredictPlan, TrainPlan
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import projects, runs


@pytest.fixture
def project(home) -> str:
    return projects.create("Leaves", "photos").id


def train(project: str, epochs: int = 3, seconds: float = 0.0) -> TrainPlan:
    return TrainPlan(project=project, dataset="d", modality="image", backbone="b", epochs=epochs, note=str(seconds))


def test_from_queue_to_done(home, workers, ended, project) -> None:
    first = runs.start(train(project))
    assert runs.state(first) == "no_worker"
    assert not runs.worker_alive()
    workers.start()
    quick = [runs.start(FetchPlan(backbone=name)) for name in ("environment:HF_HUB_OFFLINE,DO_NOT_TRACK", "mistake")]
    offline = runs.start(PredictPlan(project=project, run="0", paths=[]))
    assert ended(first).state == "done"
    assert ended(offline).state == "done"
    assert [ended(run).state for run in quick] == ["done", "failed"]
    view, status, state = runs.view(quick[0])
    assert view.result == {"HF_HUB_OFFLINE": "0", "DO_NOT_TRACK": "1"}
    assert (state, status.fault) == ("done", "none")
    assert "printed by environment" in RunFolder(home.runs / quick[0]).log_path.read_text()
    assert runs.running() == []
    assert [job.id for job in runs.ended_since(0) if job.kind == "train"] == [first]


def test_trainings_queue_up_and_the_rest_does_not_wait(workers, ended, project, until) -> None:
    workers.start()
    slow, waiting = runs.start(train(project, 60, 0.05)), runs.start(train(project, 1))
    until(lambda: runs.state(slow) == "running")
    quick = runs.start(FetchPlan(backbone="wait:0"))
    assert ended(quick).state == "done"
    assert runs.state(waiting) == "queued"
    assert {job.id: job.state for job in runs.running()} == {slow: "running", waiting: "queued"}
    runs.stop(waiting)
    assert runs.state(waiting) == "stopped"
    runs.stop(slow)
    assert ended(slow).state == "stopped"
    assert runs.view(waiting)[0].attempts == 0


def test_one_worker_a_home(workers) -> None:
    first = workers.start()
    second = workers.start(wait=False)
    _, words = second.communicate(timeout=60)
    assert (second.returncode, words.count("\n")) == (2, 1)
    assert words.startswith("A worker of this home folder is running")
    assert first.poll() is None


def test_a_worker_ends_in_order_and_its_job_waits(home, workers, ended, project, until) -> None:
    worker = workers.start()
    run = runs.start(train(project, 40, 0.1))
    until(lambda: runs.view(run)[0].epochs)
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert time.monotonic() - began < 5
    assert runs.state(run) == "no_worker"
    assert not (home.path / "worker.json").exists()
    workers.start()
    until(lambda: runs.state(run) in ("running", "recovering"))
    runs.stop(run)
    assert ended(run).state == "stopped"


def test_the_worker_ends_with_its_launcher(workers, until) -> None:
    import subprocess
    import sys

    launcher = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    worker = workers.start(THAW_LAUNCHER_PID=str(launcher.pid))
    launcher.kill()  # and nobody waits for it: a zombie is gone as well
    assert worker.wait(timeout=60) == 0
    launcher.wait()


def test_a_child_without_ears_is_ended_with_all_it_started(workers, ended, until) -> None:
    workers.start()
    run = runs.start(FetchPlan(backbone="deaf"))
    until(lambda: runs.view(run)[0].result)
    helper = runs.view(run)[0].result["helper"]
    assert processes.alive(helper)
    runs.stop(run)
    assert runs.state(run) == "stopping"
    assert ended(run).state == "stopped"
    until(lambda: not processes.alive(helper), 5)


def test_a_project_deleted_under_its_training(home, workers, project, until) -> None:
    workers.start()
    run = runs.start(train(project, 1000, 0.5))
    until(lambda: runs.state(run) == "running")
    projects.delete(project)
    assert not (home.runs / run).exists()
    until(lambda: list(home.trash.iterdir()) == [], 10)
    assert runs.running() == []
    other = projects.create("Other", "photos").id
    run = runs.start(train(other, 1))
    until(lambda: runs.state(run) == "done")


def test_a_lost_queue_is_filled_again(home, workers, ended, project) -> None:
    run = runs.start(train(project, 2))
    for request in (home.path / "requests").iterdir():
        request.unlink()
    (home.path / "queue.sqlite").write_bytes(b"this is no database, but it is long enough to look like one" * 99)
    workers.start()
    assert ended(run).state == "done"


def test_after_a_sample_set_comes_its_training(workers, ended, project, until, monkeypatch, tmp_path) -> None:
    workers.start()
    run = runs.start(IntakePlan(project=project, modality="image", paths=[], then_train=False))
    assert ended(run).state == "done"
    assert runs.view(run)[0].result["pid"] != os.getpid()
    assert runs.runs_of(project, "train") == []


def test_killed_again_and_again_is_a_sentence(workers, ended, project) -> None:
    workers.start()
    patient = runs.start(PredictPlan(project=project, run="3", paths=[]))
    hopeless = runs.start(PredictPlan(project=project, run="99", paths=[]))
    assert ended(patient).state == "done"
    assert runs.view(patient)[0].attempts == 4
    status = ended(hopeless)
    assert (status.state, status.reason, status.values) == ("failed", "jobs.killed", {"count": 4})
    assert "4 times" in runs.reason(status)


def test_interrupting_the_terminal_ends_the_worker(workers) -> None:
    worker = workers.start()
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=60) == 0
