"""The page of all runs, several side by side, and a run asked again with something changed."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from pages._ui import plan_words
from pages._ui.runs import listing
from tests.app import made, made_answer, made_forecast
from tests.app.conftest import OPENER
from tl_core.domain.difference import Note
from tl_core.domain.plan import AnswerPlan, ForecastPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.split import SplitRule
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import data, notes, projects

OF = Project(id="x", name="x", purpose="photos", created=0.0)


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def rows(at) -> list[list[str]]:
    return at.dataframe[0].value[["how", "note"]].to_numpy().tolist()


def test_without_runs_it_leads_to_the_model(project: Project, open_page: OPENER):
    at = open_page("runs", project=project.id)
    assert "No runs yet" in made.words(at)
    assert not at.exception


def test_all_are_listed_searched_sorted_and_chosen(home: Home, project: Project, open_page: OPENER):
    quick = made.done(home, project, "probe")
    deep = made.done(home, project, frozen_stages=2)
    notes.change(quick.id, text="for the board", star=True)

    at = open_page("runs", project=project.id)
    assert at.title[0].value == "What did each run bring?"
    assert [how.partition(" · ")[0] for how, _ in rows(at)] == ["Fine-tune", "Quick look"]
    at.text_input(key="runs-search").set_value("board quick").run()
    assert [note for _, note in rows(at)] == ["for the board"]
    at.text_input(key="runs-search").set_value("nothing like it").run()
    assert "No run fits" in made.words(at)
    at.text_input(key="runs-search").set_value("").run()
    at.selectbox(key="runs-show").set_value("starred").run()
    assert len(rows(at)) == 1

    at.multiselect(key="runs-beside").set_value([quick.id, deep.id]).run()
    assert made.address(at, "compare") == f"{quick.id},{deep.id}"
    assert "The first against the second" in made.words(at)


def test_side_by_side_tells_what_differs(home: Home, project: Project, open_page: OPENER):
    first = made.done(home, project, frozen_stages=2)
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]
    data.move_samples(project.id, ids[:1], "positive")
    second = made.done(home, read_project(home, project.id), frozen_stages=4, learning_rate=0.001)
    at = open_page("runs", project=project.id, compare=f"{first.id},{second.id}")
    assert not at.exception
    tables = [table.value for table in at.table]
    asked = next(one for one in tables if "What" in one.columns)
    assert asked["What"].tolist() == ["Data", "Frozen layer groups", "Learning rate"]
    said = made.words(at)
    assert "59 samples that both were judged on" in said
    assert "1 sample that has another class by now is left out" in said
    assert "1 sample of “negative” is of “positive”" in [box.label for box in at.expander]


def test_a_run_gone_from_the_address_is_left_out(home: Home, project: Project, open_page: OPENER):
    only = made.done(home, project)
    at = open_page("runs", project=project.id, compare=f"{only.id},nowhere")
    assert not at.exception
    assert "The first against the second" not in made.words(at)
    assert made.button(at, f"again-{only.id}") is not None


def test_its_data_are_used_again_and_taken_back(home: Home, project: Project, open_page: OPENER):
    old = made.done(home, project)
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]
    data.move_samples(project.id, ids[:1], "positive")
    at = open_page("runs", project=project.id, compare=old.id)
    made.button(at, f"restore-{old.id}").click().run()
    assert "1 sample of “positive” is of “negative”" in [box.label for box in at.expander]
    made.button(at, "restore-now").click().run()
    assert projects.project(project.id).dataset == project.dataset
    assert "An older version of the data is in use again." in made.words(at)
    made.button(at, "take-back").click().run()
    assert projects.project(project.id).dataset != project.dataset


def test_again_opens_with_all_of_it_and_says_what_was_changed(home: Home, project: Project, open_page: OPENER):
    old = made.done(home, project, frozen_stages=2, learning_rate=0.001, seed=7)
    made.done(home, project, "probe")
    at = open_page("runs", project=project.id, compare=old.id)
    made.button(at, f"again-{old.id}").click().run()
    assert made.address(at, "from") == old.id
    at = open_page("model", project=project.id, **{"from": old.id})
    assert at.radio(key=f"recipe-{project.id}").value == "finetune"
    assert at.number_input(key=f"learning_rate-{project.id}-finetune").value == 0.001
    assert "Change something, or start it once more" in made.words(at)

    at.number_input(key=f"seed-{project.id}-finetune").set_value(8).run()
    changed = next(table.value for table in at.table if "Then" in table.value.columns)
    assert changed.to_numpy().tolist() == [["Seed", "7", "8"]]

    other = made.done(home, project, frozen_stages=2, seed=9)
    at.query_params["from"] = other.id
    at.run()
    assert at.number_input(key=f"seed-{project.id}-finetune").value == 9


def test_edits_are_kept_and_a_fifth_is_refused(home: Home, project: Project, monkeypatch: pytest.MonkeyPatch):
    ids = [made.run(home, made.plan(project, seed=number)).id for number in range(5)]
    edits = {str(place): {"compare": True} for place in range(5)} | {"0": {"note": "yes", "star": True}}
    fake = SimpleNamespace(session_state={"table": {"edited_rows": edits}}, query_params={"compare": ids[0]})
    monkeypatch.setattr(listing, "st", fake)
    listing._edited("table", ids)
    assert notes.of_runs(ids[:1])[ids[0]] == Note(text="yes", star=True)
    assert fake.query_params["compare"] == ",".join(ids[:4])
    assert fake.session_state["runs-too-many"]

    notes.change(ids[0], text="no", star=False)  # by somebody else, meanwhile
    edits["1"] = {"note": "perhaps"}
    listing._edited("table", ids)
    assert [one.text for one in notes.of_runs(ids[:2]).values()] == ["no", "perhaps"]


def test_every_task_has_its_runs(home: Home, open_page: OPENER):
    forecast = made_forecast.project(home)
    ids = [made_forecast.done(home, forecast).id for _ in range(2)]
    at = open_page("runs", project=forecast.id, compare=",".join(ids))
    assert not at.exception
    said = made.words(at)
    assert "Its error (MASE) is lower by 0.00, very likely 0.00 to 0.00: not proven." in said
    assert "Measured at the 5 moments from which both forecast: 2 series, 6 steps ahead." in said

    answer = made_answer.project(home)
    made_answer.questions(home, answer)
    ids = [made_answer.done(home, answer).id for _ in range(2)]
    at = open_page("runs", project=answer.id, compare=",".join(ids))
    assert not at.exception
    said = made.words(at)
    assert "The first against the second" in said
    assert re.search(r"Measured on the \d+ questions that both were judged on\.", said)
    [heading] = [one for one in [*at.header, *at.subheader] if one.value == "Is the first better?"]
    assert "questions with a right passage" in heading.help


@pytest.mark.parametrize("kind", [TrainPlan, ForecastPlan, AnswerPlan])
def test_every_field_of_a_plan_has_a_name_and_values(kind: type):
    unsaid = {"kind", "project", "dataset", "modality", "task", "note", "exam", "options", "split"}
    fields = [name for name in kind.model_fields if name not in unsaid]
    if "split" in kind.model_fields:
        fields += [f"split.{name}" for name in SplitRule.model_fields]
    for name in fields:
        assert plan_words.name(name, OF)
        assert plan_words.value(name, None, OF) in ("as usual", "–", "none: whole weights learn")


def test_values_are_said_in_words():
    said = {
        ("recipe", "probe"), ("class_weights", True), ("augmentations", "mirror, tilt"), ("device", "cpu"),
        ("split.test", 0.2), ("learning_rate", 0.0003), ("backbone", made.BACKBONES["image"]), ("augmentations", ""),
    }  # fmt: skip
    assert {plan_words.value(name, value, OF) for name, value in said} == {
        "Quick look", "yes", "Mirror, Small tilt", "CPU", "20\u00a0%", "0.0003", "EfficientNet-Lite0", "none",
    }  # fmt: skip
