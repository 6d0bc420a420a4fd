"""In a browser: what a person states is kept and stands in the report, which anybody can open and read."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.app import made
from tests.e2e.shots import shoot
from tl_core.store.home import Home
from tl_core.use_cases import about

pytestmark = pytest.mark.browser


def test_a_report_holds_what_was_stated_and_can_be_read_by_everybody(home: Home, visit, until, tmp_path: Path) -> None:
    made.fetched(home)
    project = made.project(home)
    folder = made.done(home, project)
    made.decided(folder, project)
    page: Page = visit(f"/use?project={project.id}&run={folder.id}&way=along")
    page.get_by_text("About the use, in your words").click()
    page.get_by_role("textbox", name="Intended use", exact=True).fill("Sort mail before <b>people</b> read it")
    page.get_by_role("textbox", name="Intended users", exact=True).focus()
    until(lambda: about.about(project.id).purpose.startswith("Sort mail"), 10)
    missing = page.get_by_text("Not stated yet, about the use")
    expect(missing).not_to_contain_text("Intended use ·")
    shoot(page, "use-report")
    for name, kind in (("As a web page", "html"), ("As a PDF", "pdf")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        assert waiting.value.suggested_filename == f"thaw-report-{folder.id}.{kind}"
        waiting.value.save_as(tmp_path / f"report.{kind}")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    browser = page.context.browser
    assert browser is not None
    with browser.new_context() as context:  # as a reader has it: without the app
        read_by_everybody(context.new_page(), (tmp_path / "report.html").as_uri())


def read_by_everybody(page: Page, address: str) -> None:
    """It loads nothing, shows what was stated as it was typed, and axe finds nothing in either look."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.get_by_text("Sort mail before <b>people</b> read it")).to_be_visible()
    assert asked == [address]
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()
