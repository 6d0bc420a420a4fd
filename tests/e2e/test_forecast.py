"""Forecasting as a person walks it: from sample data to a forecast in use, and from newer data on."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shots import shoot
from tests.e2e.studio import Studio
from tl_core.words import say

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MINUTES = 60_000


def download(page: Page, name: str) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("button", name=name).click()
    return Path(coming.value.path())


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))


def test_from_sample_data_to_a_forecast_in_use(visit, studio: Studio, tmp_path: Path) -> None:
    page = visit()
    page.get_by_role("button", name="Try air passengers").click()
    expect(page.get_by_text(re.compile("ready after"))).to_be_visible(timeout=4 * MINUTES)
    expect(page.get_by_text(re.compile("^Look 1 is the best so far"))).to_be_visible(timeout=4 * MINUTES)
    shoot(page, "forecast-train")
    page.get_by_role("button", name=say("train_page.stop")).click()  # what it has is enough to go on with
    expect(page.get_by_text(say("train_page.state_stopped"))).to_be_visible(timeout=4 * MINUTES)

    page.get_by_role("button", name="See how good it is").click()
    expect(page.get_by_text(re.compile("forecasts best here"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    shoot(page, "forecast-evaluate")
    page.get_by_role("button", name="Open the sealed exam").click()
    page.get_by_role("button", name="Open it for this model").click()
    expect(page.get_by_text(re.compile("Exam result"))).to_be_visible(timeout=4 * MINUTES)
    expect(page.get_by_text("Opened once in this project.")).to_be_visible()

    page.get_by_role("link", name="Put it to use").click()
    expect(page.get_by_text(re.compile("^January 1961: "))).to_be_visible()
    shoot(page, "forecast-use")
    told = rows(download(page, "Download the forecast"))
    assert len(told) == 12
    assert told[0]["time"].startswith("1961-01-01")

    newer = tmp_path / "newer.csv"
    [table] = (studio.home.cache / "samples").glob("airline-*/*.csv")
    lines = table.read_text("utf-8").splitlines()
    newer.write_text("\n".join(lines[:-12]), "utf-8")  # as if it had been asked a year before
    page.get_by_text("From newer data", exact=True).click()
    page.locator("input[type=file]").first.set_input_files(newer)
    page.get_by_role("button", name="Go on from here").click()
    expect(page.get_by_text(re.compile("^January 1960: "))).to_be_visible(timeout=2 * MINUTES)
    shoot(page, "forecast-newer")
    assert rows(download(page, "Download the forecast"))[0]["time"].startswith("1960-01-01")

    page.get_by_text("Take it along", exact=True).click()
    names = {Path(name).name for name in zipfile.ZipFile(download(page, "Download the model")).namelist()}
    assert {"forecaster.json", "parity.json"} <= names
    assert studio.heard() == []


def test_a_series_is_looked_into(visit, studio: Studio, tmp_path: Path) -> None:
    """Dragging over a part of the plot shows that part, and it stays while nothing changes."""
    table = tmp_path / "visits.csv"
    table.write_text("day,visits\n" + "\n".join(f"2026-{1 + k // 28:02d}-{1 + k % 28:02d},{k % 7}" for k in range(140)))
    page = visit()
    page.get_by_role("button", name="Start with numbers").click()
    page.get_by_role("button", name="Create").click()
    page.locator("input[type=file]").first.set_input_files(table)
    page.get_by_role("button", name="Read the table").click()
    expect(page.get_by_text(re.compile("^140 values|values from 1 January 2026"))).to_be_visible(timeout=MINUTES)
    plot = page.locator(".js-plotly-plot")
    whole = plot.evaluate("one => one._fullLayout.xaxis.range.map(Date.parse)")
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 120, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "whole => { const [a, b] = document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.map(Date.parse);"
        " return b - a < 0.5 * (whole[1] - whole[0]); }",
        arg=whole,
    )
