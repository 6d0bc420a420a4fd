"""The machine's own Chromium, started as tests, benchmarks and the script of the guide's pictures need it."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, BrowserType

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",  # a microphone that beeps, and may be used
]  # fmt: skip


def path() -> str | None:
    """Where it is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(chromium: BrowserType, film: object = None) -> Browser:
    """A browser of its own. ``film``: the file that its camera sees."""
    seen = [f"--use-file-for-fake-video-capture={film}"] if film else []
    return chromium.launch(executable_path=path(), args=[*FLAGS, *seen])
