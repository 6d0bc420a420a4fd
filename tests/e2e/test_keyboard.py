"""The whole guide by keyboard alone: from an empty home to a model in use."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keyboard import Keyboard
from tests.e2e.studio import Studio
from tests.e2e.test_guide import MINUTES, check_bundle
from tests.runs.small import review_table

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def arrived(keys: Keyboard, question: str) -> None:
    """A page asks something else, and the keyboard is there."""
    expect(keys.page.get_by_role("heading", name=question, level=1)).to_be_visible(timeout=2 * MINUTES)
    keys.kept()


def bring(keys: Keyboard, table: Path) -> None:
    """A project of pasted lines."""
    page = keys.page
    name = page.get_by_label("Name of the project")
    keys.go("Start with photos")
    expect(name).to_have_count(1)
    page.keyboard.press("Escape")
    expect(name).to_have_count(0)
    keys.kept()
    keys.go("Start with reviews")
    expect(name).to_have_count(1)
    keys.to("Name of the project")
    page.keyboard.insert_text("Hotel *reviews*")
    keys.go("Create")
    arrived(keys, "What should it learn from?")
    keys.choose("As a file", "I paste them")
    expect(page.get_by_role("button", name="Take these lines")).to_be_visible()
    keys.to("Texts, one a line")
    with open(table, encoding="utf-8", newline="") as file:
        page.keyboard.insert_text("\n".join(f"{row['text']}\t{row['label']}" for row in csv.DictReader(file)))
    keys.go("Take these lines")
    expect(page.get_by_text("Check how the table is read")).to_be_visible()
    keys.kept()
    keys.go("Read the table")
    expect(page.get_by_text(re.compile("80 texts in 2 classes"))).to_be_visible(timeout=2 * MINUTES)
    keys.kept()


def train(keys: Keyboard) -> None:
    """From the data by what was found in them to a finished training."""
    page = keys.page
    page.get_by_role("link", name=re.compile("examined|things? found|what was found")).wait_for()
    keys.to("found" if page.get_by_role("link", name=re.compile("found")).count() else "examined")
    page.keyboard.press("Enter")
    arrived(keys, "Can these data be trusted?")
    expect(page.get_by_text(re.compile("^(Found: |Nothing was found)"))).to_be_visible(timeout=2 * MINUTES)
    keys.go("Choose a starting model")
    arrived(keys, "How much should thaw?")
    keys.to("Fine-tune")
    keys.to("Frozen layer groups")
    slider = page.get_by_role("slider", name="Frozen layer groups")
    before = int(slider.get_attribute("aria-valuenow") or "0")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", str(before + 1))
    keys.to("Fine-tune", "Shift+Tab")
    keys.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Quick look")).to_be_checked()
    expect(page.get_by_text(re.compile("^Quick look with"))).to_be_visible()
    keys.go("Start training")
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=3 * MINUTES)
    keys.kept()


def test_from_an_empty_home_to_a_model_in_use(visit, studio: Studio, tmp_path: Path) -> None:
    table = review_table(studio.home, tmp_path / "reviews.csv")
    page: Page = visit()
    expect(page.get_by_role("button", name="Start with reviews")).to_be_visible()
    keys = Keyboard(page)
    bring(keys, table)
    train(keys)

    keys.go("See how good it is")
    arrived(keys, "How good is it?")
    keys.go("Open the sealed exam")
    expect(page.get_by_role("button", name="Open it for this model")).to_be_visible()
    keys.go("Open it for this model")
    expect(page.get_by_text(re.compile("Exam result"))).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("Opened once in this project.")).to_be_visible()
    keys.kept()

    keys.go("Put it to use")
    expect(page.get_by_placeholder("Paste or type a text")).to_be_visible()
    keys.kept()
    keys.to("text")
    page.keyboard.insert_text("Wonderful camera, I love it")
    keys.go("Ask")
    expect(page.get_by_text(re.compile(r"answered in \d"))).to_be_visible()
    keys.kept()

    keys.choose("Try one", "Many at once", back=True)
    expect(page.locator("input[type=file]").first).to_be_attached()
    page.locator("input[type=file]").first.set_input_files(table)  # the system's own window chooses files
    expect(page.get_by_role("button", name="Answer all")).to_be_visible()
    keys.go("Answer all")
    expect(page.get_by_role("button", name="Download the answers")).to_be_visible(timeout=2 * MINUTES)
    keys.kept()
    with page.expect_download() as answers:
        keys.go("Download the answers")
    assert len(list(csv.DictReader(io.StringIO(Path(answers.value.path()).read_text("utf-8"))))) == 80
    keys.choose("Many at once", "Take it along", back=True)
    expect(page.get_by_role("button", name="Download the model")).to_be_visible()
    with page.expect_download() as model:
        keys.go("Download the model")
    check_bundle(model.value, tmp_path)
    assert studio.heard() == []
