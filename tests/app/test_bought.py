"""What transfer bought: the sentence, the one chart, and every state on the way to it."""

from __future__ import annotations

import pytest

from pages._ui import bought
from tests.app import made
from tests.app.conftest import OPENER, unfold
from tl_core.domain.event import Phase, Progress, Started
from tl_core.domain.plan import LearningCurvePlan
from tl_core.domain.project import Project
from tl_core.domain.report import Energy
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import learning_curves, results, savings
from tl_core.use_cases.savings import Cost, Saving, Scratch


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


@pytest.fixture
def tuned(home: Home, project: Project) -> RunFolder:
    return made.done(home, project)


def asked(home: Home, project: Project) -> RunFolder:
    return made.run(home, LearningCurvePlan(base=made.plan(project)))


def test_the_page_tells_the_curve_in_words_a_chart_and_a_table(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER
) -> None:
    made.curve(asked(home, project))
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert not at.exception
    said = made.words(at)
    assert "What transfer bought" in [one.value for one in at.header]
    assert "With about 60 labels (40 to 110) the quick look is as good as the classic method with all 240." in said
    assert "About 150 more labels may bring 2 points (0.5 to 3.2)." in said
    assert "“negative” gains most from labels: 3.1 points each time they double (1 to 5). Now 74 of 100" in said
    assert "10\u00a0% of the labels would hold too few of some class" in said
    assert made.button(at, "start-curve") is None
    [alt] = [one.proto.alt for one in at.main.get("plotly_chart") if "number of labels" in one.proto.alt]
    assert "60 labels: quick look 0.70 (0.62 to 0.76), classic method 0.60" in alt
    assert "With all labels: Fine-tuned 0." in alt
    tables = [str(one.value).replace("\u00a0", " ").replace("\\", "") for one in unfold(at).table]
    table = next(one for one in tables if "240 (100 %)" in one)
    assert "0.84" in table.replace("\\", "")


def test_a_curve_of_other_data_is_not_this_ones(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER
) -> None:
    made.curve(made.run(home, LearningCurvePlan(base=made.plan(project, seed=5))))
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert made.button(at, "start-curve") is not None


def test_before_there_is_one_the_button_says_what_comes_and_how_long_it_takes(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list = []
    monkeypatch.setattr(learning_curves, "start", begun.append)
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert "See how few labels are enough" in made.words(at)
    assert "Takes about 5 s" in made.words(at)
    made.button(at, "start-curve").click()
    at.run()
    assert [plan.dataset for plan in begun] == [project.dataset]


def test_while_it_is_measured_there_is_a_bar_and_a_way_to_stop(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER
) -> None:
    folder = asked(home, project)
    made.tell(folder, [Started(), Phase(name="curve", total=16), Progress(done=4, total=16, rate=0.5)])
    with made.Held(folder):
        at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
        assert "Learning from parts of your labels" in made.words(at)
        assert made.button(at, "start-curve") is None
        made.button(at, "stop-curve").click()
        at.run()
        assert folder.stop_requested()
        assert "Stopping after this part" in made.words(at)


def test_a_curve_that_waits_says_so(home: Home, project: Project, tuned: RunFolder, open_page: OPENER) -> None:
    asked(home, project)
    assert "waits for its turn" in made.words(open_page("evaluate", project=project.id, run=tuned.id, look="transfer"))


def test_without_a_worker_it_says_what_to_do(home: Home, project: Project, tuned: RunFolder, open_page: OPENER) -> None:
    asked(home, project)
    made.worker(home, alive=False)
    assert "The worker is not running" in made.words(
        open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    )


@pytest.mark.parametrize(
    ("state", "more", "said"),
    [
        ("failed", {"fault": "input", "reason": "jobs.out_of_memory"}, "could not be measured: The memory"),
        ("stopped", {}, "You stopped it before there was a curve."),
    ],
)
def test_one_that_ended_badly_says_why_and_can_be_had_again(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER, state: str, more: dict, said: str
) -> None:
    made.end(asked(home, project), state, model=False, **more)
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert said in made.words(at)
    assert made.button(at, "start-curve") is not None


def test_too_few_groups_draw_dots_without_whiskers(home: Home, project: Project, open_page: OPENER) -> None:
    folder = made.done(home, project, grouped=False)
    made.curve(asked(home, project), grouped=False)
    at = open_page("evaluate", project=project.id, run=folder.id, look="transfer")
    assert not at.exception
    assert "cannot be told: there are too few samples or groups" in made.words(at)
    assert "but that may be chance" in made.words(at)
    assert "5 groups are too few to say how sure they are." in made.words(at)


def test_from_scratch_is_a_mark_of_its_own(home: Home, project: Project, tuned: RunFolder) -> None:
    found = made.curve(asked(home, project))
    report = results.report(tuned.id, "validation")
    assert report is not None
    assert [one.label for one in bought.marks(found, report, None)] == ["Fine-tuned"]
    made.done(home, project, "scratch", epochs=30)
    both = bought.marks(found, report, savings.saving(tuned.id))
    assert [(one.label, one.labels) for one in both] == [("Fine-tuned", 240), ("From scratch", 240)]


def spent(seconds: float, joules: float | None, measured: bool = False) -> Cost:
    energy = None if joules is None else Energy(joules=joules, measured=measured)
    return Cost(seconds=seconds, energy=energy)


def said(ours: Cost | None, theirs: Cost) -> str:
    return " ".join(bought.costs(Saving(ours=ours, scratch=Scratch(hit_rate=made.metric(0.5), cost=theirs))))


def test_the_cost_of_starting_from_nothing_is_said_as_it_was_counted() -> None:
    assert bought.costs(None) == []
    longer = said(spent(40, 1200), spent(168, 5000))
    assert longer.startswith("From scratch took 4.2 times as long: 168 s instead of 40 s.")
    assert "estimated from seconds at work: 1.4 Wh instead of 0.33 Wh." in longer
    counted = said(spent(40, 1200, True), spent(60, 720_000, True))
    assert "1.5 times as long" in counted
    assert "as this machine counted it: 200 Wh instead of 0.33 Wh." in counted
    assert "estimated" in said(spent(40, 1200, True), spent(60, 5000))
    assert "quicker" in said(spent(40, 1), spent(20, 1))
    assert "about as long" in said(spent(40, 1), spent(41, 1))
    assert said(spent(40, None), spent(60, 1)).endswith("Energy was not counted for both of them.")
    assert "another device" in said(None, spent(60, 1))
    assert bought.watt_hours(7_200_000) == "2.0 kWh"
