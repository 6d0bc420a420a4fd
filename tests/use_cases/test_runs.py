"""Jobs as a person sees them; the worker itself is tested in tests/jobs."""

from __future__ import annotations

import time

import pytest

from tests.app import made
from tl_core.domain.event import Chosen, Epoch, Phase, Probed, Progress, Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, FetchPlan, IntakePlan, TrainPlan
from tl_core.domain.report import Metric
from tl_core.domain.run import ENDED, Status
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import home as home_use
from tl_core.use_cases import plans, projects, runs


@pytest.fixture
def project(home: Home) -> str:
    return projects.create("Leaves", "photos").id


def plan(project: str) -> TrainPlan:
    return TrainPlan(project=project, dataset="d", modality="image", backbone="b")


def epoch(number: int, score: float, best: bool) -> Epoch:
    metrics = {"validation/balanced_accuracy": score, "validation/loss": 1.0}
    return Epoch(number=number, of=9, metrics=metrics, best=best, seconds=2.0, rate=1.0, memory=1)


def test_without_a_worker_a_job_waits_and_can_be_taken_back(home: Home, project: str) -> None:
    run = runs.start(plan(project))
    assert runs.state(run) == "no_worker"
    assert [job.id for job in runs.running()] == [run]
    assert runs.plan(run) == plan(project)
    runs.stop(run)
    assert runs.state(run) == "stopped"
    assert runs.running() == []
    runs.stop(run)
    assert [job.id for job in runs.ended_since(0)] == [run]


def test_nothing_starts_for_a_project_that_is_gone(home: Home) -> None:
    with pytest.raises(InputFault, match="not here any more"):
        runs.start(plan("0123456789ab"))
    assert list(home.runs.iterdir()) == []


def test_no_room_to_ask_leaves_nothing_behind(home: Home, project: str, monkeypatch) -> None:
    def full(home: Home, folder: RunFolder) -> None:
        raise InputFault("store.disk_full")

    monkeypatch.setattr(runs.queue, "enqueue", full)
    with pytest.raises(InputFault, match="disk is full"):
        runs.start(plan(project))
    assert runs.runs_of(project) == []
    assert list(home.runs.iterdir()) == []


@pytest.mark.parametrize("ask", [runs.state, runs.view, runs.plan, runs.stop])
def test_a_job_that_is_not_there_is_a_sentence(home: Home, ask) -> None:
    with pytest.raises(InputFault):
        ask("20200101-000000-ffffff")


