"""In a browser: a dot opens the samples behind it, and figures can be taken away as a table and as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.app import made
from tl_core.store.home import Home
from tl_core.use_cases import results

pytestmark = pytest.mark.browser


def press_first_dot(page: Page, chart: Locator) -> None:
    """Of one that plotly draws: its points are pictures, not buttons."""
    expect(chart.locator(".scatterlayer .trace .points path").first).to_be_visible()
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    spot = chart.locator(".scatterlayer .trace .points path").first.bounding_box()
    assert spot
    page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)


def test_a_dot_opens_its_samples_and_figures_can_be_taken_away(home: Home, visit, tmp_path: Path) -> None:
    made.fetched(home)
    project = made.project(home)
    folder = made.done(home, project)
    page = visit(f"/evaluate?project={project.id}&run={folder.id}")
    chart = page.locator(f".st-key-classes-{folder.id}-validation")
    dots = chart.locator("button.dot")
    dots.first.click()
    behind = page.locator("[class*='st-key-behind-class-']")
    expect(behind).to_contain_text("are “negative”")
    expect(dots.first).to_have_attribute("aria-pressed", "true")
    dots.first.press("ArrowDown")  # by keys, too
    expect(dots.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(behind).to_contain_text("the model says “negative”")

    press_first_dot(page, page.locator(f".st-key-roc-{folder.id}-validation-1"))  # where nothing is called so yet
    errors = page.locator("[class*='st-key-behind-roc-']")
    expect(errors).to_contain_text("“positive” missed · 0 false alarms")

    tables = page.locator(".st-key-table-classes")
    tables.get_by_text("Show as table").click()
    with page.expect_download() as waiting:
        tables.get_by_role("button", name="Download the table").click()
    assert waiting.value.suggested_filename == "made-of-reviews-class-by-class.csv"
    waiting.value.save_as(tmp_path / "t.csv")
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8")))
    assert [row["Class"] for row in rows] == ["negative", "positive"]
    report = results.report(folder.id, "validation")
    assert report is not None
    for row, one in zip(rows, report.classes, strict=True):
        recall = one.recall
        assert [float(row[name]) for name in ("Hit rate", "Hit rate, low", "Hit rate, high")] == [
            recall.value, recall.low, recall.high,
        ], "not rounded"  # fmt: skip

    for drawn, button in ((chart, ".take"), (page.locator(f".st-key-roc-{folder.id}-validation-1"), ".modebar-btn")):
        drawn.hover()
        with page.expect_download() as waiting:
            drawn.locator(button).first.click()
        assert waiting.value.suggested_filename.endswith(".png")
        waiting.value.save_as(tmp_path / "picture.png")
        with Image.open(tmp_path / "picture.png") as picture:
            assert len(set(picture.convert("L").resize((200, 100)).get_flattened_data())) > 5, "something is drawn"
    page.screenshot(path=tmp_path / "shot.png", full_page=True)


def test_what_is_pressed_stays_in_its_place_and_another_page_begins_at_its_top(home: Home, visit) -> None:
    made.fetched(home)
    project = made.project(home)
    folder = made.done(home, project)
    page = visit(f"/evaluate?project={project.id}&run={folder.id}")
    bar = page.locator(".st-key-choose-look")
    expect(page.locator(f".st-key-roc-{folder.id}-validation-1 .main-svg").first).to_be_visible()
    bar.evaluate("one => one.scrollIntoView({ block: 'start' })")
    before = bar.bounding_box()
    bar.get_by_text("For everyone?").dispatch_event("click")  # of which there is less to see
    expect(page.locator(f".st-key-roc-{folder.id}-validation-1")).to_have_count(0)
    after = bar.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    page.locator("[data-testid=stSidebar] a[href^='data?']").first.click()
    expect(page.locator(".st-key-counts .dot").first).to_be_in_viewport()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0


def test_dots_of_a_decision_open_its_errors_and_what_stays_unanswered(home: Home, visit) -> None:
    made.fetched(home)
    project = made.project(home, samples=200)
    folder = made.done(home, project)
    made.decided(folder, project)
    page = visit(f"/evaluate?project={project.id}&run={folder.id}&look=decide")
    page.locator(f".st-key-screening-{folder.id}-validation button.dot").first.click()
    behind = page.locator("[class*='st-key-behind-line-']")
    expect(behind).to_contain_text("that it calls something else")
    press_first_dot(page, page.locator(f".st-key-worth-{folder.id}-validation"))
    expect(page.locator("[class*='st-key-behind-worth-']")).to_contain_text("false alarms")
    press_first_dot(page, page.locator(f".st-key-trade-{folder.id}-validation"))
    expect(page.locator("[class*='st-key-behind-trade-']")).to_contain_text("without an answer at an error rate of")


def test_a_dot_of_the_counts_shows_the_samples_of_its_class(home: Home, visit) -> None:
    made.fetched(home)
    project = made.project(home, samples=60)
    page = visit(f"/data?project={project.id}&view=split")
    expect(page.locator(".st-key-samples-class")).to_have_count(0)
    page.locator(".st-key-counts button.dot").nth(1).click()
    chosen = page.locator(".st-key-samples-class").get_by_role("radio", checked=True)
    expect(chosen).to_contain_text("positive")
