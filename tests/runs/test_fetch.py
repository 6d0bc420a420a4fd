"""Fetching a starting model as a job."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backbones import folders
from tests.runs import tiny_project
from tl_core import backbones
from tl_core.domain.plan import FetchPlan
from tl_core.jobs.perform import perform
from tl_core.runs.candidates import prepare
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


@pytest.fixture
def job(home: Home, tmp_path: Path) -> RunFolder:
    place = tmp_path / "model"
    place.mkdir()
    folders.write_transformers(place, "bert")
    return RunFolder.create(home, FetchPlan(backbone=f"folder:{place}"))


def test_the_model_is_there_afterwards(job: RunFolder, home: Home, tmp_path: Path) -> None:
    assert perform(job).state == "done"
    view = job.view()
    assert view.done == view.total == (tmp_path / "model" / "model.safetensors").stat().st_size
    name = view.result["backbone"]
    assert backbones.card(home, str(name)).sha256 == view.result["sha256"]


def test_what_finds_the_depth_is_compiled_before_anybody_waits_for_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "heard"
    place.mkdir()
    folders.write_transformers(place, "whisper")
    asked = RunFolder.create(home, FetchPlan(backbone=f"folder:{place}"))
    assert perform(asked).state == "done"

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this was there already")

    plan = tiny_project.project(home, "audio", 12).model_copy(update={"backbone": f"folder:{place}"})
    monkeypatch.setattr("openvino.convert_model", refuse)
    job = prepare(RunFolder.create(home, plan), plan, home, whole=True)
    [stage, *_] = job.encoder.every_depth(job.train)
    assert len(stage) == len(job.train.samples)


def test_what_cannot_be_used_is_said(job: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "model" / "config.json").unlink()
    status = perform(job)
    assert (status.state, status.fault, status.reason) == ("failed", "input", "backbones.no_config")


def test_a_wish_to_stop_ends_it(job: RunFolder, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from tl_core.runs import fetch as module

    def slow(home: Home, name: str, progress) -> None:
        progress(1, 10)
        job.request_stop()
        progress(2, 10)
        raise AssertionError("went on")

    monkeypatch.setattr(module, "fetch", slow)
    assert perform(job).state == "stopped"
