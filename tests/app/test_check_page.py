"""The doctor's page: looks by itself, the gravest first, remedies with one click and back, heard elsewhere."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.app.conftest import OPENER, unfold
from tests.runs import tiny_project
from tests.use_cases.test_checks import known
from tl_core.domain.finding import DropRemedy, Finding, GroupRemedy, RelabelRemedy
from tl_core.domain.plan import FetchPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.store.home import Home
from tl_core.use_cases import checks, data, projects, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def ids(project: Project) -> list[str]:
    found = data.dataset(project.id)
    assert found is not None
    return [sample.id for sample in found.samples]


def leak(project: Project) -> Finding:
    names = ids(project)
    return Finding(
        code="leak_names", level="alarm", samples=names[:6:2], clusters=[names[:2], names[2:4], names[4:6]],
        values={"count": 3, "before": 99, "whole": 62, "sure": "", "part": "folder", "largest": 2},
        figures={"random": Metric(value=0.99, low=0.97, high=1.0), "grouped": Metric(value=0.62, groups=6)},
        remedies=[GroupRemedy(groups={name: f"g{place // 2}" for place, name in enumerate(names)})],
    )  # fmt: skip


def wrong(project: Project) -> Finding:
    names = ids(project)[:3]
    return Finding(
        code="labels_wrong", level="warning", samples=names,
        values={"count": 3, "of": 60, "share": 5.0, "label": "negative", "other": "positive", "most": 2},
        remedies=[RelabelRemedy(labels=dict.fromkeys(names, "positive")), DropRemedy(samples=names)],
    )  # fmt: skip


def test_it_begins_to_look_by_itself(home: Home, project: Project, open_page: OPENER) -> None:
    at = open_page("check", project=project.id)
    assert not at.exception
    assert at.title[0].value == "Can these data be trusted?"
    [job] = [one for one in runs.running() if one.kind == "check"]
    assert made.button(at, "check-stop") is not None
    made.button(at, "check-stop").click().run()
    assert runs.state(job.id) in ("stopping", "stopped")


def test_without_a_worker_it_waits_for_one(home: Home, project: Project, open_page: OPENER) -> None:
    made.worker(home, alive=False)
    at = open_page("check", project=project.id)
    assert made.button(at, "check-start") is not None
    assert not runs.running()


def test_without_a_starting_model_it_offers_to_fetch_one(home: Home, open_page: OPENER) -> None:
    made.worker(home)
    project = made.project(home)
    at = open_page("check", project=project.id)
    assert "MiniLM-L6 is not on this machine yet." in made.words(at)
    assert made.button(at, "check-stop") is None
    made.button(at, "fetch-needed").click().run()
    [job] = runs.running()
    assert isinstance(job.plan, FetchPlan)
    assert job.plan.backbone == made.BACKBONES["text"]
    assert made.button(at, "fetch-needed") is None, "it is on its way"


def test_leaks_of_two_kinds_stand_beside_each_other(home: Home, project: Project, open_page: OPENER) -> None:
    names = ids(project)
    known(home, project, leak(project), leak(project).model_copy(update={"samples": names[1:7:2]}))
    at = open_page("check", project=project.id)
    assert not at.exception
    assert made.words(at).count("Samples with the same folder give each other away") == 2


def test_nothing_found_is_said_in_a_sentence(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, project)
    assert "Nothing was found that would make a figure untrue." in made.words(open_page("check", project=project.id))


def test_the_honest_figure_stands_beside_the_flattering_one(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, project, leak(project), wrong(project))
    at = open_page("check", project=project.id)
    assert not at.exception
    said = made.words(at)
    assert "Found: 1 alarm and 1 warning." in said
    assert said.index("Samples with the same folder give each other away") < said.index("may have the wrong class")
    assert "The average hit rate looks like 99\u00a0%. On samples of another group it is 62\u00a0%." in said
    table = "".join(str(table.value) for table in unfold(at).table).replace("\\", "")
    assert "0.99 (0.97 to 1.00)" in table


def test_one_click_groups_and_one_click_takes_it_back(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, project, leak(project))
    key = leak(project).key
    at = open_page("check", project=project.id)
    made.button(at, f"remedy-{key}-0").click().run()
    assert not at.exception
    found = data.dataset(project.id)
    assert found is not None
    assert len({sample.group for sample in found.samples}) == 30
    assert [one.kind for one in runs.running()].count("check") == 1, "other data are looked at anew"
    assert "60 samples grouped" in made.words(at)
    assert "Samples with the same folder give each other away" in made.words(at)
    made.button(at, "undo").click().run()
    again = data.dataset(project.id)
    assert again is not None
    assert all(sample.group is None for sample in again.samples)


def test_labels_are_changed_all_at_once_or_left(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, project, wrong(project))
    key = wrong(project).key
    at = open_page("check", project=project.id)
    made.button(at, f"leave-{key}").click().run()
    assert "Left as it is: 1 finding" in str([one.label for one in at.expander])
    made.button(at, f"reopen-{key}").click().run()
    made.button(at, f"remedy-{key}-0").click().run()
    found = data.dataset(project.id)
    assert found is not None
    assert [sample.label for sample in found.samples][:3] == ["positive"] * 3


def test_what_was_found_is_heard_on_the_way(home: Home, project: Project, open_page: OPENER) -> None:
    known(home, project, leak(project), wrong(project))
    folder = made.done(home, project)
    for page, query in (("data", {}), ("model", {}), ("evaluate", {"run": folder.id})):
        at = open_page(page, project=project.id, **query)
        assert not at.exception, page
        assert any("give each other away" in made.plain(one.value) for one in at.warning), page
    checks.accept(project.id, leak(project).key)
    at = open_page("model", project=project.id)
    assert not any("give each other away" in made.plain(one.value) for one in at.warning), "it is known"


def test_the_data_page_says_that_somebody_is_looking(home: Home, project: Project, open_page: OPENER) -> None:
    assert not open_page("data", project=project.id).exception
    checks.start(project.id)
    assert not open_page("data", project=project.id).exception


def test_series_to_forecast_have_findings_too(home: Home, open_page: OPENER) -> None:
    made.worker(home)
    plan = tiny_project.forecasting(home)
    project = projects.project(plan.project)
    at = open_page("check", project=project.id)
    assert not at.exception
    [job] = [one for one in runs.running() if one.kind == "check"]
    runs.stop(job.id)
    first, second = ids(project)
    finding = Finding(
        code="timeline_copies", level="warning", values={"count": 1, "names": "shop 0, shop 1"},
        samples=[first, second],
        clusters=[[first, second]], remedies=[DropRemedy(samples=[second])],
    )  # fmt: skip
    known(home, project, finding)
    assert "One series is there twice." in made.words(open_page("data", project=project.id))
    at = open_page("check", project=project.id)
    assert not at.exception
    made.button(at, f"remedy-{finding.key}-0").click().run()
    assert ids(project) == [first]
