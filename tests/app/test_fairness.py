"""Figures by the values of a column: a proven gap warns above all; without a column it says how to bring one."""

from __future__ import annotations

from pages._ui import fairness
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.project import Project
from tl_core.domain.report import Predictions
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import set_dataset
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import slices

COUNT = 240


def judged(home: Home, worse: str | None) -> tuple[Project, RunFolder]:
    """A training whose samples come from three sites; at ``worse`` two of three answers are wrong."""
    made.fetched(home)
    made.worker(home)
    project = made.project(home, samples=COUNT)
    dataset = load_dataset(home, project.id, str(project.dataset))
    sites = ["north", "south", "=west"]
    samples = [
        sample.model_copy(update={"attributes": {"site": sites[place // 2 % 3]}})
        for place, sample in enumerate(dataset.samples)
    ]
    dataset = save_dataset(home, project.id, dataset.model_copy(update={"samples": samples}))
    project = set_dataset(home, project.id, dataset.id)
    folder = made.done(home, project)
    true = [dataset.classes.index(str(sample.label)) for sample in samples]
    wrong = [
        place % 3 != 0 if sample.attributes["site"] == worse else place % 11 == 0
        for place, sample in enumerate(samples)
    ]
    told = [[0.9, 0.1] if (k == 0) != bad else [0.1, 0.9] for k, bad in zip(true, wrong, strict=True)]
    write_json(
        folder.evaluation / "validation-predictions.json",
        Predictions(samples=[sample.id for sample in samples], true=true, probabilities=told),
    )
    return project, folder


def test_a_proven_gap_warns_above_the_figures(home: Home, open_page: OPENER) -> None:
    project, folder = judged(home, "=west")
    at = open_page("evaluate", project=project.id, run=folder.id, look="slices")
    assert not at.exception
    assert any("worse for site “=west”" in made.plain(one.value) for one in at.warning)
    assert "Is it as good for everyone?" in made.words(at)
    assert "Largest difference in hits" in made.words(at)


def test_without_a_gap_it_says_how_small_the_parts_are(home: Home) -> None:
    _, folder = judged(home, None)
    [column] = slices.slices(folder.id, "validation")
    assert column.column == "site"
    assert fairness.said(column) == (
        "No gap by site is proven. The smallest part, “north”, has 80 samples: small gaps cannot be seen."
    )


def test_without_a_column_it_says_so(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    project = made.project(home)
    folder = made.done(home, project)
    assert slices.slices(folder.id, "test") == [], "its exam is sealed"
    at = open_page("evaluate", project=project.id, run=folder.id, look="slices")
    assert "No column to compare by came with these data." in made.words(at)
