"""The report on the pages, and what only a person knows: asked, kept, and said to be missing."""

from __future__ import annotations

from tests.app import made
from tests.app.conftest import OPENER
from tl_core.store.home import Home
from tl_core.use_cases import about


def test_what_is_missing_is_said_asked_and_kept(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    project = made.project(home)
    run = made.done(home, project).id
    page = open_page("evaluate", project=project.id, run=run)
    assert not page.exception
    assert "Not stated yet, about the data: Where the data come from, and when" in made.words(page)
    data = open_page("data", project=project.id)
    field = next(one for one in data.text_area if one.label == "Where the data come from, and when")
    field.set_value("Ward 3, 2024").run()
    assert not data.exception
    assert about.about(project.id).origin == "Ward 3, 2024"
    page.run()
    assert "about the data: Who labelled them, and how" in made.words(page)


def test_no_samples_of_scans_are_offered(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    project = made.project(home, "scans", classes=("healthy", "ill"))
    page = open_page("evaluate", project=project.id, run=made.done(home, project).id)
    assert "It holds no scans and no names." in made.words(page)
    assert not [one for one in page.checkbox if "samples" in one.label]
