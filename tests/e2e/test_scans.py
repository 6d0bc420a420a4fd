"""Scans in a browser: how they shall look, writing that may be burned in, and what is stored of it."""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.data.conftest import zipped
from tests.data.scans.made import dicom
from tests.data.scans.test_writing import background, written
from tests.e2e.shots import shoot
from tests.e2e.studio import Studio
from tl_core.use_cases import data, projects, runs
from tl_core.words import say

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MINUTES = 60_000
NOT_MEDICAL = re.compile("not a medical device")
NAMED = 3  # the seed of the scan with a name on it
DROP = """(zone, content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], "scans.zip"));
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
MEAN = """(image) => image.decode().then(() => {
    const sheet = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
    const pen = sheet.getContext("2d");
    pen.drawImage(image, 0, 0, 32, 32);
    const seen = pen.getImageData(0, 0, 32, 32).data;
    return seen.reduce((sum, value, place) => sum + (place % 4 === 0 ? value : 0), 0) / 1024;
})"""
SIDES = """(box) => {
    const frame = box.closest(".stage").querySelector("img").getBoundingClientRect();
    const found = box.getBoundingClientRect();
    const across = (x) => (x - frame.left) / frame.width, down = (y) => (y - frame.top) / frame.height;
    return [across(found.left), down(found.top), across(found.right), down(found.bottom)];
}"""
Sides = tuple[float, float, float, float]


def scans(folder: Path) -> Path:
    """Eight scans of four patients in two classes; on one of them stands a name."""
    members = {}
    for seed in range(8):
        pixels = written(seed, 20)[0] if seed == NAMED else background(seed)
        members[f"{('healthy', 'ill')[seed % 2]}/IM{seed:04d}"] = dicom(
            pixels, Modality="US", PatientID=f"P{seed // 2}"
        )
    return zipped(folder / "scans.zip", members)


def drop(page: Page, file: Path) -> None:
    expect(page.get_by_role("button", name="Choose files").first).to_be_visible()
    page.locator(".zone").first.evaluate(DROP, base64.b64encode(file.read_bytes()).decode())


def choose_window(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name=say("data_page.scan_window"))
    option = page.get_by_role("option", name=name)
    for _ in range(10):  # a list that opens while the page is still being drawn closes again
        box.click()
        try:
            option.click(timeout=4000)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"{name} could not be chosen")


def point(image: Locator, x: float, y: float) -> tuple[float, float]:
    """Where a place of a picture, in shares, is on the page."""
    box = image.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def stand_still(page: Page, image: Locator) -> None:
    """Wait until a picture has its place: what lies above it may still be on its way."""
    place, since = image.bounding_box(), time.monotonic()
    while time.monotonic() < since + 1:
        page.wait_for_timeout(100)
        if (now := image.bounding_box()) != place:
            place, since = now, time.monotonic()


def drag(page: Page, image: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    stand_still(page, image)
    page.mouse.move(*point(image, *start))
    page.mouse.down()
    page.mouse.move(*point(image, *end), steps=8)
    page.mouse.up()


def sides(box: Locator) -> Sides:
    """Left, top, right, bottom of a box on the page, in shares of its picture; seen at one moment, for pages move."""
    left, top, right, bottom = box.evaluate(SIDES)
    return left, top, right, bottom


def inside(pixels: np.ndarray, box: Sides) -> np.ndarray:
    """The part of a picture within a box, a little less: a frame is two pixels wide."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    return pixels[int(top * height) + 3 : int(bottom * height) - 3, int(left * width) + 3 : int(right * width) - 3]


