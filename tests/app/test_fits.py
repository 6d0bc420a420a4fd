"""Which starting model fits: a button, a ranking with its doubt, and warnings by the card."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.app.conftest import OPENER
from tests.use_cases.test_fits import known
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import plans, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def test_the_button_begins_the_comparison(home: Home, project: Project, open_page: OPENER) -> None:
    at = open_page("model", project=project.id)
    assert "Which starting model fits these data?" in made.words(at)
    made.button(at, "compare-models").click().run()
    assert not at.exception
    [job] = [one for one in runs.running() if one.kind == "fit"]
    assert made.button(at, "compare-models") is None, "not twice"
    assert made.button(at, "fit-stop") is not None
    runs.stop(job.id)


def test_the_ranking_is_said_first(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, plans.default_plan(project.id))
    at = open_page("model", project=project.id)
    assert "reaches an average hit rate of 0.80 (0.70 to 0.90) in a cross-validated quick look at 48" in made.words(at)
    assert made.button(at, "compare-models") is None


def test_doubts_stand_on_the_page(home: Home, open_page: OPENER) -> None:
    project = made.project(home, classes=("child", "other"))
    at = open_page("model", project=project.id)
    assert any("about children (child)" in made.plain(one.value) for one in at.warning)
