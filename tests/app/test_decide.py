"""From figures to decisions on the evaluate page: sentences first, a line that follows the form, a model that does not
until asked."""

from __future__ import annotations

import pytest

from pages._ui import decision_sentences as words
from tests.app import made
from tests.app.conftest import OPENER, alts, unfold
from tl_core.domain.comparison import Comparison
from tl_core.domain.decision import CostRule, Coverage, Cut, Decision, MissRule, Recalibration, Wishes
from tl_core.domain.project import Project
from tl_core.domain.reliability import Bin, Reliability
from tl_core.domain.report import Metric
from tl_core.domain.screening import NetBenefit, Screening
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import decisions
from tl_core.use_cases.decisions import Calibrated


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home, samples=200)


@pytest.fixture
def run(home: Home, project: Project) -> RunFolder:
    folder = made.done(home, project)
    made.decided(folder, project)
    return folder


def metric(value: float, low: float | None = None, high: float | None = None, groups: int = 40) -> Metric:
    return Metric(value=value, low=low, high=high, samples=100, groups=groups)


# --- sentences --------------------------------------------------------------------------------------------------------


def reliability(*pairs: tuple[float, float]) -> Reliability:
    bins = [Bin(said=said, right=metric(right, right - 0.1, right + 0.08)) for said, right in pairs]
    return Reliability(bins=bins, ece=metric(0.031, 0.0, 0.062), brier=metric(0.2))


def test_what_it_says_and_what_comes_true():
    found = Calibrated(told=reliability((0.55, 0.5), (0.8, 0.74)), network=reliability((0.7, 0.5), (0.82, 0.6)))
    assert (
        words.calibration(found, False)
        == "When it says 80\u00a0%, it is right in about 74 of 100 (very likely 64 to 82)."
    )
    assert "Uncorrected, it would say 82\u00a0% where 60 of 100 are right." in words.calibration(found, True)
    assert words.calibration_error(found, False).startswith("Said and true lie 3.1 points apart")


def decision(rule=None, **cut) -> Decision:
    wishes = Wishes(rule=rule) if rule else Wishes()
    values = {"positive": "ill", "prevalence": 0.05} | cut
    return Decision(wishes=wishes, recalibration=Recalibration(), cut=Cut(**values), sets=None, far=None)


@pytest.mark.parametrize(
    ("rule", "cut", "said"),
    [
        (None, {}, "The likeliest class is the answer."),
        (CostRule(missed=9, alarm=1), {"threshold": 0.1}, "It says “ill” from 10\u00a0% on."),
        (
            MissRule(most=0.05), {"threshold": 0.2, "bound": 0.047, "proven": True},
            "In 95 of 100 studies like yours, at most 5\u00a0% of new ones are missed.",
        ),
        (
            MissRule(most=0.05), {"threshold": 0.2, "bound": 0.095, "proven": False},
            "what they prove is at most 10\u00a0% missed. To prove 5\u00a0%, at least 59 samples are needed.",
        ),
        (MissRule(most=0.05), {"threshold": 0.2, "proven": False}, "Fewer than ten groups hold “ill”"),
    ],
)  # fmt: skip
def test_a_rule_promises_no_more_than_it_proves(rule, cut, said: str):
    assert said in words.threshold(decision(rule, **cut))


def screening(**changes) -> Screening:
    values = {
        "positive": "ill", "prevalence": 0.05, "sensitivity": metric(0.88, 0.78, 0.95), "specificity": metric(0.87),
        "ppv": metric(0.26, 0.19, 0.36), "npv": metric(0.99), "found": metric(44, 39, 47), "missed": metric(6, 3, 11),
        "alarms": metric(120, 90, 150), "cleared": metric(830),
    }  # fmt: skip
    return Screening(**(values | changes))


def test_of_a_thousand():
    assert words.people(screening()) == (
        "Of 1,000, 50 are “ill”. It finds 44 (39 to 47) and misses 6 (3 to 11). It says “ill” of 120 (90 to 150) others"
        " by mistake. Of 100 times it says “ill”, about 26 are right (very likely 19 to 36)."
    )
    assert words.people(screening(ppv=None)).endswith("It never says “ill”.")
    assert "It finds 44 and misses 6." in words.people(screening(found=metric(44), missed=metric(6)))


