"""The guide's pictures, taken the same way each time: ``python docs/screenshots.py HOME [NAME ...]``.

HOME is a home folder; the projects that the pictures show are prepared in it once, beside a person's own. App and
worker are started on them, Chromium walks the pages, and it is said which pictures are not what they were; small
differences, such as the time of day, leave a picture as it is.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docs.shots import HEIGHT, SHOTS, WIDTH, WITHOUT_ADDRESS, Shot  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Page

FOLDER = HERE / "screenshots"
COLOURS, RARE = 256, 96  # of a picture's palette, and for colours that are rare
SAME = 0.004  # share of pixels that may differ without a picture counting as changed
PAUSE = 1500  # milliseconds between two looks whether a page still moves
LOOKS = 120
HELD = 3000  # milliseconds a button of the camera is held
PATIENCE = 180_000  # milliseconds for a page to show what it should


def save(picture: Image.Image, file: Path) -> bool:
    """Write ``picture`` with a palette, unless what lies in ``file`` looks the same; whether it was written."""
    found = paletted(picture.convert("RGB"))
    if file.is_file() and same(Image.open(file), found):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    found.save(file, optimize=True)
    return True


def paletted(picture: Image.Image) -> Image.Image:
    """Its commonest colours as they are, so that grounds keep theirs; the rest of the palette for what is rare."""
    common = [colour for _, colour in sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)]
    rare = picture.quantize(RARE, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in common[: COLOURS - RARE] for value in colour] + rare[: 3 * RARE])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def same(one: Image.Image, other: Image.Image) -> bool:
    """Of one size, and few pixels apart by more than a shade."""
    if one.size != other.size:
        return False
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L").point(lambda v: 255 * (v > 24))
    return apart.histogram()[255] <= SAME * one.width * one.height


def address(shot: Shot) -> str:
    """The page with the project and the newest finished run that it shows. Raises LookupError: not in this home."""
    from tl_core.use_cases import projects, runs

    if not shot.of:
        return f"/{shot.page}"
    project = next((one.id for one in projects.list_projects() if shot.of in (one.sample_set, one.name)), None)
    if project is None:
        raise LookupError(f"no project {shot.of}")
    place = f"/{shot.page}?project={project}"
    if not shot.job:
        return place
    found = [one.id for one in runs.runs_of(project, shot.job) if one.state in ("done", "stopped")]
    if not found:
        raise LookupError(f"no finished {shot.job} of {shot.of}")
    return f"{place}&compare={','.join(found)}" if shot.page == "runs" else f"{place}&run={found[0]}"


def settle(page: Page) -> None:
    """Wait until no job runs and the page looks the same twice."""
    from tl_core.use_cases import runs

    page.locator("h1").wait_for()
    before = b""
    for _ in range(LOOKS):
        page.wait_for_timeout(PAUSE)
        seen = page.screenshot()
        if seen == before and not runs.running() and not page.get_by_test_id("stStatusWidget").count():
            return
        before = seen


def take(home: Path, wanted: Sequence[Shot]) -> dict[str, bool]:
    """Every picture's name, and whether it changed."""
    from playwright.sync_api import sync_playwright

    from tests.e2e import browsers
    from tests.e2e.studio import Studio
    from tl_core.store.home import Home

    os.environ["THAW_HOME"] = str(home)
    studio, changed = Studio(Home(home)), {}
    studio.start_app()
    studio.start_worker()
    try:
        with sync_playwright() as playwright:
            browser = browsers.launch(playwright.chromium)
            page = new_page(browser)
            for shot in wanted:
                if shot.page not in WITHOUT_ADDRESS:
                    for look, picture in looks(page, studio.address, shot):
                        changed |= kept(f"{shot.name}-{look}", picture)
            for shot in wanted:
                if shot.page == "report":
                    changed |= kept(f"{shot.name}-light", report(page, shot, home))
            browser.close()
            if any(shot.page == "camera" for shot in wanted):
                for name, picture in camera(playwright.chromium, studio.address, home):
                    changed |= kept(f"{name}-light", picture)
    finally:
        studio.end()
    return changed


def new_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def looks(page: Page, studio: str, shot: Shot) -> Iterator[tuple[str, bytes]]:
    """The page of ``shot`` in each look asked for."""
    try:
        place = address(shot)
    except LookupError as problem:
        print(f"{shot.name}: {problem}", file=sys.stderr)
        return
    for look in shot.looks:
        page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
        page.set_viewport_size({"width": WIDTH, "height": shot.height})
        page.goto(studio + place)
        settle(page)
        if shot.hands:
            shot.hands(page)
            page.mouse.move(0, 0)
            settle(page)
        yield look, page.screenshot()


def report(page: Page, shot: Shot, home: Path) -> bytes:
    """The top of the report about a run, as its reader has it: a file."""
    from tl_core.use_cases.reports import make

    file = home / "report.html"
    file.write_bytes(make.write(address(shot).rpartition("run=")[2], "html"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTH, "height": shot.height})
    page.goto(file.as_uri())
    return page.screenshot()


def camera(chromium: BrowserType, studio: str, home: Path) -> Iterator[tuple[str, bytes]]:
    """A model from the camera, which sees one film and then another: as it is recorded, and as it answers."""
    from playwright.sync_api import expect

    from tests.e2e import browsers, scenes
    from tl_core.use_cases import projects

    place = f"/data?project={projects.create('Mug or book', 'photos').id}&by=camera"
    for number, thing in enumerate(("mug", "book"), 1):
        browser = browsers.launch(chromium, scenes.film(home / f"{thing}.mjpeg", thing))
        page = new_page(browser)
        page.goto(studio + place)
        page.get_by_label(f"Name of the class Class {number}").fill(thing)
        page.keyboard.press("Enter")
        button = page.get_by_role("button", name=f"Hold to record, {thing}", exact=True)
        button.focus()
        page.keyboard.down("Space")
        page.wait_for_timeout(HELD)
        page.keyboard.up("Space")
        page.get_by_role("button", name=f"Remove this recording of {thing}", exact=True).wait_for()
        page.wait_for_timeout(PAUSE)
        place = page.url.removeprefix(studio)
        if number == 2:
            learn = page.get_by_role("button", name="Learn from these")
            expect(learn).to_be_enabled(timeout=PATIENCE)
            page.wait_for_timeout(PAUSE)
            yield "camera", page.screenshot()
            learn.click()
            page.locator(".rows .value").first.wait_for()
            page.wait_for_timeout(HELD)
            yield "live", page.screenshot()
        browser.close()


def kept(name: str, picture: bytes) -> dict[str, bool]:
    file = FOLDER / f"{name}.png"
    return {file.name: save(Image.open(BytesIO(picture)), file)}


if __name__ == "__main__":
    from docs import stage
    from tl_core.store.home import Home

    parser = argparse.ArgumentParser(description="Take the guide's pictures.")
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    chosen = [shot for shot in SHOTS if not args.names or shot.name in args.names]
    live = stage.make_ready(Home(args.home.resolve()))
    for name, new in take(live, chosen).items():
        print(f"{name}: {'changed' if new else 'as it was'}")
