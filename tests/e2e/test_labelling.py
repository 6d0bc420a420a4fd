"""Labelling by keys in a browser: nothing that was pressed is lost, whatever ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app import made
from tests.e2e.shots import shoot
from tests.e2e.studio import until
from tests.use_cases.test_labelling import stripped
from tl_core.store.home import Home
from tl_core.use_cases import labelling

pytestmark = pytest.mark.browser


def test_keys_undo_reload_and_a_killed_server(home: Home, studio, visit) -> None:
    project = stripped(home, made.project(home, samples=30))
    labelling.introduce(project.id, "Anna")
    page = visit(f"/label?project={project.id}&by=1")
    name = page.get_by_placeholder("Name of the first class")
    name.fill("negative")
    name.press("Enter")
    page.get_by_role("button", name="Add a class").click()
    page.get_by_label("Name of the new class").fill("positive")
    page.keyboard.press("Enter")
    page.get_by_test_id("stMain").click(position={"x": 8, "y": 500})  # beside everything: keys work from there, too
    for key in "1212":
        page.keyboard.press(key)
    expect(page.locator(".standing")).to_have_text("4 of 30")
    expect(page.locator(".item")).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.press("u")
    page.keyboard.press("Control+z")
    expect(page.locator(".standing")).to_have_text("3 of 30")
    expect(page.locator(".saved")).to_have_text("All saved")
    shoot(page, "label")

    page.reload()
    expect(page.locator(".standing")).to_have_text("3 of 30")
    expect(page.locator(".item")).to_be_visible()

    other = page.context.new_page()  # a second tab of the same person
    other.goto(page.url)
    expect(other.locator(".standing")).to_have_text("3 of 30")
    expect(other.locator(".item")).to_be_visible()
    studio.app.kill()
    studio.app.wait()
    other.keyboard.press("2")
    expect(other.locator(".saved")).to_contain_text("1 not saved yet")
    other.close()
    page.keyboard.press("2")
    page.keyboard.press("1")
    expect(page.locator(".saved")).to_contain_text("2 not saved yet")
    expect(page.get_by_role("dialog")).to_contain_text("Thaw does not answer right now", timeout=30_000)
    studio.start_app()
    expect(page.locator(".saved")).to_have_text("All saved")
    expect(page.locator(".standing")).to_have_text("5 of 30")
    counted = [one.label for one in labelling.history(project.id) if not one.undone]
    assert sorted(label or "" for label in counted) == ["negative"] * 3 + ["positive"] * 2

    page.reload()  # what the closed tab had left is sent by the next page
    until(lambda: not page.evaluate("() => Object.keys(localStorage).filter((one) => one.startsWith('thaw-'))"), 30)
    assert sum(not one.undone for one in labelling.history(project.id)) == 6
    told = ("Streamlit server is not responding", "Client error", "Connection timed out")  # all true for a while
    page.complaints[:] = [one for one in page.complaints if not one.startswith(told)]  # type: ignore[attr-defined]
