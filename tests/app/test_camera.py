"""The camera: recorded classes, what leads from them to live answers, and the doors both use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from pages._ui import camera, live
from pages._ui.camera import page as camera_page
from tests.app import made
from tests.app.conftest import OPENER
from tests.app.test_data_page import put, said
from tests.app.test_doors import server
from tl_core.domain.event import Phase, Probed, Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import live as live_use
from tl_core.use_cases import predict, projects, runs, uploads
from tl_core.words import say


@pytest.fixture
def empty(home: Home) -> Project:
    return projects.create("Webcam", "photos")


@pytest.fixture
def client(home: Home) -> Iterator[TestClient]:
    with server() as client:
        yield client


def recorded(*recordings: str) -> uploads.Inbox:
    inbox = uploads.open_inbox()
    for one in recordings:
        put(inbox, f"{one}/frame-001.jpg", one.encode())
    return inbox


def test_the_camera_is_a_way_to_bring_photos_and_nothing_else(open_page: OPENER, home: Home, empty: Project) -> None:
    assert say("camera.way") in open_page("data", project=empty.id).get("button_group")[0].options
    sounds = projects.create("Drums", "sounds")
    assert say("camera.way") not in open_page("data", project=sounds.id).get("button_group")[0].options


def test_one_recording_a_class_is_said_and_can_be_learned_from(open_page: OPENER, empty: Project) -> None:
    inbox = recorded("mug/recording-1a")
    app = open_page("data", project=empty.id, camera=inbox.name)
    assert app.button(key="learn").disabled
    put(inbox, "a _book_/recording-2b/frame-001.jpg")
    app.run()
    assert say("camera.once", count=2, labels="mug · a _book_") in said(app)
    app.button(key="learn").click().run()
    assert not app.exception
    [job] = runs.runs_of(empty.id, "intake")
    assert isinstance(job.plan, IntakePlan)
    assert job.plan.then_train == "probe"
    assert job.id in app.query_params["run"]
    assert app.title[0].value == say("camera.learning_title")


def test_a_second_recording_of_each_needs_no_hint(open_page: OPENER, empty: Project) -> None:
    inbox = recorded("mug/recording-1a", "mug/recording-2b", "book/recording-3c", "book/recording-4d")
    app = open_page("data", project=empty.id, camera=inbox.name)
    assert not app.info
    assert not app.button(key="learn").disabled


def test_classes_are_added_renamed_and_removed(home: Home) -> None:
    inbox = recorded("mug/recording-1a", "book/recording-2b")
    labels = ["mug", "book"]
    asked = camera.Asked
    camera_page._do(inbox, asked("add", 1), labels)
    assert labels == ["mug", "book", say("camera.class_default", number=3)]
    camera_page._do(inbox, asked("rename", 2, "mug", "red mug"), labels)
    camera_page._do(inbox, asked("rename", 3, "book", "RED mug"), labels)  # taken: nothing happens
    camera_page._do(inbox, asked("rename", 4, "book", "  "), labels)
    camera_page._do(inbox, asked("remove", 5, labels[2]), labels)
    assert labels == ["red mug", "book"]
    assert {one.path for one in uploads.received(inbox.name)} == {
        "red mug/recording-1a/frame-001.jpg", "book/recording-2b/frame-001.jpg",
    }  # fmt: skip


def test_who_waits_is_led_to_live_answers_as_soon_as_there_is_a_model(
    open_page: OPENER, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict, "classes", lambda run_id: ["mug", "book"])
    made.fetched(home)
    made.worker(home)
    project = made.project(home, "photos", samples=6)
    reading = made.run(home, IntakePlan(project=project.id, modality="image", paths=[], then_train="probe"))
    made.end(reading, "done")
    training = made.run(home, made.plan(project, recipe="probe", frozen_stages=None))
    made.tell(training, [Started(), Phase(name="features", total=10)])
    with made.Held(training):
        app = open_page("data", project=project.id, run=reading.id)
        assert app.title[0].value == say("camera.learning_title")
        training.bundle.mkdir()
        (training.bundle / "bundle.json").write_text("{}", "utf-8")  # written, and not certified yet
        app = open_page("data", project=project.id, run=reading.id)
        assert training.id in app.query_params["run"]
        assert "live" in app.query_params["way"]
        assert say("camera.live_record") in [one.proto.label for one in app.main.get("page_link")]


def test_a_model_that_could_not_be_judged_is_named_so(open_page: OPENER, home: Home) -> None:
    made.fetched(home)
    project = made.project(home, "photos", samples=6)
    training = made.run(home, made.plan(project, recipe="probe", frozen_stages=None))
    made.tell(training, [Started(), Phase(name="probe"), Probed(metrics={}, seconds=2.0)])
    training.bundle.mkdir()
    made.end(training, "done", model=True)
    app = open_page("evaluate", project=project.id)
    assert say("evaluate_page.unjudged_text") in said(app)
    app = open_page("train", project=project.id, run=training.id)
    assert say("train_page.quick_unjudged") in said(app)


class TestDoors:
    def test_a_live_picture_is_answered(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def answer(token: str, picture: bytes) -> predict.Answer:
            assert (token, picture) == ("word", b"picture")
            return predict.Answer(label="mug", probabilities={"mug": 0.9, "book": 0.1}, seconds=0.1, not_sure="far")

        monkeypatch.setattr(live_use, "ask", answer)
        reply = client.post(f"{live.LIVE}/word", content=b"picture")
        assert reply.json() == {
            "label": "mug", "not_sure": "far", "possible": [], "seconds": 0.1, "likely": {"mug": 0.9, "book": 0.1},
        }  # fmt: skip
        assert reply.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("key", "status"), [("camera.too_fast", 429), ("camera.closed", 403), ("predict.no_model", 422)]
    )
    def test_what_is_in_the_way_is_said(self, client: TestClient, monkeypatch, key: str, status: int) -> None:
        def refuse(token: str, picture: bytes) -> predict.Answer:
            raise InputFault(key)

        monkeypatch.setattr(live_use, "ask", refuse)
        reply = client.post(f"{live.LIVE}/word", content=b"picture")
        assert (reply.status_code, reply.json()) == (status, {"sentence": say(key)})

    def test_a_large_one_is_cut_off_unread(self, client: TestClient) -> None:
        pieces = (b"x" * 100_000 for _ in range(40))
        assert client.post(f"{live.LIVE}/word", content=pieces).status_code == 413

    def test_a_recorded_picture_is_shown_by_its_token(self, client: TestClient) -> None:
        inbox = recorded("mug/recording-1a")
        place = {"label": "mug", "recording": "recording-1a", "frame": "frame-001.jpg"}
        reply = client.get(f"{camera.FRAMES}/{inbox.token}", params=place)
        assert (reply.content, reply.headers["content-type"]) == (b"mug/recording-1a", "image/jpeg")
        assert client.get(f"{camera.FRAMES}/{inbox.token}", params={**place, "frame": "x"}).status_code == 404
        assert client.get(f"{camera.FRAMES}/forged", params=place).status_code == 403
