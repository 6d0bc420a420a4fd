"""The guide as a person walks it: from nothing to a model in use, for images, sounds and series; texts by keyboard."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.e2e.studio import Studio
from tests.runs.small import solar_folder
from tl_core.data.series.tsfile import Case, cases
from tl_core.words import say

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MINUTES = 60_000
LISTEN = """() => {
    const real = Audio.prototype.play;
    HTMLMediaElement.prototype.play = function (...all) {
        this.addEventListener("loadedmetadata", () => { window.played = this.duration; });
        return real.apply(this, all);
    };
}"""  # how long the sound is that begins to play, seconds


def start_project(page: Page, purpose: str, name: str) -> None:
    page.get_by_role("button", name=f"Start with {purpose}").click()
    page.get_by_label("Name of the project").fill(name)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="What should it learn from?")).to_be_visible()


def train(page: Page) -> None:
    """From the data page to a finished training."""
    page.get_by_role("button", name="Choose a starting model").click()
    expect(page.get_by_role("heading", name="How much should thaw?")).to_be_visible()
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("Quick look").first).to_be_visible()
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=6 * MINUTES)


def record(page: Page) -> None:
    """Two seconds of what the microphone hears."""
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Stop recording").click()


def open_exam(page: Page) -> None:
    page.get_by_role("button", name="See how good it is").click()
    expect(page.get_by_role("heading", name="How good is it?")).to_be_visible()
    expect(page.get_by_text("Average hit rate per class").first).to_be_visible()
    page.get_by_role("button", name="Open the sealed exam").click()
    page.get_by_role("button", name="Open it for this model").click()
    expect(page.get_by_text(re.compile("Exam result"))).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("Opened once in this project.")).to_be_visible()


def take_bundle(page: Page, tmp_path: Path) -> None:
    page.get_by_text("Take it along", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the model").click()
    check_bundle(download.value, tmp_path)


def check_bundle(download: Download, tmp_path: Path) -> None:
    """What a model taken along holds."""
    target = tmp_path / "bundle.zip"
    download.save_as(target)
    names = set(zipfile.ZipFile(target).namelist())
    assert {"bundle.json", "model.safetensors", "card.md", "parity.json"} <= {Path(name).name for name in names}


def test_images_from_upload_to_a_model_in_use(visit, studio: Studio, tmp_path: Path) -> None:
    folder = solar_folder(studio.home, tmp_path / "cells", each=30)
    archive = tmp_path / "cells.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(folder.rglob("*.png")):
            zipped.write(file, file.relative_to(folder))
        zipped.writestr("defective/broken.png", b"this is no picture")
    page = visit()
    start_project(page, "photos", "Solar cells")
    page.locator("input[type=file]").first.set_input_files(archive)
    page.get_by_role("button", name="Read the images").click()
    expect(page.get_by_text(re.compile("60 images in 2 classes"))).to_be_visible(timeout=MINUTES)
    page.get_by_text("Left out (1)").click()
    expect(page.get_by_text(re.compile("broken.png")).first).to_be_attached()  # a cell of a canvas
    train(page)
    open_exam(page)
    page.get_by_role("link", name="Put it to use").click()
    page.locator("input[type=file]").first.set_input_files(next((folder / "functional").iterdir()))
    expect(page.get_by_text(re.compile(r"answered in \d"))).to_be_visible()
    take_bundle(page, tmp_path)
    assert studio.heard() == []


def test_sounds_from_sample_data_to_a_model_in_use(visit, studio: Studio, tmp_path: Path) -> None:
    page = visit()
    page.get_by_role("button", name="Try drum sounds").click()
    expect(page.get_by_text(re.compile("ready after"))).to_be_visible(timeout=4 * MINUTES)
    page.get_by_role("button", name=say("train_page.stop")).click()  # what it has is enough to go on with
    expect(page.get_by_text(say("train_page.state_stopped"))).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text(re.compile(r"^Layer group \d of 7 .* tells the classes apart best"))).to_be_visible()
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text(re.compile(r"^12\d sounds in 6 classes"))).to_be_visible()
    page.evaluate(LISTEN)
    page.get_by_title(re.compile("^Play")).first.click()
    page.wait_for_function("() => window.played > 0.1")
    page.get_by_role("link", name="Train", exact=True).click()
    open_exam(page)
    page.get_by_role("link", name="Put it to use").click()
    [drum, *_] = sorted((studio.home.cache / "samples").glob("drums-*/kick/*.wav"))
    page.locator("input[type=file]").first.set_input_files(drum)
    expect(page.get_by_text(re.compile(r"answered in \d"))).to_be_visible(timeout=MINUTES)
    page.get_by_role("button", name="Why this answer?").click()
    expect(page.get_by_text("What counted, and nothing else:")).to_be_visible(timeout=MINUTES)
    record(page)
    expect(page.get_by_text("What counted, and nothing else:")).to_be_hidden()  # that was of the file
    expect(page.get_by_text(re.compile(r"answered in \d"))).to_be_visible(timeout=MINUTES)
    take_bundle(page, tmp_path)
    assert studio.heard() == []


def test_series_from_sample_data_to_a_model_in_use(visit, studio: Studio, tmp_path: Path) -> None:
    page = visit()
    page.get_by_role("button", name="Try movements").click()
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=6 * MINUTES)
    expect(page.get_by_text(re.compile(r"^Layer group \d of 6 .* tells the classes apart best"))).to_be_visible()
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text(re.compile(r"^80 series in 4 classes"))).to_be_visible()
    expect(page.get_by_text("Each series has 100 moments. Its curves from top to bottom:")).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    open_exam(page)
    for name in ("MiniROCKET", "22 features (catch22)", "Nearest series, time bent"):
        expect(page.get_by_title(name, exact=True).first).to_be_attached()  # in the drawing that compares
    page.get_by_role("link", name="Put it to use").click()
    [table] = (studio.home.cache / "samples").glob("motions-*/*_TEST.ts")
    one = next(case for _, case in cases(table) if isinstance(case, Case))
    lines = [",".join("xyzuvw"), *(",".join(map(str, moment)) for moment in one.values.T)]
    (asked := tmp_path / "one.csv").write_text("\n".join(lines), "utf-8")
    page.locator("input[type=file]").first.set_input_files(asked)
    expect(page.get_by_text(re.compile(r"answered in \d"))).to_be_visible(timeout=MINUTES)
    expect(page.get_by_role("img", name="What was read")).to_be_visible()
    page.get_by_role("button", name="Why this answer?").click()
    expect(page.get_by_text(re.compile("^The glowing stretches of the curves spoke most"))).to_be_visible(
        timeout=MINUTES
    )
    take_bundle(page, tmp_path)
    assert studio.heard() == []
