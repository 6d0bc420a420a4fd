"""The ladder of forecasts: started from the model page, growing, ended, and what is drawn."""

from __future__ import annotations

import pytest

from pages._ui.ladders import bar_line, rows
from pages._ui.rungs.rungs import picture
from pages._ui.rungs.scale import errors, mase
from tests.app import made, made_forecast
from tests.app.conftest import OPENER
from tl_core.domain.plan import ForecastPlan, LadderPlan
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import ladders, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home, "packaged:fracast-0")
    made.worker(home)
    return made_forecast.project(home)


def test_it_starts_from_the_model_page_with_what_was_chosen_there(home: Home, project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    at.slider(key=f"horizon-{project.id}").set_value(7).run()
    made.button(at, "start-ladder").click().run()
    assert at.title[0].value == "How deep should it thaw?"
    [job] = ladders.of_project(project.id)
    assert isinstance(job.plan, LadderPlan)
    assert isinstance(job.plan.base, ForecastPlan)
    assert (job.plan.base.horizon, job.plan.base.recipe, job.plan.base.frozen_stages) == (7, "finetune", None)
    assert "Fracast-0 · 7 steps ahead at every depth, on the same series" in made.words(at)


def test_while_it_grows_it_says_what_is_tried_and_left(home: Home, project: Project, open_page: OPENER):
    folder = made_forecast.ladder(home, project, 3)
    plan = folder.plan()
    assert isinstance(plan, LadderPlan)
    with made.Held(folder):
        at = open_page("ladder", project=project.id, run=folder.id)
        said = made.words(at)
        assert "Learning from your series" in said
        assert "Dashed: what repeating the past comes to, 1.60." in said
        assert "5 moments to judge from are too few" in said
    view = folder.view().model_copy(update={"done": 2, "total": 8})
    line = bar_line(view, ladders.planned(plan), mase(1.6))
    # 7 s a thawed group, and two for what all do: 4 to 8 of them, and from scratch twice 8
    assert line.startswith("3 of 9 tried · now 4 of 6 frozen, look 2 of 8 at validation · about 5 min left")


def test_the_end_says_which_depth_is_enough_and_starts_it(home: Home, project: Project, open_page: OPENER):
    folder = made_forecast.ladder(home, project)
    made_forecast.advised(folder)
    made.end(folder, "done", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Freeze 4 of 6 layer groups." in said
    assert "cheapest that is not clearly further off than the closest" in said
    assert "0.02 above that of training everything, which may be chance, and 1.8 times faster." in said
    assert "A classic method is closer still, Theta: error (MASE) 0.70 against 0.80." in said
    assert "hit rate" not in said
    made.button(at, "train-this").click().run()
    [job] = runs.runs_of(project.id, "forecast")
    assert isinstance(job.plan, ForecastPlan)
    assert (job.plan.recipe, job.plan.frozen_stages, job.plan.horizon) == ("finetune", 4, 6)
    assert at.title[0].value == "Waiting its turn"


def test_as_it_is_needs_no_boundary(home: Home, project: Project, open_page: OPENER):
    folder = made_forecast.ladder(home, project, dataset="older")
    made_forecast.advised(folder)
    found = ladders.found(folder.id)
    assert found is not None
    assert found.advice is not None
    advice = found.advice.model_copy(update={"recipe": "untuned", "frozen_stages": 6})
    (folder.evaluation / "ladder.json").write_text(found.model_copy(update={"advice": advice}).model_dump_json())
    made.end(folder, "done", model=False)
    at = open_page("ladder", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Take the starting model as it is" in said
    assert "have changed since this ladder" in said
    made.button(at, "train-this").click().run()
    [job] = runs.runs_of(project.id, "forecast")
    assert isinstance(job.plan, ForecastPlan)
    assert (job.plan.recipe, job.plan.frozen_stages, job.plan.dataset) == ("untuned", None, project.dataset)


def test_errors_are_drawn_on_their_own_scale_beside_what_is_to_be_beaten(home: Home, project: Project):
    folder = made_forecast.ladder(home, project)
    plan = folder.plan()
    assert isinstance(plan, LadderPlan)
    told = folder.view().rungs
    given = picture(ladders.planned(plan), told, ("finetune", 4), mase(1.6), going=False)
    assert [row["name"] for row in given["rows"]] == [
        "as it is", "all 6 frozen", *(f"{n} of 6 frozen" for n in range(5, 0, -1)), "nothing frozen", "from scratch",
    ]  # fmt: skip
    places = [row["at"] for row in given["rows"]]
    assert all(0 <= place <= given["line"] <= 1 for place in places)
    assert places[0] > places[3], "closer is further to the left"
    assert "from" not in given["rows"][0], "no whiskers"
    knows = [row["cost"]["kept"] for row in given["rows"]]
    assert (knows[0], knows[2], knows[-1]) == ("100\u00a0%", "90\u00a0%", "–")
    assert given["words"]["score"] == "Error (MASE), lower is better"
    assert [row["chosen"] for row in given["rows"]].count("enough") == 1
    assert "from scratch 1.30" in given["alt"]
    assert set(rows(told, mase(1.6))[0]) == {
        "Layer groups", "Error (MASE), lower is better", "Error of the whole band (WQL)", "Time", "Memory", "Learns",
        "Still knows", "Knew before", "Looks",
    }  # fmt: skip


@pytest.mark.parametrize("values", [[], [0.8], [0.801, 0.802], [0.02, 0.9], [0.7, 1.6], [3.0, 400.0]])
def test_an_axis_holds_what_is_drawn(values: list[float]):
    axis = errors(values)
    assert axis.start < axis.end
    assert all(axis.start <= value <= axis.end for value in values)
    assert 2 <= len(axis.ticks) <= 6
    assert all(0 <= tick["at"] <= 1 for tick in axis.ticks)