def test_where_acting_on_it_is_worth_it():
    curve = {"positive": "ill", "prevalence": 0.2, "thresholds": [0.1, 0.2, 0.3], "everybody": [0.11, 0.0, -0.1]}
    better = NetBenefit(model=[metric(0.11), metric(0.1, 0.05, 0.2), metric(0.08, 0.02, 0.1)], **curve)
    assert "somewhere from 20\u00a0% to 30\u00a0%" in words.worth(better)
    unsure = NetBenefit(model=[metric(0.12, 0.1, 0.2), metric(0.1, -0.05, 0.2), metric(0.08, -0.1, 0.1)], **curve)
    assert "nowhere clearly better" in words.worth(unsure)
    curve |= {"thresholds": [0.1, 0.2, 0.3, 0.4, 0.5], "everybody": [0.0] * 5}
    torn = NetBenefit(model=[metric(0.1, low, 0.2) for low in (0.05, 0.05, -0.05, 0.05, -0.05)], **curve)
    assert "somewhere from 10\u00a0% to 20\u00a0%" in words.worth(torn)  # not to 40\u00a0%: at 30\u00a0% it is not sure


def test_what_not_sure_brings():
    plain = Coverage(error=1, answered=metric(1), wrong=metric(0.09), far=0)
    some = Coverage(error=0.1, answered=metric(0.84, 0.8, 0.88), wrong=metric(0.03, 0.01, 0.06), far=2)
    said = words.trade(some, plain)
    assert said.startswith("It answers about 84 of 100 (very likely 80 to 88). Of 100 such answers, 3 are wrong")
    assert said.endswith("If it always answered: 9.")
    assert "answer nothing" in words.trade(some.model_copy(update={"wrong": None}), plain)
    assert "too few samples" in words.trade(None, plain)


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (metric(0.031, -0.004, 0.065), "Better by 3.1 points, very likely −0.4 to 6.5: not proven."),
        (metric(0.08, 0.02, 0.15), "Better by 8.0 points, very likely 2.0 to 15.0: proven."),
        (metric(-0.08, -0.15, -0.02), "Worse by 8.0 points, very likely 2.0 to 15.0: proven."),
        (metric(-0.01, -0.05, 0.03), "Worse by 1.0 points, very likely −3.0 to 5.0: not proven."),
        (metric(0.05, groups=4), "Better by 5.0 points, but measured on 4 groups only: too few to be sure."),
    ],
)
def test_two_runs_are_compared_no_surer_than_they_can_be(gain: Metric, said: str):
    found = Comparison(
        first="a", second="b", subset="validation", gain=gain, both=1, only_first=1, only_second=1, neither=1
    )
    assert words.compared(found) == said


# --- the page ---------------------------------------------------------------------------------------------------------


def test_every_figure_has_a_sentence_words_a_table_and_a_file(
    home: Home, project: Project, run: RunFolder, open_page: OPENER
):
    at = open_page("evaluate", project=project.id, run=run.id, look="decide")
    assert not at.exception
    said = made.words(at)
    assert "From figures to decisions" in [one.value for one in at.header]
    for part in ("When it says", "points apart", "Of 1,000, ", "It answers about", "turned away as unlike"):
        assert part in said, part
    told = alts(at)
    for part in ("how sure it says it is", "sensitivity, specificity", "worth of acting", "share answered"):
        assert any(part in alt for alt in told), part
    tables = sum(one.label == "Show as table" for one in at.expander)
    files = [one.proto.label for one in unfold(at).main.get("download_button")]
    assert files.count("Download the table") == tables >= 6


