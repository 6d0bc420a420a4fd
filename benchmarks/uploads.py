"""Do thousands of loose files arrive, how quickly, and what does it cost the server? In a real browser."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e import browsers
from tests.e2e.studio import Studio, until
from tl_core.store.home import Home
from tl_core.use_cases import projects, uploads

FILES = 5000
BYTES = 20_000  # of a file
CLASSES = 5
PICK = "input.pick-folder"


def measure(folder: Path, quick: bool = False) -> Iterator[dict[str, Any]]:
    """A row for a go without a fault, one for a go whose server is killed in its middle and started again."""
    count = 200 if quick else FILES
    album = _album(folder / "album", count)
    studio = Studio(Home((folder / "home").resolve()))
    studio.start_app()
    try:
        with sync_playwright() as playwright:
            browser = browsers.launch(playwright.chromium)
            for fault in (False, True):
                page = browser.new_page()
                page.set_default_timeout(60_000)
                yield _go(page, studio, album, count, fault)
                page.close()
            browser.close()
    finally:
        studio.end()


def _go(page: Page, studio: Studio, album: Path, count: int, fault: bool) -> dict[str, Any]:
    page.goto(f"{studio.address}/data?project={projects.create('Photos', 'photos').id}")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible(timeout=60_000)
    found = re.search(r"[?&]inbox=(\w+)", page.url)
    assert found
    inbox = found[1]
    page.locator(PICK).first.set_input_files(album)
    with _memory(studio) as memory:
        began = time.monotonic()
        if fault:
            until(lambda: len(uploads.received(inbox)) > count // 3, 600)
            assert studio.app is not None
            studio.app.kill()
            studio.app.wait()
            studio.start_app()
        until(lambda: len(uploads.received(inbox)) == count, 900)
        seconds = time.monotonic() - began
    again = time.monotonic()
    listed = uploads.received(inbox)
    listing = time.monotonic() - again
    expect(page.get_by_text(re.compile(r"\d+ files$")).first).to_be_visible(timeout=60_000)
    page.reload()
    again = time.monotonic()
    page.locator(PICK).first.set_input_files(album)
    expect(page.get_by_text("were here already")).to_be_visible(timeout=120_000)
    return {
        "what": "server killed and started again" if fault else "5,000 loose files",
        "arrived": len(listed),
        "of": count,
        "whole": sum(one.bytes == BYTES for one in listed),
        "seconds": round(seconds, 1),
        "files a second": round(count / seconds),
        "server before MB": round(memory[0]),
        "server most MB": round(max(memory)),
        "listing ms": round(1000 * listing),
        "second go, nothing sent, seconds": round(time.monotonic() - again, 1),
    }


@contextmanager
def _memory(studio: Studio) -> Iterator[list[float]]:
    """The app's resident megabytes ten times a second, the first before."""
    found: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            app = studio.app
            try:
                found.append(psutil.Process(app.pid).memory_info().rss / 1e6 if app else 0.0)
            except psutil.Error:  # between its end and its next start
                continue

    app = studio.app
    assert app is not None
    found.append(psutil.Process(app.pid).memory_info().rss / 1e6)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _album(folder: Path, count: int) -> Path:
    rng = random.Random(0)
    for number in range(count):
        path = folder / f"class {number % CLASSES}" / f"{number:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rng.randbytes(BYTES))
    return folder
