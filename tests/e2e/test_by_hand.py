"""What only a browser can show of the home and data pages: uploads, choosing pictures, dialogs, the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app import made
from tests.e2e.studio import Studio, until
from tl_core.store.home import Home
from tl_core.use_cases import data, projects, runs, uploads

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # milliseconds: machines of tests are busy
FILES = "input.pick-files"
FOLDER = "input.pick-folder"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two classes of three files each."""
    for label in ("cracked", "sound"):
        (tmp_path / "album" / label).mkdir(parents=True)
        for number in range(3):
            (tmp_path / "album" / label / f"{number}.jpg").write_bytes(b"picture" * 50)
    return tmp_path / "album"


def inbox_of(page: Page) -> str:
    found = re.search(r"[?&]inbox=(\w+)", page.url)
    assert found, page.url
    return found[1]


def test_projects_are_made_renamed_and_deleted(visit) -> None:
    page = visit()
    page.get_by_role("button", name="Start with scans").click()
    page.get_by_label("Name of the project").fill("Chest *films*")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="What should it learn from?")).to_be_visible()
    assert [(one.name, one.purpose) for one in projects.list_projects()] == [("Chest *films*", "scans")]

    page.get_by_role("link", name="Thaw").click()
    expect(page.get_by_role("link", name="Chest *films*")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name of the project").fill("Knees")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Knees")).to_be_visible()

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_hidden()
    assert projects.list_projects()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="What should it learn?")).to_be_visible()
    assert not projects.list_projects()


def test_a_folder_arrives_whole_and_is_found_after_a_reload(visit, album: Path) -> None:
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    page.locator(FOLDER).first.set_input_files(album)
    expect(page.get_by_text("cracked: 3 files")).to_be_visible()
    expect(page.get_by_text("sound: 3 files")).to_be_visible()
    assert len(uploads.received(inbox_of(page))) == 6
    page.reload()
    expect(page.get_by_text("sound: 3 files")).to_be_visible()
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("sound: 3 files")).to_be_hidden()
    assert uploads.received(inbox_of(page)) == []


def test_files_class_by_class(visit, album: Path) -> None:
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    page.get_by_role("radio", name="I choose the files class by class").click()
    for label in ("cracked", "sound"):
        box = page.get_by_label("Class of the files that follow")
        box.fill(label)
        box.press("Enter")
        expect(page.get_by_text(f"Drop images of “{label}” here")).to_be_visible()
        page.locator(FILES).first.set_input_files(sorted((album / label).iterdir()))
        expect(page.get_by_text(f"{label}: 3 files")).to_be_visible()
    assert {one.path.split("/")[0] for one in uploads.received(inbox_of(page))} == {"cracked", "sound"}


def test_files_and_folders_can_be_dropped(visit) -> None:
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    drop = """zone => {
        const carried = new DataTransfer();
        for (const name of ["1.jpg", "2.jpg"]) carried.items.add(new File(["picture"], name));
        zone.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    }"""
    page.locator(".zone").first.evaluate(drop)
    expect(page.get_by_text("2 files in no folder")).to_be_visible()


def test_too_many_loose_files_are_pointed_to_a_zip(visit) -> None:
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    drop = """(zone, count) => {
        const files = Array.from({ length: count }, (_, number) => new File([], `${number}.jpg`));
        const event = new DragEvent("drop", { bubbles: true, cancelable: true });
        Object.defineProperty(event, "dataTransfer", { value: { items: [], files } });
        zone.dispatchEvent(event);
    }"""
    page.locator(".zone").first.evaluate(drop, uploads.LOOSE_FILES + 1)
    expect(page.get_by_role("alert").filter(has_text="Put them into one zip file")).to_be_visible()
    assert uploads.received(inbox_of(page)) == []


def test_an_upload_shows_its_progress_and_can_be_cancelled(visit, studio: Studio, tmp_path: Path) -> None:
    page = visit(f"/data?project={projects.create('Photos', 'photos').id}")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    slow = page.context.new_cdp_session(page)
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000},
    )
    (tmp_path / "large.zip").write_bytes(b"0" * 30_000_000)
    page.locator(FILES).first.set_input_files(tmp_path / "large.zip")
    expect(page.get_by_text("Received 0 of 1")).to_be_visible()
    expect(page.get_by_text(re.compile(r"MB of 30 MB · \d+ s left"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    folder = uploads.inbox_path(inbox_of(page))
    until(lambda: not any(path.is_file() for path in folder.rglob("[!.]*")), 20)  # not even a part of it


def test_pictures_are_chosen_by_mouse_and_keyboard_and_moved(visit, home: Home) -> None:
    project = made.project(home, "photos", ("cracked", "sound"), samples=24)
    page = visit(f"/data?project={project.id}")
    options = page.get_by_role("option")
    expect(options).to_have_count(24)
    loaded = "() => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('img')?.naturalWidth > 0)"
    page.wait_for_function(loaded)
    options.nth(0).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("option", selected=True)).to_have_count(2)
    expect(page.get_by_role("button", name="Move 2")).to_be_enabled()
    page.get_by_role("combobox", name="Move chosen samples to").click()
    page.get_by_role("option", name="sound", exact=True).last.click()
    page.get_by_role("button", name="Move 2").click()
    expect(page.get_by_role("group", name="Samples per class. sound: 14, cracked: 10.")).to_be_visible()
    changed = data.dataset(project.id)
    assert changed is not None
    assert changed.counts() == {"cracked": 10, "sound": 14}


def test_a_group_pattern_is_tried_while_typing(visit, album: Path) -> None:
    page = visit(f"/data?project={projects.create('Scans', 'scans').id}")
    page.locator(FOLDER).first.set_input_files(album)
    expect(page.get_by_text("What belongs together?")).to_be_visible()
    page.get_by_role("combobox", name="What do the names of one group share?").click()
    page.get_by_role("option", name="A pattern of my own").click()
    page.get_by_role("textbox", name="Pattern in the file name").press_sequentially(r"(\d)\.jpg")
    expect(page.get_by_text("This makes 3 groups of 6 samples.")).to_be_visible()
    page.get_by_role("button", name="Read the scans").click()
    expect(page.get_by_role("heading", name="Reading your data")).to_be_visible()
    plan = runs.running()[0].plan
    assert plan.kind == "intake"
    assert plan.group_pattern == r"(\d)\.jpg"
