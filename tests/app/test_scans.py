"""Projects of scans: what they say, how scans shall look, and writing that somebody must look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import made
from tests.app.conftest import OPENER
from tests.app.test_data_page import put, said
from tests.data.conftest import zipped
from tests.data.scans.made import dicom, noise
from tests.data.scans.test_writing import exported
from tl_core.domain.plan import IntakePlan
from tl_core.domain.scan import ScanReading
from tl_core.jobs.perform import perform
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.use_cases import projects, runs, suspects, uploads
from tl_core.words import say


@pytest.mark.parametrize("page", ["data", "model", "evaluate", "use"])
def test_not_for_diagnosis_stands_on_every_page(open_page: OPENER, home: Home, page: str) -> None:
    assert say("shell.not_medical") in said(open_page(page, project=made.project(home, "scans").id))
    assert say("shell.not_medical") not in said(open_page(page, project=made.project(home, "photos").id))


@pytest.fixture
def arrived(home: Home) -> uploads.Inbox:
    """An upload of scans, waiting to be read."""
    inbox = uploads.open_inbox()
    for number in range(4):
        put(inbox, f"{'ab'[number % 2]}/IM{number}", dicom(noise(number)))
    return inbox


def opened(open_page: OPENER, inbox: uploads.Inbox, purpose: str = "scans") -> AppTest:
    return open_page("data", project=projects.create("One", purpose).id, inbox=inbox.name)  # type: ignore[arg-type]


def asked() -> IntakePlan:
    plan = runs.running()[0].plan
    assert isinstance(plan, IntakePlan)
    return plan


def test_how_scans_shall_look_is_asked_before_they_are_read(open_page: OPENER, arrived: uploads.Inbox) -> None:
    app = opened(open_page, arrived)
    app.selectbox(key="scan-window").select("hand").run()
    app.number_input(key="scan-level").set_value(-600.0).run()
    app.number_input(key="scan-width").set_value(1500.0).run()
    app.selectbox(key="scan-plane").select("coronal").run()
    app.button(key="read-files").click().run()
    assert asked().scan == ScanReading(window="hand", level=-600, width=1500, plane="coronal")
    assert asked().review


def test_who_chooses_nothing_leaves_it_to_each_file(open_page: OPENER, arrived: uploads.Inbox) -> None:
    opened(open_page, arrived).button(key="read-files").click().run()
    assert asked().scan is None


def test_photos_are_not_asked(open_page: OPENER, arrived: uploads.Inbox) -> None:
    app = opened(open_page, arrived, "photos")
    assert "scan-window" not in {box.key for box in app.selectbox}


def test_one_can_be_looked_at_first(open_page: OPENER, home: Home, arrived: uploads.Inbox) -> None:
    app = opened(open_page, arrived)
    app.button(key="scan-look").click().run()
    assert not app.exception
    assert not app.error
    assert say("data_page.scan_first") in said(app)
    assert list(home.cache.iterdir()) == []


def test_an_upload_without_scans_says_so(open_page: OPENER) -> None:
    inbox = uploads.open_inbox()
    put(inbox, "a/notes.txt", b"no picture")
    app = opened(open_page, inbox)
    app.button(key="scan-look").click().run()
    assert [box.value for box in app.error]


class TestWriting:
    @pytest.fixture
    def app(self, open_page: OPENER, home: Home) -> AppTest:
        project = projects.create("Scans", "scans")
        inbox = home.inbox / "token"
        inbox.mkdir()
        files = {f"{'ab'[seed % 2]}/{seed}.png": exported(seed, words=seed > 4) for seed in range(8)}
        zipped(inbox / "scans.zip", files)
        plan = IntakePlan(project=project.id, modality="image", paths=[str(inbox)], review=True)
        folder = index.create_run(home, plan)
        assert perform(folder).state == "done"
        self.job, self.project = folder.id, project.id
        return open_page("data", project=project.id)

    def test_it_is_shown_and_decided(self, app: AppTest) -> None:
        assert not app.exception
        assert app.title[0].value == say("data_page.writing_title")
        assert say("data_page.writing_count", count=3, number="3") in said(app)
        one, other, third = suspects.waiting(self.job)
        app.selectbox(key=f"suspect-said-{other.code}").select("keep").run()
        app.selectbox(key=f"suspect-said-{third.code}").select("leave").run()
        app.slider(key="suspects-below").set_value(10).run()
        app.button(key="suspects-go").click().run()
        masks = asked().masks
        assert masks[other.code] == []
        assert masks[third.code] is None
        hidden = masks[one.code]
        assert hidden is not None
        assert hidden[:-1] == one.boxes
        assert hidden[-1].top == pytest.approx(0.9)

    def test_it_can_be_thrown_away(self, app: AppTest, home: Home) -> None:
        app.button(key="suspects-discard").click().run()
        assert app.title[0].value == say("data_page.question")
        assert list(Path(home.inbox).iterdir()) == []
