"""The ladder: empty, growing, ended in each way, and what the browser is given to draw."""

from __future__ import annotations

import pytest

from pages._ui.rungs import scale as scales
from pages._ui.rungs.rungs import picture
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.event import Rung
from tl_core.domain.plan import LadderPlan
from tl_core.domain.project import Project
from tl_core.domain.run import fold
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import ladders, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def begun(home: Home, project: Project, rungs: int) -> RunFolder:
    folder = made.run(home, LadderPlan(base=made.plan(project, frozen_stages=None)))
    made.tell(folder, made.climbed(rungs))
    return folder


def test_without_one_it_leads_to_the_model(home: Home, project: Project, open_page: OPENER):
    at = open_page("ladder", project=project.id)
    assert "No ladder yet" in made.words(at)
    made.button(at, "empty-state-go").click().run()
    assert at.title[0].value == "How much should thaw?"


def test_it_starts_from_the_model_page_with_what_was_chosen_there(home: Home, project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    made.button(at, "start-ladder").click().run()
    assert at.title[0].value == "How deep should it thaw?"
    [job] = ladders.of_project(project.id)
    assert isinstance(job.plan, LadderPlan)
    assert (job.plan.base.recipe, job.plan.base.frozen_stages) == ("finetune", None)
    assert job.plan.base.dataset == project.dataset
    assert made.address(at, "run") == job.id
    at = open_page("model", project=project.id)
    made.button(at, "start-ladder").click().run()
    assert len(ladders.of_project(project.id)) == 1, "the same one is not started twice"


def test_while_it_grows_it_says_what_is_tried_and_left(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 3)
    with made.Held(folder):
        at = open_page("ladder", project=project.id, run=folder.id)
        said = made.words(at)
        assert at.title[0].value == "How deep should it thaw?"
        assert "Training what is thawed" in said
        made.button(at, "stop").click().run()
        assert folder.stop_requested()
        at.run()
        assert made.button(at, "stop").disabled
    assert made.button(at, "train-this") is None


def test_the_line_above_the_bar(home: Home, project: Project):
    from pages._ui.ladders import bar_line

    folder = begun(home, project, 3)
    plan = folder.plan()
    assert isinstance(plan, LadderPlan)
    view = fold(folder.events()).model_copy(update={"done": 2, "total": 5})
    line = bar_line(view, ladders.planned(plan), scales.hits())
    # 9 s a thawed group: 3 + 4 + 5 + 6 + 7 groups, and from scratch twice 7
    assert line == "3 of 9 tried · now 4 of 7 frozen, epoch 2 of 5 · about 6 min left · CPU, 2 cores"


def test_the_end_says_which_depth_is_enough_and_trains_with_it(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 9)
    made.advised(folder)
    made.end(folder, "done", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Freeze 5 of 7 layer groups." in said
    assert "as good as training everything" in said
    assert "and 4 times faster" in said
    assert "worth 0.30 of average hit rate" in said
    made.button(at, "train-this").click().run()
    [job] = runs.runs_of(project.id, "train")
    assert (job.plan.recipe, job.plan.frozen_stages) == ("finetune", 5)  # type: ignore[union-attr]
    assert made.address(at, "run") == job.id
    assert at.title[0].value == "Waiting its turn"


def test_changed_data_are_said_and_are_what_is_trained_on(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, LadderPlan(base=made.plan(project, frozen_stages=None, dataset="older")))
    made.tell(folder, made.climbed(9))
    made.advised(folder)
    made.end(folder, "done", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    assert "have changed since this ladder" in made.words(at)
    made.button(at, "train-this").click().run()
    [job] = runs.runs_of(project.id, "train")
    assert job.plan.dataset == project.dataset  # type: ignore[union-attr]


def test_stopped_it_shows_what_was_tried(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 4)
    made.advised(folder)
    made.end(folder, "stopped", model=False)
    said = made.words(open_page("ladder", project=project.id, run=folder.id))
    assert "These are the depths tried so far." in said
    assert "Freeze 5 of 7" in said


def test_stopped_before_a_rung(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 0)
    made.end(folder, "stopped", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    assert "stopped before a depth was tried" in made.words(at)
    assert made.button(at, "train-this") is None


def test_failed_it_says_why_and_keeps_the_rungs(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 3)
    made.end(folder, "failed", fault="input", reason="store.disk_full", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Free some space" in said
    assert "tried before that" in said
    assert made.button(at, "train-this") is None
    assert made.button(at, "change") is not None


def test_too_few_groups_for_whiskers_are_said(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, LadderPlan(base=made.plan(project, frozen_stages=None)))
    few = {"metrics": {made.HIT_RATE: made.metric(0.8, None)}}
    made.tell(folder, [e.model_copy(update=few) if isinstance(e, Rung) else e for e in made.climbed(9)])
    made.end(folder, "done", model=False)
    said = made.words(open_page("ladder", project=project.id, run=folder.id))
    assert "No whiskers: 5 groups" in said
    assert "95\u00a0%" not in said


def test_in_lists_it_is_named_and_leads_here(home: Home, project: Project, open_page: OPENER):
    folder = begun(home, project, 2)
    with made.Held(folder):
        at = open_page("home")
        way = next(one.proto for one in at.main.get("page_link") if one.proto.page == "ladder")
        assert f"run={folder.id}" in way.query_string
        assert "Freeze ladder" in made.words(at)


# --- what is drawn ----------------------------------------------------------------------------------------------------


def drawn(home: Home, project: Project, count: int, *, going: bool) -> dict:
    folder = begun(home, project, count)
    plan = folder.plan()
    assert isinstance(plan, LadderPlan)
    return picture(ladders.planned(plan), folder.view().rungs, ("finetune", 5), scales.hits(), going=going)


def test_rows_still_to_come_are_there_while_it_grows(home: Home, project: Project):
    rows = drawn(home, project, 3, going=True)["rows"]
    assert [row["state"] for row in rows] == ["done"] * 3 + ["now"] + ["to_come"] * 5
    assert [row["frozen"] for row in rows] == [7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert [row["name"] for row in rows[:3]] == ["all 7 frozen", "6 of 7 frozen", "5 of 7 frozen"]
    assert rows[2]["chosen"] == "enough"
    assert len(drawn(home, project, 3, going=False)["rows"]) == 3


def test_all_that_is_drawn_lies_on_the_scale(home: Home, project: Project):
    given = drawn(home, project, 9, going=False)
    for row in given["rows"]:
        assert 0 <= row["from"] <= row["at"] <= row["to"] <= 1
    assert all(0 <= tick["at"] <= 1 for tick in given["ticks"])
    assert given["ticks"][-1] == {"at": 1.0, "text": "1.0"}
    assert "from scratch 0.55" in given["alt"]


def test_a_rung_that_became_unstable_has_no_dot(home: Home, project: Project):
    folder = begun(home, project, 2)
    last = folder.view().rungs[-1]
    assert isinstance(last, Rung)
    folder.append(last.model_copy(update={"metrics": {}, "time": 0.0}))
    plan = folder.plan()
    assert isinstance(plan, LadderPlan)
    row = picture(ladders.planned(plan), folder.view().rungs, None, scales.hits(), going=False)["rows"][1]
    assert row["state"] == "unstable"
    assert row["note"] == "became unstable"
    assert "at" not in row
