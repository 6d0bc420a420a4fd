"""From an empty project to a camera's model that answers live, in a browser with a film as camera: how long, how often?

Two classes are recorded for three seconds each, one after the other, by the camera of one browser after another. Told
are the seconds of each part, from the press on "Learn from these" to the first answer, and the answers a second.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.studio import SETTLING
from tests.e2e import browsers, scenes
from tests.e2e.studio import Studio
from tl_core import backbones
from tl_core.backbones.fetch import fetch
from tl_core.runs.warm import compile_ahead
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import projects, runs

REPEATS = 3
HELD = 3.0  # seconds a button is held
WATCHED = 10.0  # seconds answers are counted
PATIENCE = 180_000  # milliseconds


def measure(folder: Path, quick: bool = False) -> Iterator[dict[str, Any]]:
    """One row a repeat."""
    from playwright.sync_api import sync_playwright

    home = Home(folder / "home")
    name = backbones.default("image")
    if not backbones.is_fetched(home, name):  # as setting up leaves it
        fetch(home, name)
    compile_ahead(home, name)
    films = {thing: scenes.film(folder / f"{thing}.mjpeg", thing) for thing in ("mug", "book", "ball")}
    studio = Studio(home)
    studio.start_app()
    studio.start_worker()
    try:
        with sync_playwright() as playwright:
            for _ in range(1 if quick else REPEATS):
                time.sleep(SETTLING)
                yield _one(playwright.chromium, studio, films)
    finally:
        studio.end()


def _one(chromium: Any, studio: Studio, films: dict[str, Path]) -> dict[str, Any]:
    from playwright.sync_api import expect

    project = projects.create("Webcam", "photos")
    address = f"{studio.address}/data?project={project.id}&by=camera"
    recording = []
    for number, thing in enumerate(("mug", "book"), 1):
        browser, page = _seeing(chromium, films[thing], address)
        button = page.get_by_role("button", name=f"Hold to record, Class {number}", exact=True)
        expect(button).to_be_enabled(timeout=PATIENCE)
        began = time.monotonic()
        button.focus()
        page.keyboard.down("Space")
        page.wait_for_timeout(1000 * HELD)
        page.keyboard.up("Space")
        page.get_by_role("button", name=f"Remove this recording of Class {number}", exact=True).wait_for()
        recording.append(round(time.monotonic() - began, 2))
        address = page.url
        if thing == "mug":
            browser.close()
    learn = page.get_by_role("button", name="Learn from these")
    expect(learn).to_be_enabled(timeout=PATIENCE)
    learn.click()
    began = time.monotonic()
    page.get_by_role("button", name="Pause").wait_for()
    landed = time.monotonic()
    page.locator(".rows .value").first.wait_for()
    answered = time.monotonic()
    page.wait_for_timeout(1000 * WATCHED)
    rate = float(page.locator(".rate").get_attribute("data-rate"))
    said = {"book": page.locator(".answer").inner_text()}
    address = page.url
    browser.close()
    for thing in ("mug", "ball"):
        browser, page = _seeing(chromium, films[thing], address)
        page.locator(".rows .value").first.wait_for()
        page.wait_for_timeout(3000)
        said[thing] = page.locator(".answer").inner_text()
        browser.close()
    [reading], [training] = runs.runs_of(project.id, "intake"), runs.runs_of(project.id, "train")
    parts = {f"{kind}, {name}": round(seconds, 2) for kind, run in (("reading", reading), ("training", training))
             for name, seconds in _seconds(studio.home, run.id).items()}  # fmt: skip
    projects.delete(project.id)
    return {
        "recording of each class": recording,
        "learn to live page": round(landed - began, 2),
        "learn to first answer": round(answered - began, 2),
        "answers a second": rate,
        "said": said,
        **parts,
    }


def _seconds(home: Home, run_id: str) -> dict[str, float]:
    status = RunFolder(home.runs / run_id).status()
    return status.seconds if status else {}


def _seeing(chromium: Any, film: Path, address: str) -> tuple[Any, Any]:
    browser = browsers.launch(chromium, film)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return browser, page
