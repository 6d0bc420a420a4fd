"""The demonstration's own pages."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.app.conftest import OPENER
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import demo, projects


@pytest.fixture
def shown(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """A prepared project; its number."""
    monkeypatch.setenv(demo.FLAG, "1")
    made.fetched(home)
    project = made.project(home, "reviews")
    write_json(home.project(project.id) / "project.json", project.model_copy(update={"sample_set": "reviews"}))
    made.done(home, project)
    return project.id


def test_home_offers_what_there_is_to_see(shown: str, open_page: OPENER) -> None:
    app = open_page("home")
    assert not app.exception
    keys = {button.key for button in app.button}
    assert keys >= {"demo-camera", "demo-depth", "demo-reviews", "demo-over", "demo-plug"}
    assert "start-photos" not in keys  # nothing of the ordinary home
    app.button(key="demo-reviews").click().run()
    assert made.address(app, "project") == shown


def test_the_camera_begins_with_an_empty_project(shown: str, open_page: OPENER) -> None:
    app = open_page("home")
    app.button(key="demo-camera").click().run()
    assert not app.exception
    assert made.address(app, "by") == "camera"
    assert sorted(one.purpose for one in projects.list_projects()) == ["photos", "reviews"]


def test_no_plug_where_the_network_visits(shown: str, open_page: OPENER, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAW_PASSCODE", "shared-with-many")
    assert "demo-plug" not in {button.key for button in open_page("home").button}


def test_elsewhere_nothing_of_it(home: Home, open_page: OPENER) -> None:
    assert not {button.key for button in open_page("home").button} & {"demo-camera", "demo-over", "demo-plug"}