def test_a_summary_follows_the_events(home: Home, project: str) -> None:
    run = runs.start(plan(project))
    folder = RunFolder(home.runs / run)
    [job] = runs.runs_of(project)
    assert (job.state, job.score, job.started, job.seconds_left) == ("no_worker", None, None, None)
    with folder.lock():
        folder.append(Started())
        folder.append(Phase(name="features", total=100))
        folder.append(Progress(done=40, rate=30.0))
        [job] = runs.runs_of(project)
        assert (job.state, job.phase, job.done, job.total, job.seconds_left) == ("running", "features", 40, 100, 2.0)
        folder.append(Progress(done=100, rate=30.0))
        assert runs.runs_of(project)[0].seconds_left is None, "0 s would be said of a job that goes on"
        folder.append(Probed(metrics={"validation/balanced_accuracy": Metric(value=0.7)}, seconds=3.0))
        assert runs.runs_of(project)[0].score == 0.7
        folder.append(Phase(name="train", total=9))
        folder.append(epoch(1, 0.8, True))
        folder.append(epoch(2, 0.9, False))
        [job] = runs.runs_of(project, "train")
        assert (job.score, job.seconds_left) == (0.8, 14.0)
        folder.append(Chosen(candidate="probe", gain=0.0, error=0.1))
        assert runs.runs_of(project)[0].score == 0.7
    folder.write_status(Status(state="done", ended=time.time(), model=True))
    [job] = runs.runs_of(project)
    assert (job.state, job.model, job.seconds_left, job.reason) == ("done", True, None, None)
    assert runs.runs_of(project, "intake") == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_one_that_ends_while_it_is_looked_at_is_told_as_a_whole(
    number: int, home: Home, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is drawn once after its end: what is missing then stays missing."""
    run_id = runs.start(plan(project))
    readings: list[int] = []

    def status(self: RunFolder) -> Status | None:
        readings.append(1)
        return Status(state="stopped", ended=1.0, model=True) if len(readings) >= number else None

    monkeypatch.setattr(RunFolder, "status", status)
    [one] = runs.runs_of(project)
    assert one.model or one.state not in ENDED
    readings.clear()
    _, told, state = runs.view(run_id)
    assert told is not None or state not in ENDED


def test_a_failure_says_why(home: Home, project: str) -> None:
    run = runs.start(plan(project))
    status = Status(state="failed", ended=time.time(), fault="input", reason="store.disk_full")
    RunFolder(home.runs / run).write_status(status)
    assert runs.runs_of(project)[0].reason == "The disk is full. Free some space and start again."


def test_news_are_news_once(home: Home, project: str) -> None:
    run = runs.start(plan(project))
    RunFolder(home.runs / run).write_status(Status(state="done", ended=time.time() - 5))
    old = runs.start(plan(project))
    RunFolder(home.runs / old).write_status(Status(state="done", ended=time.time() - 30 * 86400))
    assert [job.id for job in home_use.ended_while_away()] == [run]
    home_use.mark_seen()
    assert home_use.ended_while_away() == []


def test_after_an_upload_the_doctor_looks_where_a_starting_model_is_here(home: Home) -> None:
    project = made.project(home)
    folder = index.create_run(home, IntakePlan(project=project.id, modality="text", paths=[]))
    folder.write_status(Status(state="done", ended=1.0))
    runs.follow_up(folder)
    assert runs.runs_of(project.id, "check") == []
    made.fetched(home)
    runs.follow_up(folder)
    assert [job.kind for job in runs.runs_of(project.id, "check")] == ["check"]


class TestAfterASampleSet:
    """Its first training starts by itself, once."""

    @pytest.fixture
    def folder(self, home: Home, project: str, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
        monkeypatch.setattr(plans, "default_plan", lambda project_id, recipe: plan(project_id))
        asked = IntakePlan(project=project, modality="image", paths=[], sample_set="solar", then_train=True)
        folder = index.create_run(home, asked)
        folder.write_status(Status(state="done", ended=1.0))
        return folder

    def test_one_training(self, folder: RunFolder, project: str) -> None:
        runs.follow_up(folder)
        runs.follow_up(folder)
        [training] = runs.runs_of(project, "train")
        assert training.state == "no_worker"

    def test_none_when_the_data_did_not_come_in(self, folder: RunFolder, project: str) -> None:
        folder.write_status(Status(state="failed", ended=1.0))
        runs.follow_up(folder)
        assert runs.runs_of(project, "train") == []

    def test_none_when_the_data_do_not_do(self, folder: RunFolder, project: str, monkeypatch) -> None:
        def too_few(project_id: str, recipe: str) -> TrainPlan:
            raise InputFault("store.dataset_missing")

        monkeypatch.setattr(plans, "default_plan", too_few)
        runs.follow_up(folder)
        assert runs.runs_of(project, "train") == []

    def test_none_unasked(self, home: Home, project: str) -> None:
        for asked in (
            IntakePlan(project=project, modality="image", paths=[]),
            ExamPlan(project=project, run="r"),
            FetchPlan(backbone="b"),
        ):
            folder = index.create_run(home, asked)
            folder.write_status(Status(state="done", ended=1.0))
            runs.follow_up(folder)
        assert runs.runs_of(project, "train") == []


def test_what_has_ended_is_read_once(home: Home, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = index.create_run(home, plan(project))
    made.end(folder, "failed", fault="input", reason="jobs.out_of_memory")
    first = runs.runs_of(project)
    monkeypatch.setattr(RunFolder, "plan", lambda self: pytest.fail("it was read again"))
    monkeypatch.setattr(runs, "say", lambda key, **values: f"said anew: {key}")
    again = runs.runs_of(project)
    assert again[0].reason == "said anew: jobs.out_of_memory"
    assert again == [first[0].model_copy(update={"reason": again[0].reason})]


def test_one_that_is_gone_is_not_remembered(home: Home, project: str) -> None:
    folder = index.create_run(home, plan(project))
    made.end(folder, "done")
    assert len(runs.runs_of(project)) == 1
    (folder.path / "status.json").unlink()
    (folder.path / "plan.json").unlink()
    assert runs.runs_of(project) == []