def test_figures_follow_the_form_and_the_model_only_when_asked(
    home: Home, project: Project, run: RunFolder, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
):
    asked: list = []
    monkeypatch.setattr(decisions, "choose", lambda run_id, wishes: asked.append((run_id, wishes)))
    at = open_page("evaluate", project=project.id, run=run.id, look="decide")
    assert "The likeliest class is the answer." in made.words(at)
    assert made.button(at, "use-decision").disabled
    next(one for one in at.radio if one.key == f"decide-rule-{run.id}").set_value("miss")
    at.run()
    next(one for one in at.number_input if one.key == f"decide-most-{run.id}").set_value(10.0)
    next(one for one in at.number_input if "decide-prevalence" in one.key).set_value(20)
    at.run()
    assert not at.exception
    said = made.words(at)
    assert "It says “positive” from" in said
    assert "Of 1,000, 20 are “positive”." in said
    assert "becomes" not in said
    assert not asked
    made.button(at, "use-decision").click()
    at.run()
    [(run_id, wishes)] = asked
    assert run_id == run.id
    assert wishes == Wishes(rule=MissRule(most=0.1), positive="positive", prevalence=0.02)


def test_the_slider_trades_answers_for_errors(home: Home, project: Project, run: RunFolder, open_page: OPENER):
    at = open_page("evaluate", project=project.id, run=run.id, look="decide")
    before = made.words(at)
    next(one for one in at.select_slider if one.key == f"decide-error-{run.id}").set_value(0.2)
    at.run()
    assert not at.exception
    assert made.words(at) != before
    assert not made.button(at, "use-decision").disabled


def test_a_wish_that_samples_are_too_few_for_is_said(home: Home, open_page: OPENER):
    made.fetched(home)
    few = made.project(home, samples=40)
    run = made.done(home, few)
    found = made.decided(run, few, wishes=Wishes(far=0.01))
    assert found.far is not None
    assert found.far.rate > 0.01
    at = open_page("evaluate", project=few.id, run=run.id, look="decide")
    assert not at.exception
    assert "There are too few samples to keep to 1" in made.words(at)
    made.decided(run, few, wishes=Wishes(far=found.far.rate))
    at = open_page("evaluate", project=few.id, run=run.id, look="decide")
    assert "too few samples to keep to" not in made.words(at)


def test_the_exams_figures_only_once_it_is_open(home: Home, project: Project, run: RunFolder, open_page: OPENER):
    said = made.words(open_page("evaluate", project=project.id, run=run.id, look="decide"))
    assert "where the line was chosen too" in said
    made.examined(home, project, run)
    made.decided(run, project, "test")
    at = open_page("evaluate", project=project.id, run=run.id, look="decide")
    next(one for one in at.get("button_group") if one.key == f"subset-{run.id}").set_value("test")
    at.run()
    assert not at.exception
    assert "the line was chosen without it" in made.words(at)


def test_several_classes_have_one_to_find(home: Home, open_page: OPENER):
    made.fetched(home)
    three = made.project(home, "reviews", ("bad", "fair", "good"), 240)
    folder = made.done(home, three, classes=3)
    made.decided(folder, three, wishes=Wishes(positive="fair", rule=MissRule(most=0.1)))
    at = open_page("evaluate", project=three.id, run=folder.id, look="decide")
    assert not at.exception
    assert "It says “fair” from" in made.words(at)
    next(one for one in at.selectbox if one.key == f"decide-class-{folder.id}").set_value("bad")
    at.run()
    assert not at.exception
    assert "It says “bad” from" in made.words(at)


def test_a_run_from_before_says_so(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    at = open_page("evaluate", project=project.id, run=folder.id, look="decide")
    assert not at.exception
    assert "This run is from before Thaw measured this." in made.words(at)
    assert made.button(at, "use-decision") is None


def test_too_few_samples_are_said(home: Home, open_page: OPENER):
    made.fetched(home)
    small = made.project(home, samples=8)
    folder = made.done(home, small)
    made.decided(folder, small)
    at = open_page("evaluate", project=small.id, run=folder.id, look="decide")
    assert not at.exception
    said = made.words(at)
    assert "too few samples for so few errors" in said
    assert "too few samples to tell what is unlike them" in said


def test_another_run_on_the_same_samples_is_compared(home: Home, project: Project, run: RunFolder, open_page: OPENER):
    assert "Beside another run" not in [
        one.value for one in open_page("evaluate", project=project.id, run=run.id, look="decide").header
    ]
    made.done(home, project, "probe")
    at = open_page("evaluate", project=project.id, run=run.id, look="decide")
    assert not at.exception
    assert "Beside another run" in [one.value for one in at.header]
    assert "Better by 0.0 points" in made.words(at)
    assert "not proven" in made.words(at)
