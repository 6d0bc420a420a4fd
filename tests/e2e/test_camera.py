"""The camera in a real browser: recordings, what is learned from them, and what it says live; a film is the camera."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import browsers, scenes
from tests.e2e.studio import Studio
from tl_core.use_cases import projects
from tl_core.words import say

pytestmark = [pytest.mark.browser, pytest.mark.weights]
SEEING = Callable[[str, str], Page]


@pytest.fixture
def seeing(chromium: Browser, studio: Studio, tmp_path: Path) -> Iterator[SEEING]:
    """``seeing(thing, path)``: a browser of its own whose camera sees the thing, at that address."""
    opened: list[Browser] = []

    def open_at(thing: str, path: str) -> Page:
        film = scenes.film(tmp_path / f"{thing}.mjpeg", thing)
        browser = browsers.launch(chromium.browser_type, film)
        opened.append(browser)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(studio.address + path)
        return page

    yield open_at
    for browser in opened:
        browser.close()


def hold(page: Page, label: str, milliseconds: int = 2500) -> None:
    """Keep the button of a class pressed by the space bar."""
    button = page.get_by_role("button", name=f"Hold to record, {label}", exact=True)
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.down("Space")
    page.wait_for_timeout(milliseconds)
    page.keyboard.up("Space")
    expect(page.get_by_role("button", name=f"Remove this recording of {label}", exact=True)).to_be_enabled()


def test_from_an_empty_project_to_live_answers(seeing: SEEING, studio: Studio) -> None:
    project = projects.create("Webcam", "photos")
    page = seeing("mug", f"/data?project={project.id}&by=camera")
    page.get_by_label("Name of the class Class 1").fill("mug")
    page.keyboard.press("Enter")
    hold(page, "mug")
    expect(page.get_by_text(re.compile(r"^\d\d pictures$"))).to_have_count(1)
    address = page.url.removeprefix(studio.address)

    page = seeing("book", address)  # what was recorded is found again
    hold(page, "Class 2")
    expect(page.get_by_text(say("camera.once", count=2, labels="mug · Class 2"))).to_be_visible()
    page.get_by_role("button", name="Learn from these").click()
    expect(page.locator(".answer")).to_have_text("Class 2", timeout=300_000)
    expect(page.locator(".rate")).to_have_text(re.compile(r"^\d.* answers a second$"))
    address = page.url.removeprefix(studio.address)
    assert "way=live" in address

    page = seeing("mug", address)
    expect(page.locator(".answer")).to_have_text("mug", timeout=120_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".rate")).to_have_text("Paused")

    page = seeing("ball", address)
    expect(page.locator(".answer")).to_have_text("Not sure", timeout=120_000)
    expect(page.get_by_text(say("camera.live_far_about"))).to_be_visible()
    assert studio.heard() == []
