"""Learning curves found for a training and put into words."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core.domain.fault import InputFault
from tl_core.domain.learning_curve import LearningCurve, Matched, Need, Outlook, Span
from tl_core.domain.plan import LearningCurvePlan
from tl_core.domain.project import Project
from tl_core.store import rebuild
from tl_core.store.home import Home
from tl_core.store.runs import ids_of
from tl_core.use_cases import learning_curves, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home)


def test_a_curve_serves_every_training_of_the_same_data_and_starting_model(home: Home, project: Project) -> None:
    job = learning_curves.start(made.plan(project))
    for changes in ({"recipe": "probe"}, {"recipe": "scratch", "epochs": 9}, {"frozen_stages": 2, "note": "again"}):
        found = learning_curves.of_training(made.plan(project, **changes))
        assert found is not None
        assert found.id == job
    for changes in ({"seed": 4}, {"dataset": "other"}, {"options": {"max_tokens": 64}}, {"class_weights": False}):
        assert learning_curves.of_training(made.plan(project, **changes)) is None
    assert runs.plan(job).project == project.id
    rebuild.rebuild(home)
    assert ids_of(home, project.id, "learning_curve") == [job]


def test_nothing_is_found_before_the_end_and_only_of_a_curve(home: Home, project: Project) -> None:
    folder = made.run(home, LearningCurvePlan(base=made.plan(project)))
    assert learning_curves.found(folder.id) is None
    told = made.curve(folder)
    assert learning_curves.found(folder.id) == told
    with pytest.raises(InputFault):
        learning_curves.found(made.run(home, made.plan(project)).id)


def test_how_long_it_takes_is_told_in_round_seconds(home: Home, project: Project) -> None:
    assert learning_curves.seconds_about(made.done(home, project).id) == 5
    assert learning_curves.seconds_about(made.run(home, made.plan(project)).id) == 5


def said(curve: LearningCurve, **changes: object) -> str:
    return " ".join(learning_curves.words(curve.model_copy(update=changes)))


def test_every_finding_is_a_sentence_that_keeps_its_doubt(home: Home, project: Project) -> None:
    curve = made.curve(made.run(home, LearningCurvePlan(base=made.plan(project))))
    whole = said(curve, left_out=[])
    assert "With about 60 labels (40 to 110)" in whole
    assert "left out" not in whole
    span = Span(value=0.012, low=0.0, high=0.018)
    assert "unlikely to help much: twice as many may bring 1.2 points (0 to 1.8)" in said(
        curve, outlook=Outlook(verdict="little", labels=240, gain=span)
    )
    assert "cannot be told: twice as many may bring 0 to 1.8 points." in said(
        curve, outlook=Outlook(verdict="unclear", labels=240, gain=span)
    )
    assert "too few samples or groups" in said(curve, outlook=Outlook(verdict="too_few"))
    assert "Which class needs labels most cannot be told." in said(curve, need=Need(label=None))
    assert "already as good as the classic method with all 240." in said(
        curve, matched=Matched(labels=Span(value=60, low=60, high=60), first=True, of=240)
    )
    assert "may be chance" in said(curve, matched=Matched(labels=Span(value=60, low=60), of=240))
    assert "Even with all 240 labels" in said(curve, matched=Matched(labels=None, of=240))


@pytest.mark.parametrize(
    ("value", "told"), [(0.0213, "2.1"), (0.02, "2"), (0.0, "0"), (-0.001, "−0.1"), (-0.0001, "0")]
)
def test_points_are_hundredths(value: float, told: str) -> None:
    assert learning_curves.points(value) == told
