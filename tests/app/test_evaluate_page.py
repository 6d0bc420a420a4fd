"""The evaluate page: sentences made from figures, honest doubt, the samples behind a cell, the sealed exam."""

from __future__ import annotations

import pytest

from pages._ui import charts, judgement, matrix, sentences
from pages._ui.matrix.matrix import picture
from tests.app import made
from tests.app.conftest import OPENER, alts, unfold
from tl_core.domain.plan import ExamPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Curve, Metric, Report
from tl_core.domain.split import SplitRule
from tl_core.store.home import Home
from tl_core.use_cases import results, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


@pytest.fixture
def report(home: Home, project: Project) -> Report:
    found = results.report(made.done(home, project).id, "validation")
    assert found is not None
    return found


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "none"), (0.003, "about 1 of 100"), (0.26, "about 1 of 4"), (0.5, "about 1 of 2"), (0.79, "about 4 of 5"),
        (0.93, "about 9 of 10"), (0.96, "about 19 of 20"), (0.999, "about 99 of 100"), (1.0, "all"),
    ],
)  # fmt: skip
def test_shares_people_can_picture(value: float, said: str):
    assert sentences.ratio(value) == said


def test_the_headline_of_two_classes_speaks_of_the_rarer_one(report: Report):
    rare = report.classes[0].model_copy(
        update={"samples": 12, "recall": made.metric(0.79), "precision": made.metric(0.86)}
    )
    said = sentences.headline(report.model_copy(update={"classes": [rare, report.classes[1]]}))
    assert "Finds about 4 of 5 of the class “negative”. Of 100 times it says “negative”, about 86 are right." in said
    assert "very likely between 0.71 and 0.80" in said or "very likely between" in said


def test_too_few_groups_are_said_and_no_interval_is_made_up(report: Report):
    metric = made.metric(0.8, None)
    assert sentences.interval(metric) == "too few groups: 5"
    assert "rests on 5 groups only" in sentences.sureness(metric)
    assert charts.says(metric) == "0.80 (too few groups: 5)"


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Metric(value=0.2, low=0.1, high=0.3), "Clearly better than the classic method: by 0.20"),
        (Metric(value=0.05, low=-0.02, high=0.1), "Not clearly better than the classic method"),
        (Metric(value=-0.2, low=-0.3, high=-0.1), "Clearly worse than the classic method, by 0.20"),
        (Metric(value=-0.1, groups=4), "0.10 below the classic method, but measured on 4 groups only"),
    ],
)
def test_the_comparison_never_claims_more_than_its_interval(report: Report, gain: Metric, said: str):
    assert said in sentences.comparison(report.model_copy(update={"gain_over_classic": gain}), [])


def test_the_commonest_mistake_is_named(report: Report):
    wrong = report.model_copy(update={"confusion": [[27, 3], [8, 22]]})
    assert sentences.confusion(wrong) == "The commonest mistake: “positive” taken for “negative”, 8 times of 30."
    perfect = report.model_copy(update={"confusion": [[30, 0], [0, 30]]})
    assert sentences.confusion(perfect) == "No mistake on these 60 samples."


def test_curves_read_as_pairs_and_alarms():
    assert sentences.roc(Curve(label="a", x=[], y=[], area=0.884)).startswith("Of 100 pairs of one “a” and one other")
    falling = Curve(label="a", x=[0.0, 0.5, 0.9, 1.0], y=[1.0, 0.9, 0.6, 0.4], area=0.8)
    assert sentences.precision_recall(falling) == "To find 9 of 10 “a”, about 40 of 100 alarms would be false."


# --- the page ---------------------------------------------------------------------------------------------------------


def test_sentence_first_then_what_it_must_beat(home: Home, project: Project, open_page: OPENER):
    made.done(home, project, "scratch")
    folder = made.done(home, project)
    said = made.words(open_page("evaluate", project=project.id, run=folder.id))
    assert "of the class “positive”" in said
    assert "Clearly better than the classic method" in said
    assert "from scratch, it is 0.57 after 30 epochs and 1 min." in said
    assert "helped to choose it" in said


def test_trainings_from_scratch_on_another_split_are_not_compared(home: Home, project: Project, open_page: OPENER):
    made.done(home, project, "scratch", split=SplitRule(seed=7))
    folder = made.done(home, project)
    said = made.words(open_page("evaluate", project=project.id, run=folder.id))
    assert "from scratch, it is" not in said
    assert "Train once “From scratch”" in said


