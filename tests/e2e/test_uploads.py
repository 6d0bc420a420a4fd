"""Thousands of loose files over a line and a server that fail: what was whole stays, the rest follows by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.studio import Studio, until
from tests.e2e.test_by_hand import FOLDER, inbox_of
from tl_core.use_cases import projects, uploads

pytestmark = pytest.mark.browser
COUNT = 600


def test_the_server_falls_and_every_file_arrives(visit, studio: Studio, tmp_path: Path) -> None:
    for number in range(COUNT):
        path = tmp_path / "album" / ("cracked" if number % 2 else "sound") / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([number % 256]) * 4000)
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 800_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.locator(FOLDER).first.set_input_files(tmp_path / "album")
    inbox = inbox_of(page)
    until(lambda: uploads.received(inbox), 30)
    assert studio.app is not None
    studio.app.kill()
    studio.app.wait()
    whole = uploads.received(inbox)
    assert 0 < len(whole) < COUNT
    assert uploads.expected(inbox) == COUNT
    assert {one.bytes for one in whole} == {4000}
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    studio.start_app()
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    until(lambda: len(uploads.received(inbox)) == COUNT, 60)
    expect(page.get_by_text(f"cracked: {COUNT // 2} files")).to_be_visible()
    page.reload()
    page.locator(FOLDER).first.set_input_files(tmp_path / "album")
    expect(page.get_by_text(f"{COUNT} of {COUNT} files were here already")).to_be_visible()
    (tmp_path / "album" / "cracked" / "1.jpg").write_bytes(b"?" * 4000)
    page.locator(FOLDER).first.set_input_files(tmp_path / "album")
    expect(page.get_by_text(f"{COUNT - 1} of {COUNT} files were here already")).to_be_visible()
    assert (uploads.inbox_path(inbox) / "album" / "cracked" / "1.jpg").read_bytes() == b"?" * 4000
