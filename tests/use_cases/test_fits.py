"""Doubts about a starting model come with their evidence; comparisons are kept for just the samples they are of."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core import backbones
from tl_core.domain.dataset import Dataset
from tl_core.domain.fit import Fit, Fits, Strangeness
from tl_core.domain.plan import FitPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.domain.split import SplitRule
from tl_core.store.fits import key_of, write_fits
from tl_core.store.home import Home
from tl_core.use_cases import data, fits, plans, runs
from tl_core.words import say


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home)


@pytest.fixture
def dataset(project: Project) -> Dataset:
    found = data.dataset(project.id)
    assert found is not None
    return found


@pytest.fixture
def plan(project: Project) -> TrainPlan:
    return plans.default_plan(project.id)


def one(rate: float = 0.8, low: float | None = 0.7, strangeness: Strangeness | None = None) -> Fit:
    name = made.BACKBONES["text"]
    probe = Metric(value=rate, low=low, high=0.9, method="bootstrap")
    return Fit(backbone=name, sha256="0" * 64, probe=probe, logme=-0.5, strangeness=strangeness, seconds=3.0)


def known(home: Home, plan: TrainPlan) -> None:
    asked = fits.wanted(plan)
    write_fits(home, asked, Fits(key=key_of(asked), samples=48, classes=2, fits=[one()]))


def test_it_is_kept_for_these_samples_and_weights(home: Home, plan: TrainPlan) -> None:
    assert fits.fits(plan) is None
    known(home, plan)
    found = fits.fits(plan)
    assert found is not None
    assert found.fits == [one()]
    assert fits.fits(plan.model_copy(update={"device": "cpu", "epochs": 9})) is not None, "training changes nothing"
    assert fits.fits(plan.model_copy(update={"split": SplitRule(seed=3)})) is None
    made.fetched(home, made.BACKBONES["image"])
    assert fits.wanted(plan).backbones == [made.BACKBONES["text"]], "those of its kind that are here"


def test_one_comparison_at_a_time(home: Home, plan: TrainPlan) -> None:
    made.worker(home)
    job = fits.start(plan)
    assert isinstance(runs.plan(job), FitPlan)
    assert fits.start(plan) == job


def keys(found) -> list[str]:
    for concern in found:
        assert say(concern.key, **concern.values)
    return [concern.key.removeprefix("fit.doubt_") for concern in found]


def test_nothing_speaks_against_plain_data(home: Home, project: Project, dataset: Dataset) -> None:
    card = backbones.card(home, made.BACKBONES["text"])
    usual = one(strangeness=Strangeness(value=0.03, usual=0.02, examples=["abc"]))
    assert keys(fits.doubts(project, dataset, card, usual)) == []


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"languages": {"en": 40, "ja": 20}}, "language"),
        ({"classes": ["benign", "malignant"]}, "medicine"),
        ({"classes": ["angry woman", "calm man"]}, "people"),
        ({"classes": ["child", "other"]}, "minors"),
    ],
)
def test_what_data_are_about_is_said(home: Home, project: Project, dataset: Dataset, changes, doubt: str) -> None:
    card = backbones.card(home, made.BACKBONES["text"])
    assert keys(fits.doubts(project, dataset.model_copy(update=changes), card, None)) == [doubt]


def test_words_only_look_like_a_topic_when_they_are_one(home: Home, project: Project, dataset: Dataset) -> None:
    card = backbones.card(home, made.BACKBONES["text"])
    plain = dataset.model_copy(update={"classes": ["mango", "scanner", "womanly", "interface"], "languages": {"en": 1}})
    assert keys(fits.doubts(project, plain, card, None)) == []


@pytest.mark.parametrize(
    ("fit", "doubt"),
    [
        (one(low=0.45), "chance"),
        (one(rate=0.5, low=None), "chance"),
        (one(strangeness=Strangeness(value=0.2, usual=0.05, examples=["sksk"])), "words"),
        (one(strangeness=Strangeness(value=2.4, usual=0.5)), "far"),
    ],
)
def test_what_was_measured_is_said(home: Home, project: Project, dataset: Dataset, fit: Fit, doubt: str) -> None:
    card = backbones.card(home, made.BACKBONES["text"])
    assert keys(fits.doubts(project, dataset, card, fit)) == [doubt]