def test_every_chart_has_words_and_a_table(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert len(alts(at)) == 4
    assert all(len(alt) > 20 for alt in alts(at))
    assert sum(expander.label == "Show as table" for expander in at.expander) == 5
    assert any("Average hit rate per class" in str(table.value) for table in unfold(at).table)


def test_a_cell_opens_the_samples_behind_it(
    home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
):
    folder = made.done(home, project)
    monkeypatch.setattr(matrix, "draw", lambda *args, **options: (0, 1))
    at = open_page("evaluate", project=project.id, run=folder.id)
    said = made.words(at)
    behind = results.samples_in_cell(folder.id, "validation", "negative", "positive")
    assert f"{len(behind)} samples: is “negative”, the model says “positive”" in said
    assert all((one.sample.text or "") in said for one in behind)


def test_the_cells_of_the_matrix_say_what_they_are():
    drawn = picture(["no", "yes"], [[8, 2], [0, 5]], None)
    assert drawn["cells"][0][1] == {
        "count": 2, "share": 0.2, "text": "20\u00a0%", "spoken": "2 of 10: is “no”, the model says “yes”",
    }  # fmt: skip
    assert drawn["cells"][1][0]["count"] == 0
    assert picture(["a", "b", "c", "d"], [[1] * 4] * 4, None)["columns"] == ["a", "b", "c", "d"]


def test_words_of_people_are_never_read_as_markup(home: Home, open_page: OPENER):
    made.fetched(home)
    hostile = made.project(home, classes=("![x](http://evil.test/a.png)", "<b>plain</b>"))
    folder = made.done(home, hostile)
    at = open_page("evaluate", project=hostile.id, run=folder.id)
    for kind in ("markdown", "caption", "info", "warning", "subheader"):
        for element in at.main.get(kind):
            assert "![x](" not in element.value
            assert "http://evil.test" not in element.value
    assert "<b>" not in str([figure.proto.spec for figure in at.main.get("plotly_chart")])


def test_the_exam_is_sealed_until_it_is_opened_for_this_model(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "20 samples nobody has tuned on wait" in made.words(at)
    assert not runs.runs_of(project.id, "exam")
    made.button(at, "open-exam").click().run()
    assert not runs.runs_of(project.id, "exam"), "a question comes first"
    assert made.button(at, "open-exam-sure") is not None  # its press is tried in a browser: a dialog is a fragment


def test_an_exam_being_marked_says_so(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    results.open_exam(folder.id)
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "The exam is being marked." in made.words(at)
    assert made.button(at, "open-exam") is None


def test_an_opened_exam_shows_its_number_beside_its_openings(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    made.examined(home, project, folder)
    other = made.done(home, project, seed=2)
    at = open_page("evaluate", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Exam result: 0.7" in said
    assert "Opened once in this project." in said
    assert made.button(at, "open-exam") is None
    at = open_page("evaluate", project=project.id, run=other.id)
    assert "The exam was opened once in this project, for another model." in made.words(at)


def test_a_failed_exam_says_why_and_can_be_tried_again(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    job = made.run(home, ExamPlan(project=project.id, run=folder.id))
    made.end(job, "failed", reason="jobs.ours")
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "Something went wrong on our side." in made.words(at)
    assert made.button(at, "open-exam") is not None


def test_before_a_result_the_page_says_where_it_is(home: Home, project: Project, open_page: OPENER):
    at = open_page("evaluate", project=project.id)
    assert "Nothing to judge yet" in made.words(at)
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(2))
    with made.Held(folder):
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "The result is on its way" in made.words(at)
    made.end(folder, "failed", reason="jobs.ours")
    at = open_page("evaluate", project=project.id, run=folder.id)
    assert "This run left nothing to judge" in made.words(at)


def test_the_licence_of_a_sample_set_stands_beside_its_samples(home: Home, project: Project, open_page: OPENER):
    from tl_core.store.datasets import load_dataset, save_dataset
    from tl_core.store.projects import set_dataset

    dataset = load_dataset(home, project.id, str(project.dataset))
    licensed = save_dataset(home, project.id, dataset.model_copy(update={"licence": "CC-BY-NC-SA-4.0"}))
    project = set_dataset(home, project.id, licensed.id)
    folder = made.done(home, project)
    assert "CC-BY-NC-SA-4.0" in made.words(open_page("evaluate", project=project.id, run=folder.id, look="answers"))


def test_only_trainings_on_the_same_data_are_compared(home: Home, project: Project):
    from pages._ui import trainings

    made.done(home, project, "scratch")
    folder = made.done(home, project)
    among = trainings.of_project(project)
    shown = next(one for one in among if one.id == folder.id)
    found = results.report(folder.id, "validation")
    assert found is not None
    assert [one.plan.recipe for one, _ in judgement.from_scratch(shown, among, found)] == ["scratch"]
