"""Training outlives everything: the tab, the browser, the server, the worker and the child."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.studio import Studio, until
from tests.e2e.test_guide import MINUTES
from tests.runs.small import review_table
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.store import locks
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import plans, projects, runs

pytestmark = [pytest.mark.browser, pytest.mark.fault, pytest.mark.weights]


def test_reload_second_browser_and_a_killed_server_find_the_run(visit, studio: Studio, tmp_path: Path) -> None:
    table = review_table(studio.home, tmp_path / "reviews.csv", each=30)
    project = projects.create("Reviews", "reviews").id
    intake = RunFolder(
        studio.home.runs
        / runs.start(
            IntakePlan(
                project=project, modality="text", paths=[str(table)], remove_paths=False,
                columns=Columns(text="text", label="label", group="review"),
            )
        )
    )  # fmt: skip
    until(intake.status, 120)
    plan = plans.default_plan(project).model_copy(update={"epochs": 400, "patience": 400, "frozen_stages": 6})
    run = RunFolder(studio.home.runs / runs.start(plan))

    page = visit(f"/train?project={project}&run={run.id}")
    stop = "Stop and keep the best"
    expect(page.get_by_role("button", name=stop)).to_be_visible(timeout=2 * MINUTES)
    page.reload()
    expect(page.get_by_role("button", name=stop)).to_be_visible()
    other = visit(f"/train?project={project}&run={run.id}")
    expect(other.get_by_role("button", name=stop)).to_be_visible()
    other.goto("about:blank")

    until(lambda: len(run.view().epochs) >= 2, 180)
    assert studio.app is not None
    studio.app.send_signal(signal.SIGKILL)
    studio.app.wait()
    before = len(run.view().epochs)
    until(lambda: len(run.view().epochs) > before + 2, 120)  # nobody is looking, and it goes on
    studio.start_app()
    page.goto(f"{studio.address}/train?project={project}&run={run.id}")
    page.complaints.clear()  # the page missed its server, as it should
    expect(page.get_by_role("button", name=stop)).to_be_visible()

    holder = locks.holder_of(run.path / "lock")
    assert holder is not None
    os.kill(holder["pid"], signal.SIGKILL)
    until(lambda: run.view().attempts == 2 and run.locked(), 120)
    page.get_by_role("button", name=stop).click()  # just when it recovers and the page draws itself anew
    until(run.stop_requested, 20)
    expect(page.get_by_text(re.compile("You stopped it"))).to_be_visible(timeout=3 * MINUTES)
    status = run.status()
    assert status is not None
    assert (status.state, status.model) == ("stopped", True)
