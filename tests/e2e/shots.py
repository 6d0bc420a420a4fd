"""Pictures of a page for whoever works on it: bright, dark, on a phone. Taken where ``THAW_SHOTS`` names a folder."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

LOOKS = (("light", 1280), ("dark", 1280), ("light", 390))  # colours, and pixels of width
_WHOLE = "[data-testid=stMain], [data-testid=stAppScrollToBottomContainer]"  # the latter below a line to type in
HEIGHT = f"() => document.querySelector('{_WHOLE}').scrollHeight"


def shoot(page: Page, name: str) -> None:
    """The whole page as it is now, in every look; then as it was before."""
    wanted = os.environ.get("THAW_SHOTS")
    if not wanted:
        return
    folder, before = Path(wanted), page.viewport_size
    folder.mkdir(parents=True, exist_ok=True)
    for colours, width in LOOKS:
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(700)
        page.set_viewport_size({"width": width, "height": max(900, min(9000, page.evaluate(HEIGHT)))})
        page.wait_for_timeout(700)
        page.screenshot(path=folder / f"{name}-{colours}-{width}.png")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    page.wait_for_timeout(500)