def test_writing_is_blacked_out_where_a_hand_drew(visit, studio: Studio, tmp_path: Path) -> None:
    project = projects.create("Hearts", "scans").id
    page: Page = visit(f"/data?project={project}")
    expect(page.get_by_text(NOT_MEDICAL)).to_be_visible()
    drop(page, scans(tmp_path))
    expect(page.get_by_text(re.compile(r"scans\.zip"))).to_be_visible()

    page.get_by_text(say("data_page.scan_title")).click()
    page.wait_for_timeout(500)  # it opens, and what is in it moves: a press then may find nothing under it
    page.get_by_role("button", name=say("data_page.scan_look")).click()
    first = page.locator(".picture img")
    expect(first).to_be_visible()
    by_its_own = first.evaluate(MEAN)
    assert 60 < by_its_own < 200
    shoot(page, "scan-window")
    choose_window(page, say("data_page.window_hand"))
    page.get_by_label(say("data_page.scan_level"), exact=True).fill("320")
    page.get_by_label(say("data_page.scan_level"), exact=True).press("Enter")
    latest = time.monotonic() + 30
    while (seen := first.evaluate(MEAN)) > by_its_own - 30:  # the middle is brighter than nearly all: darker
        assert time.monotonic() < latest, seen
        page.wait_for_timeout(200)
    shoot(page, "scan-by-hand")
    choose_window(page, say("data_page.window_own"))

    page.get_by_role("button", name=say("data_page.read_scans")).click()
    expect(page.get_by_role("heading", name=say("data_page.writing_title"))).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text(NOT_MEDICAL)).to_be_visible()
    image, boxes = page.locator(".mask img"), page.locator(".mask .box")
    expect(image).to_have_count(1)
    assert image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 320
    expect(boxes).to_have_count(1)
    _, name = written(NAMED, 20)
    found = sides(boxes.first)
    assert found[0] <= name[0] + 0.02
    assert found[1] <= name[1] + 0.02
    assert found[2] >= name[2] - 0.02
    assert found[3] >= name[3] - 0.02
    shoot(page, "writing")

    drag(page, image, (0.2, 0.3), (0.5, 0.45))
    expect(boxes).to_have_count(2)
    drag(page, image, (0.3, 0.35), (0.5, 0.55))  # the box itself goes along
    assert sides(boxes.nth(1)) == pytest.approx((0.4, 0.5, 0.7, 0.65), abs=0.02)
    boxes.nth(1).focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(2500)  # what the server has heard of it comes back, and changes nothing
    expect(boxes.nth(1)).to_be_focused()
    drawn = sides(boxes.nth(1))
    assert drawn == pytest.approx((0.3, 0.5, 0.6, 0.65), abs=0.02)

    drag(page, image, (0.75, 0.1), (0.95, 0.2))
    expect(boxes).to_have_count(3)
    stand_still(page, image)
    page.mouse.dblclick(*point(image, 0.85, 0.15))
    expect(boxes).to_have_count(2)
    page.get_by_role("button", name=say("data_page.mask_add")).click()
    expect(boxes).to_have_count(3)
    page.keyboard.press("Delete")
    expect(boxes).to_have_count(2)
    page.get_by_text(say("data_page.writing_filled")).click()
    expect(page.locator(".mask.filled")).to_have_count(1)
    shoot(page, "writing-filled")

    page.get_by_role("button", name=say("data_page.writing_go")).click()
    expect(page.get_by_text(re.compile("8 (scans|images) in 2 classes"))).to_be_visible(timeout=2 * MINUTES)
    shoot(page, "scans-in")
    stored = data.dataset(project)
    assert stored is not None
    assert len({sample.group for sample in stored.samples}) == 4
    plans = [runs.plan(run.id) for run in runs.runs_of(project, "intake")]
    told = [boxes for plan in plans for boxes in plan.masks.values()]
    assert [[box.left, box.top, box.right, box.bottom] for box in told[0]] == [
        pytest.approx(found, abs=0.01),
        pytest.approx(drawn, abs=0.01),
    ]
    covered = []
    for sample in stored.samples:
        pixels = np.asarray(Image.open(studio.home.samples(project) / str(sample.file)).convert("L"))
        covered.append(all(inside(pixels, box).max() == 0 for box in (found, drawn)))
        if covered[-1]:
            assert inside(pixels, (0.75, 0.1, 0.95, 0.2)).min() > 0, "the box that was taken away hides nothing"
    assert sum(covered) == 1
    assert studio.heard() == []
