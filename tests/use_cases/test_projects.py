"""Projects and the five steps through them."""

from __future__ import annotations

import time

import pytest

from tl_core import backbones
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.event import Probed
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, IntakePlan, PredictPlan, TrainPlan
from tl_core.domain.report import Metric
from tl_core.domain.run import Status
from tl_core.store import runs as index
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import set_dataset
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import projects, runs


@pytest.fixture
def project(home: Home) -> str:
    return projects.create("Leaves", "photos").id


def with_data(home: Home, project: str) -> str:
    samples = [
        Sample(id=f"s{k}", source=f"{k}.png", target=ClassTarget(label="ab"[k % 2]), file=f"s{k}.png") for k in range(5)
    ]
    dataset = save_dataset(
        home, project, Dataset(id="", modality="image", classes=["a", "b"], samples=samples, received=5)
    )
    set_dataset(home, project, dataset.id)
    return dataset.id


def end(home: Home, run: str, model: bool = False) -> None:
    RunFolder(home.runs / run).write_status(Status(state="done", ended=time.time(), model=model))


def told(project: str) -> list[tuple[str, str, str]]:
    return [(step.name, step.state, step.fact) for step in projects.steps(project)]


def test_the_way_from_nothing_to_use(home: Home, project: str, monkeypatch) -> None:
    assert [state for _, state, _ in told(project)] == ["current", "open", "open", "open", "open"]
    version = with_data(home, project)
    assert told(project)[:2] == [("data", "done", "5 samples, 2 classes"), ("model", "current", "")]
    name = backbones.default("image")
    training = runs.start(TrainPlan(project=project, dataset=version, modality="image", backbone=name))
    assert [state for _, state, _ in told(project)] == ["done", "done", "current", "open", "open"]
    monkeypatch.setattr(runs.heartbeat, "worker_alive", lambda home: True)
    assert told(project)[2][1] == "busy"
    metrics = {"validation/balanced_accuracy": Metric(value=0.876)}
    RunFolder(home.runs / training).append(Probed(metrics=metrics, seconds=1.0))
    end(home, training, model=True)
    way = told(project)
    assert [state for _, state, _ in way] == ["done", "done", "done", "current", "open"]
    assert way[1][2] == str(backbones.card(home, name).title)
    assert way[2][2] == "Hit rate 88\u00a0%, 1 training"
    exam = runs.start(ExamPlan(project=project, run=training))
    assert told(project)[3][1] == "busy"
    index.record_opening(home, project, training)
    end(home, exam)
    assert told(project)[3:] == [("evaluate", "done", "Exam opened once"), ("use", "current", "")]
    end(home, runs.start(PredictPlan(project=project, run=training, paths=[])))
    assert told(project)[4][1] == "done"


def test_new_data_make_the_step_busy(home: Home, project: str, monkeypatch) -> None:
    monkeypatch.setattr(runs.heartbeat, "worker_alive", lambda home: True)
    with_data(home, project)
    runs.start(IntakePlan(project=project, modality="image", paths=[]))
    assert told(project)[0][:2] == ("data", "busy")


def test_a_summary_holds_it_all(home: Home, project: str) -> None:
    with_data(home, project)
    run = runs.start(IntakePlan(project=project, modality="image", paths=[]))
    summary = projects.summary(project)
    assert (summary.project.name, summary.counts, [job.id for job in summary.jobs]) == (
        "Leaves",
        {"a": 3, "b": 2},
        [run],
    )


def test_data_taken_away_by_hand_are_no_crash(home: Home, project: str) -> None:
    version = with_data(home, project)
    for file in home.dataset(project, version).iterdir():
        file.unlink()
    assert told(project)[0] == ("data", "done", "")


def test_renamed_and_deleted(home: Home, project: str) -> None:
    projects.rename(project, "Trees")
    assert [p.name for p in projects.list_projects()] == ["Trees"]
    run = runs.start(IntakePlan(project=project, modality="image", paths=[]))
    projects.delete(project)
    assert projects.list_projects() == []
    assert runs.running() == []
    for gone in (lambda: projects.project(project), lambda: runs.state(run), lambda: projects.delete(project)):
        with pytest.raises(InputFault):
            gone()
