"""The page Label, and what other pages say of samples without a class."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.app.conftest import OPENER
from tests.use_cases.test_labelling import said, send, stripped
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import data, labelling
from tl_core.words import say


@pytest.fixture
def project(home: Home) -> Project:
    return stripped(home, made.project(home, samples=30))


def buttons(app) -> list[str]:
    return [one.key for one in app.button]


def test_a_name_is_asked_and_then_stands_in_the_address_as_a_number(open_page: OPENER, project: Project) -> None:
    app = open_page("label", project=project.id)
    app.text_input(key="who-name").set_value("Anna")
    app.button[0].click().run()
    assert not app.exception
    assert app.query_params["by"] == "1"
    assert labelling.people(project.id) == ("Anna",)
    assert any(say("labelling.labelling_as", name="Anna") in one.value.replace("\\", "") for one in app.caption)
    assert "take-labels" not in buttons(app)


def test_labels_go_into_the_data(open_page: OPENER, project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(30)])
    app = open_page("label", project=project.id, by="1")
    app.button(key="take-labels").click().run()
    assert not app.exception
    found = data.dataset(project.id)
    assert found is not None
    assert found.counts() == {"a": 15, "b": 15}


def test_two_people_see_where_they_part_and_settle_it(open_page: OPENER, project: Project) -> None:
    for name in ("Anna", "Ben"):
        labelling.introduce(project.id, name)
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(20)])
    send(project, 2, said=[said(number, "ab"[(number + (number < 1)) % 2], "second", "second") for number in range(20)])
    app = open_page("label", project=project.id, by="2", view="agree")
    assert any("0.90" in one.value for one in app.text)
    app.button(key=f"settle-{0:016x}-1").click().run()
    assert not app.exception
    assert not any(str(one).startswith("settle-") for one in buttons(app))
    assert labelling.ready(project.id) == 20


def test_what_was_said_is_listed_with_who_and_when(open_page: OPENER, project: Project) -> None:
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(0, "kind"), said(1, None)])
    app = open_page("label", project=project.id, by="1", view="history")
    assert not app.exception
    rows = app.dataframe[0].value
    assert list(rows.iloc[:, 0]) == ["Anna", "Anna"]
    assert list(rows.iloc[:, 1]) == [say("labelling.skipped"), "kind"]
    assert app.button(key="take-back").disabled


def test_pages_say_what_is_not_labelled_and_lead_there(open_page: OPENER, home: Home, project: Project) -> None:
    made.fetched(home)
    app = open_page("data", project=project.id)
    assert not app.exception
    assert "to-label" in buttons(app)
    assert "to-model" not in buttons(app)
    for page in ("model", "check", "ladder"):
        app = open_page(page, project=project.id)
        assert not app.exception
        assert say("labelling.none_title") in [one.value for one in app.title]
    labelling.introduce(project.id, "Anna")
    send(project, 1, said=[said(number, "ab"[number % 2]) for number in range(20)])
    labelling.take_into_data(project.id)
    app = open_page("data", project=project.id)
    assert not app.exception
    assert {"to-label", "to-model"} <= set(buttons(app))
    assert any(say("labelling.filter") in option for option in app.button_group(key="samples-class").options)
