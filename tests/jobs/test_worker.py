"""A real worker, a real queue and real children; only their work is small."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests import workers as real
from tests.workers import wait_ended, wait_until
from tl_core import processes
from tl_core.domain.plan import FetchPlan, IntakePlan, PredictPlan, TrainPlan
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import projects, runs


def train(project: str, epochs: int = 3, seconds: float = 0.0) -> TrainPlan:
    return TrainPlan(project=project, dataset="d", modality="image", backbone="b", epochs=epochs, note=str(seconds))


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A worker at work in a home of its own, for several tests."""
    home = Home(tmp_path_factory.mktemp("worker") / "home")
    crowd = real.Workers(home, real.fake_environment)
    crowd.start()
    yield home
    crowd.end()


class TestOneWorker:
    """All these share a worker, as jobs do."""

    @pytest.fixture(autouse=True)
    def shared(self, one_worker: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
        monkeypatch.setenv("THAW_HOME", str(one_worker.path))
        monkeypatch.delenv("THAW_DATABASE_URL", raising=False)
        return one_worker

    @pytest.fixture
    def project(self, shared: Home) -> str:
        return projects.create("Leaves", "photos").id

    def test_from_queue_to_done(self, shared: Home, project: str) -> None:
        first = runs.start(train(project))
        quick = [
            runs.start(FetchPlan(backbone=name)) for name in ("environment:HF_HUB_OFFLINE,DO_NOT_TRACK", "mistake")
        ]
        assert wait_ended(first).state == "done"
        assert [wait_ended(run).state for run in quick] == ["done", "failed"]
        view, status, state = runs.view(quick[0])
        assert view.result == {"HF_HUB_OFFLINE": "0", "DO_NOT_TRACK": "1"}
        assert (state, status.fault if status else None) == ("done", "none")
        assert "printed by environment" in RunFolder(shared.runs / quick[0]).log_path.read_text()
        assert {job.id for job in runs.ended_since(0)} >= {first, *quick}

    def test_trainings_queue_up_and_the_rest_does_not_wait(self, project: str) -> None:
        slow, waiting = runs.start(train(project, 600, 0.05)), runs.start(train(project, 1))
        wait_until(lambda: runs.state(slow) == "running")
        assert wait_ended(runs.start(FetchPlan(backbone="wait:0"))).state == "done"
        assert runs.state(waiting) == "queued"
        assert {job.id: job.state for job in runs.running()} == {slow: "running", waiting: "queued"}
        runs.stop(waiting)
        assert runs.state(waiting) == "stopped"
        began = time.monotonic()
        runs.stop(slow)
        assert (wait_ended(slow).state, wait_ended(slow).model) == ("stopped", True)
        assert time.monotonic() - began < 5
        assert runs.view(waiting)[0].attempts == 0

    def test_a_child_without_ears_is_ended_with_all_it_started(self) -> None:
        run = runs.start(FetchPlan(backbone="deaf"))
        wait_until(lambda: runs.view(run)[0].result)
        helper = int(runs.view(run)[0].result["helper"])
        assert processes.alive(helper)
        runs.stop(run)
        assert runs.state(run) == "stopping"
        assert wait_ended(run, 30).state == "stopped"
        wait_until(lambda: not processes.alive(helper), 5)

    def test_a_project_deleted_under_its_training(self, shared: Home, project: str) -> None:
        run = runs.start(train(project, 1000, 0.5))
        wait_until(lambda: runs.state(run) == "running")
        projects.delete(project)
        assert not (shared.runs / run).exists()
        wait_until(lambda: list(shared.trash.iterdir()) == [], 10)
        assert run not in [job.id for job in runs.running()]
        after = runs.start(train(projects.create("Other", "photos").id, 1))
        assert wait_ended(after).state == "done"

    def test_killed_again_and_again_is_a_sentence(self, project: str) -> None:
        patient = runs.start(PredictPlan(project=project, run="3", paths=[]))
        hopeless = runs.start(PredictPlan(project=project, run="99", paths=[]))
        assert wait_ended(patient).state == "done"
        assert runs.view(patient)[0].attempts == 4
        status = wait_ended(hopeless)
        assert (status.state, status.reason, status.values) == ("failed", "jobs.killed", {"count": 4})
        assert "4 times" in str(runs.reason(status))

    def test_a_job_has_a_process_of_its_own(self, project: str) -> None:
        run = runs.start(IntakePlan(project=project, modality="image", paths=[]))
        assert wait_ended(run).state == "done"
        assert runs.view(run)[0].result["pid"] != os.getpid()

    def test_a_second_worker_is_refused(self, shared: Home) -> None:
        second = subprocess.run(
            [sys.executable, "-m", "tl_core", "worker"],
            env={**real.fake_environment(), "THAW_HOME": str(shared.path)},
            cwd=real.ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (second.returncode, second.stderr) == (2, "A worker of this home folder is running already.\n")
        assert runs.worker_alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_order_and_its_job_waits(home: Home, workers: real.Workers, number: int) -> None:
    project = projects.create("Leaves", "photos").id
    worker = workers.start()
    run = runs.start(train(project, 400, 0.1))
    wait_until(lambda: runs.view(run)[0].epochs)
    worker.send_signal(number)
    assert worker.wait(timeout=20) == 0
    assert runs.state(run) == "no_worker"
    assert not (home.path / "worker.json").exists()
    if number == signal.SIGTERM:
        workers.start()
        wait_until(lambda: runs.view(run)[0].attempts == 2)
        runs.stop(run)
        assert wait_ended(run).state == "stopped"


def test_a_lost_queue_is_filled_again(home: Home, workers: real.Workers) -> None:
    run = runs.start(train(projects.create("Leaves", "photos").id, 2))
    assert runs.state(run) == "no_worker"
    for request in (home.path / "requests").iterdir():
        request.unlink()
    (home.path / "queue.sqlite").write_bytes(b"this is no database, but it is long enough to look like one" * 99)
    workers.start()
    assert wait_ended(run).state == "done"
