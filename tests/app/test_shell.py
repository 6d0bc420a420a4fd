"""The frame around every page, and the words on it."""

from __future__ import annotations

import time

import pytest

from pages._ui.words import duration, escape, moment, share, size
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import projects
from tl_core.words import say

ODD = "Amazon *reviews* ![x](http://127.0.0.1/c.png) :smile: $x$ <b> www.evil.example"


@pytest.fixture
def project(home: Home) -> Project:
    return made.project(home)


@pytest.mark.parametrize("page", ["data", "model", "train", "evaluate", "use"])
def test_a_page_without_a_project_says_what_to_do(open_page: OPENER, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert say("shell.no_project_title") in [one.value for one in app.title]
    assert [button.label for button in app.button] == [say("shell.to_home")]


def test_a_deleted_project_is_told_apart(open_page: OPENER) -> None:
    app = open_page("data", project="0123456789ab")
    assert say("shell.gone_project_title") in [one.value for one in app.title]


def test_an_address_that_is_no_id_does_no_harm(open_page: OPENER) -> None:
    app = open_page("data", project="../../etc")
    assert not app.exception
    assert say("shell.gone_project_title") in [one.value for one in app.title]


def test_the_sidebar_shows_the_way(open_page: OPENER, project: Project) -> None:
    app = open_page("data", project=project.id)
    shown = [one.value for one in app.sidebar.caption]
    assert project.name in shown
    assert any("60" in line for line in shown)  # the fact of the data
    links = [one.proto.label for one in app.sidebar.get("page_link")]
    assert links == [say("shell.name"), *(say(f"shell.page_{name}") for name in (*projects.STEPS, "glossary"))]


def test_the_sidebar_tells_of_a_job_and_of_a_missing_worker(open_page: OPENER, project: Project, home: Home) -> None:
    made.run(home, made.plan(project))
    app = open_page("data", project=project.id)
    assert say("shell.worker_missing") in [one.value for one in app.sidebar.warning]
    made.worker(home)
    app = open_page("data", project=project.id)
    assert not app.sidebar.warning
    assert say("shell.job_waiting", what=say("shell.job_train")) in [one.value for one in app.sidebar.caption]


def test_user_text_stands_for_itself(open_page: OPENER) -> None:
    projects.create(ODD, "reviews")
    app = open_page("home")
    label = next(one.proto.label for one in app.main.get("page_link"))
    assert label == escape(ODD)
    for sign in ("*reviews*", "![", "](", ":smile:", "$x$", "<b>", "www.e"):
        assert sign not in label


def test_escaping_changes_nothing_that_is_seen() -> None:
    assert escape("plain words 12") == "plain words 12"
    unescaped = escape(ODD).replace("\\", "").replace("\u2060", "")
    assert unescaped == ODD


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.42, "0.42 s"),
        (8.4, "8.4 s"),
        (42, "42 s"),
        (75, "1 min"),
        (3600, "1 h 0 min"),
        (7860, "2 h 11 min"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_sizes_and_shares() -> None:
    assert [size(n) for n in (0, 999, 1500, 17_400_000, 2_300_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.5 kB",
        "17 MB",
        "2.3 GB",
    ]
    assert [share(x) for x in (0, 0.004, 0.24, 1)] == ["0\u00a0%", "0.4\u00a0%", "24\u00a0%", "100\u00a0%"]


def test_moments() -> None:
    now = time.time()
    assert moment(now) == say("shell.just_now")
    assert moment(now - 300) == say("shell.ago", span="5 min")
    assert "1970" not in moment(now - 40 * 86400)
