"""Where the exam is too small, the page says which part of it is, and offers to cross-validate."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.crossed import Crossed
from tl_core.domain.plan import CrossPlan
from tl_core.domain.project import Project
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home, samples=45)


def test_a_small_exam_is_said_and_the_way_out_offered(home: Home, project: Project, open_page: OPENER) -> None:
    folder = made.done(home, project)
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "The sealed exam has 15 samples. With fewer than 20" in made.words(at)
    made.button(at, "cross-validate").click().run()
    assert not at.exception
    [job] = [one for one in runs.running() if one.kind == "crossval"]
    assert job.plan == CrossPlan(project=project.id, run=folder.id)
    assert made.button(at, "crossed-stop") is not None


def test_its_result_stands_with_its_doubt(home: Home, project: Project, open_page: OPENER) -> None:
    folder = made.done(home, project)
    found = Crossed(folds=5, repeats=1, metrics={"balanced_accuracy": made.metric(0.78)}, spread=[0.7, 0.86, 0.8])
    write_json(folder.evaluation / "cross-validation.json", found)
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "Cross-validated in 5 folds: average hit rate 0.78" in made.words(at)
    assert "Single folds: 0.70 to 0.86." in made.words(at)


def test_a_large_exam_needs_none(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    project = made.project(home, samples=90)
    folder = made.done(home, project)
    assert made.button(open_page("evaluate", project=project.id, run=folder.id), "cross-validate") is None
