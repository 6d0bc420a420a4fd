"""A whole training under the real queue: killed in the middle, it ends in the numbers of an undisturbed one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.runs.small import review_table
from tl_core.domain.bundle import Parity
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.report import Report
from tl_core.domain.run import Status
from tl_core.store import locks
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import plans, projects, runs

pytestmark = pytest.mark.weights


def taken_in(home: Home, tmp_path: Path, ended) -> str:
    """A project with 80 review sentences in it."""
    table = review_table(home, tmp_path / "reviews.csv")
    project = projects.create("Reviews", "reviews").id
    plan = IntakePlan(
        project=project, modality="text", paths=[str(table)], remove_paths=False,
        columns=Columns(text="text", label="label", group="review"),
    )  # fmt: skip
    assert ended(runs.start(plan), 120).state == "done"
    return project


def figures(folder: RunFolder) -> tuple[list, dict]:
    report = Report.model_validate_json((folder.evaluation / "validation.json").read_bytes())
    epochs = [(e.number, e.metrics) for e in folder.view().epochs]
    return epochs, {name: metric.value for name, metric in report.candidates[0].metrics.items()}


@pytest.mark.fault
def test_killed_child_and_worker_change_no_number(
    stocked: Home, real_workers, ended, until, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    worker = real_workers.start()
    project = taken_in(stocked, tmp_path, ended)
    plan = plans.default_plan(project).model_copy(update={"epochs": 6, "frozen_stages": 6, "patience": 6})
    quiet, killed = (RunFolder(stocked.runs / runs.start(plan)) for _ in range(2))
    assert ended(quiet.id, 300).state == "done"

    until(lambda: len(killed.view().epochs) >= 2 and killed.locked(), 300)
    holder = locks.holder_of(killed.path / "lock")
    os.kill(holder["pid"], signal.SIGKILL)
    until(lambda: killed.view().attempts >= 2 and killed.locked(), 120)
    worker.kill()
    worker.wait()
    real_workers.start()
    status: Status = ended(killed.id, 300)
    assert (status.state, status.model) == ("done", True)
    assert killed.view().attempts >= 2
    assert figures(killed) == figures(quiet)
    one, other = (load_file(folder.bundle / "model.safetensors") for folder in (quiet, killed))
    assert all(torch.equal(one[name], other[name]) for name in one)
    parity = Parity.model_validate_json((killed.bundle / "parity.json").read_bytes())
    assert parity.passed
