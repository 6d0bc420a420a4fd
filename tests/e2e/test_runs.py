"""In a browser: runs are ticked, marked and noted in the table, stand side by side, and one is asked again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app import made
from tests.e2e import shots
from tl_core.domain.difference import Note
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import data, notes

pytestmark = pytest.mark.browser
HEAD, ROW = 35, 35  # pixels of the table
COMPARE, STAR = 63, 126 + 53  # middles of its first columns


def tick(page: Page, table: Locator, row: int, across: int) -> None:
    expect(table.locator("canvas").first).to_be_visible()
    page.wait_for_timeout(400)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + across, box["y"] + HEAD + row * ROW + ROW // 2)
    page.wait_for_timeout(400)


def test_two_runs_side_by_side_and_one_again(home: Home, visit) -> None:
    made.fetched(home)
    project = made.project(home)
    quick = made.done(home, project, "probe")
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]
    data.move_samples(project.id, ids[:1], "positive")
    deep = made.done(home, read_project(home, project.id), frozen_stages=2, seed=7)

    page = visit(f"/runs?project={project.id}")
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    shots.shoot(page, "runs")
    tick(page, table, 0, COMPARE)
    expect(page.locator(f".st-key-run-{deep.id}")).to_be_visible()
    tick(page, table, 1, COMPARE)
    expect(page.get_by_text("What was asked differently")).to_be_visible()
    tick(page, table, 1, STAR)
    expect(page.locator(f".st-key-star-{quick.id} input")).to_be_checked()
    page.locator(f".st-key-note-{quick.id} input").fill("for the board")
    page.locator(f".st-key-note-{quick.id} input").press("Enter")
    expect(page.get_by_text("59 samples that both were judged on")).to_be_visible()
    page.reload()
    expect(page.locator(f".st-key-note-{quick.id} input")).to_have_value("for the board")
    assert notes.of_runs([quick.id])[quick.id] == Note(text="for the board", star=True)
    expect(page.locator(".dotted").first).to_be_visible()
    shots.shoot(page, "runs-beside")

    page.locator(f".st-key-again-{deep.id} button").click()
    expect(page.get_by_text("Change something, or start it once more.")).to_be_visible()
    page.get_by_text("Advanced", exact=True).click()
    page.locator(f".st-key-seed-{project.id}-finetune input").fill("8")
    page.locator(f".st-key-seed-{project.id}-finetune input").press("Enter")
    expect(page.get_by_text("What you changed")).to_be_visible()
    expect(page.locator(".st-key-again-changes")).to_contain_text("Seed")
    shots.shoot(page, "runs-again")
