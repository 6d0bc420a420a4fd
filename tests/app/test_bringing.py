"""Ways of bringing data beside the file: pasted lines, folders of the server, more to what is there, a watched one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app import made, made_forecast
from tests.app.conftest import OPENER
from tests.app.test_data_page import put, said
from tests.data.conftest import two_classes
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.watch import Watch
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import projects, runs, uploads, watches
from tl_core.words import say


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in two_classes(2).items():
        (tmp_path / "share" / "pets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "share" / "pets" / name).write_bytes(content)
    monkeypatch.setenv("THAW_IMPORT", str(tmp_path / "share"))
    return tmp_path / "share"


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs.queue, "enqueue", lambda home, folder: None)


def asked(project_id: str) -> IntakePlan:
    [job, *_] = runs.runs_of(project_id, "intake")
    assert isinstance(job.plan, IntakePlan)
    return job.plan


def test_lines_are_pasted(home: Home, open_page: OPENER) -> None:
    project = projects.create("Reviews", "reviews")
    app = open_page("data", project=project.id)
    app.segmented_control(key="table-way").set_value("paste").run()
    lines = "\n".join(f"It works well, number {n}\tgood\nNever again {n}\tbad" for n in range(5))
    app.text_area(key="pasted").set_value(lines).run()
    app.button(key="paste-go").click().run()
    assert not app.exception
    chosen = {one.key.partition("-column-")[0]: one.value for one in app.selectbox if "-column-" in (one.key or "")}
    assert (chosen["text"], chosen["label"]) == ("text", "label")


def test_a_folder_of_the_server_is_read_in_place(home: Home, open_page: OPENER, share: Path) -> None:
    project = projects.create("Pets", "photos")
    app = open_page("data", project=project.id)
    app.segmented_control(key="sorted-by").set_value("server").run()
    app.selectbox(key=f"folder-inside-{share}").set_value("pets").run()
    assert str(share / "pets") in said(app)
    app.button(key="read-folder").click().run()
    plan = asked(project.id)
    assert (plan.paths, plan.inside, plan.remove_paths) == ([str(share / "pets")], str(share), False)


def test_a_table_of_the_server_is_looked_at_first(home: Home, open_page: OPENER, share: Path) -> None:
    (share / "t.csv").write_text("said,kind\n" + "".join(f"the text number {n},{'ab'[n % 2]}\n" for n in range(9)))
    project = projects.create("Reviews", "reviews")
    app = open_page("data", project=project.id)
    app.segmented_control(key="table-way").set_value("server").run()
    app.button(key="read-table").click().run()
    plan = asked(project.id)
    assert (plan.paths, plan.inside) == ([str(share / "t.csv")], str(share))
    assert plan.columns is not None
    assert (plan.columns.text, plan.columns.label) == ("said", "kind")


def test_without_allowed_folders_there_is_no_such_choice(home: Home, open_page: OPENER) -> None:
    app = open_page("data", project=projects.create("Pets", "photos").id)
    assert say("uploads.way_server") not in app.segmented_control(key="sorted-by").options
    pictures = made.project(home, "photos", ("cracked", "sound"))
    assert "watch" not in str(open_page("data", project=pictures.id).main)


def test_more_is_added(home: Home, open_page: OPENER) -> None:
    project = made.project(home, "photos", ("cracked", "sound"))
    app = open_page("data", project=project.id)
    app.button(key="add").click().run()
    inbox = uploads.open_inbox()
    put(inbox, "cracked/new.jpg")
    uploads.missing(inbox.token, [("cracked/new.jpg", 1, None), ("cracked/more.jpg", 1, None)])
    app = open_page("data", project=project.id, inbox=inbox.name, bring="add")
    assert say("uploads.add_text") in said(app)
    assert say("uploads.still", count=1, number="1", all="2") in said(app)
    app.button(key="read-files").click().run()
    assert asked(project.id).add


def test_a_table_beside_files_says_their_classes(home: Home, open_page: OPENER) -> None:
    project = projects.create("Pets", "photos")
    inbox = uploads.open_inbox()
    rows = "".join(f"{number}.jpg,{'cat' if number % 2 else 'dog'},owner {number % 3},north\n" for number in range(8))
    put(inbox, "list.csv", f"image,animal,owner,site\n{rows}".encode())
    for number in range(8):
        put(inbox, f"{number}.jpg")
    app = open_page("data", project=project.id, inbox=inbox.name)
    assert app.selectbox(key="list-file").value == "image"
    assert app.selectbox(key="list-label").value == "animal"
    app.selectbox(key="list-group").set_value("owner").run()
    app.multiselect(key="list-attributes").set_value(["site"]).run()
    app.button(key="read-files").click().run()
    columns = asked(project.id).columns
    assert columns == Columns(file="image", label="animal", group="owner", attributes=["site"])


def test_a_watch_is_begun_seen_and_ended(home: Home, open_page: OPENER, share: Path) -> None:
    project = made.project(home, "photos", ("cracked", "sound"))
    app = open_page("data", project=project.id, folder=str(share / "pets"))
    app.button(key="watch-begin").click().run()
    watch = watches.watched(project.id)
    assert watch is not None
    assert watch.folder == str(share / "pets")
    assert say("uploads.watch_waiting") in said(app)
    assert say("shell.worker_missing") in said(app)
    gone = Watch(folder=str(share / "gone"), since=1.0, looked=2.0, problem="uploads.folder_closed")
    write_json(home.project(project.id) / "watch.json", gone)
    app = open_page("data", project=project.id)
    assert say("uploads.folder_closed") in said(app)
    app.button(key="watch-end").click().run()
    assert watches.watched(project.id) is None


def test_where_samples_have_no_classes_nothing_is_watched(home: Home, open_page: OPENER, share: Path) -> None:
    project = made_forecast.project(home)
    app = open_page("data", project=project.id)
    assert not app.exception
    assert say("uploads.watch_text") not in said(app)
