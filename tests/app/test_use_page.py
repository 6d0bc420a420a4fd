"""The use page: one answer, many answers, and a bundle that is offered only when it was proven."""

from __future__ import annotations

import pytest

from pages._ui import try_one
from pages._ui.bars.bars import SHOWN, picture
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.bundle import Parity
from tl_core.domain.event import Result, Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import PredictPlan
from tl_core.domain.project import Project
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import predict


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


@pytest.fixture
def model(home: Home, project: Project) -> RunFolder:
    return made.done(home, project)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model that is sure of "positive", and what it was asked."""
    questions: list[str] = []

    def answer(run_id: str, text: str) -> predict.Answer:
        questions.append(text)
        return predict.Answer(label="positive", probabilities={"positive": 0.97, "negative": 0.03}, seconds=0.2)

    monkeypatch.setattr(predict, "ask", answer)
    return questions


def test_a_text_is_answered_once_with_its_probabilities(
    project: Project, model: RunFolder, asked: list[str], open_page: OPENER
):
    at = open_page("use", project=project.id, run=model.id)
    assert "It chooses between: negative · positive" in made.words(at)
    at.text_area[0].set_value("*Lovely* [thing](http://x.test)")
    next(one for one in at.button if one.label == "Ask").click().run()
    said = made.words(at)
    assert asked == ["*Lovely* [thing](http://x.test)"]
    assert "quite sure" in said
    assert "answered in 0.20 s" in said
    assert "http://x.test" not in said, "a person's words are not read as Markdown"
    at.run()
    assert len(asked) == 1, "the same question is not asked again"


@pytest.mark.parametrize(
    ("answer", "said", "bars"),
    [
        ({"not_sure": "far"}, "Not sure: like nothing it learned from", 0),
        ({"not_sure": "torn", "possible": ["positive", "negative"]}, "It could be: positive · negative.", 1),
        (
            {"threshold": 0.2, "found": "positive"},
            "It says “positive” from 20\u00a0% on, by your rule. Here it is 30\u00a0%.",
            1,
        ),
        ({}, "unsure: look at it yourself", 1),
    ],
)
def test_not_sure_is_an_answer_too(
    project: Project, model: RunFolder, open_page: OPENER, monkeypatch: pytest.MonkeyPatch, answer, said, bars
):
    drawn: list = []
    monkeypatch.setattr(try_one.bars, "draw", lambda *given, **options: drawn.append(given))
    told = {"label": "positive", "probabilities": {"negative": 0.7, "positive": 0.3}, "seconds": 0.1, "decided": True}
    monkeypatch.setattr(predict, "ask", lambda run_id, text: predict.Answer(**(told | answer)))
    at = open_page("use", project=project.id, run=model.id)
    at.text_area[0].set_value("hello")
    next(one for one in at.button if one.label == "Ask").click().run()
    assert not at.exception
    assert said in made.words(at)
    assert "Percentages are corrected" in made.words(at)
    assert len(drawn) == bars


def test_of_a_model_that_nothing_judged_no_percentage_is_called_right(
    project: Project, model: RunFolder, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
):
    told = predict.Answer(label="positive", probabilities={"positive": 1.0}, seconds=0.1, decided=True, judged=False)
    monkeypatch.setattr(predict, "ask", lambda run_id, text: told)
    at = open_page("use", project=project.id, run=model.id)
    at.text_area[0].set_value("hello")
    next(one for one in at.button if one.label == "Ask").click().run()
    assert "how good it is with new samples is not known" in made.words(at)
    assert "Percentages are corrected" not in made.words(at)


def test_why_there_is_no_answer_is_said(
    project: Project, model: RunFolder, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
):
    def nobody(run_id: str, text: str) -> predict.Answer:
        raise InputFault("predict.no_predictor")

    monkeypatch.setattr(predict, "ask", nobody)
    at = open_page("use", project=project.id, run=model.id)
    at.text_area[0].set_value("hello")
    next(one for one in at.button if one.label == "Ask").click().run()
    assert "The worker is not running" in made.words(at)


def test_probabilities_come_likeliest_first_and_the_rest_is_summed():
    drawn = picture({f"c{k}": (k + 1) / 78 for k in range(12)})
    assert [row["label"] for row in drawn["rows"]][:2] == ["c11", "c10"]
    assert len(drawn["rows"]) == SHOWN + 1
    assert drawn["rows"][-1]["label"] == "4 other classes"
    assert sum(row["part"] for row in drawn["rows"]) == pytest.approx(1.0)
    assert "c11 0.15" in drawn["alt"]


def test_a_batch_that_ended_gives_its_answers_and_what_it_could_not_read(
    home: Home, project: Project, model: RunFolder, open_page: OPENER
):
    job = made.run(home, PredictPlan(project=project.id, run=model.id, paths=["x.csv"]))
    made.tell(job, [Started(), Result(values={"rows": 1234, "refused": 3, "not_sure": 17})])
    (job.path / "answers.csv").write_text("sample,label\n1,positive\n")
    made.end(job, "done")
    at = open_page("use", project=project.id, run=model.id, way="many")
    said = made.words(at)
    assert "1,234 answers · 17 not sure · 3 could not be read" in said
    assert [one.proto.label for one in at.main.get("download_button")][:1] == ["Download the answers"]


def test_a_batch_that_failed_says_why(home: Home, project: Project, model: RunFolder, open_page: OPENER):
    job = made.run(home, PredictPlan(project=project.id, run=model.id, paths=["x.csv"]))
    made.end(job, "failed", reason="predict.nothing_read", values={"count": 2, "reason": "It is empty."})
    at = open_page("use", project=project.id, run=model.id, way="many")
    assert "None of the 2 samples could be read." in made.words(at)


def test_the_bundle_is_offered_with_what_was_checked(project: Project, model: RunFolder, open_page: OPENER):
    at = open_page("use", project=project.id, run=model.id, way="along")
    said = made.words(at)
    assert "gave the same answers and probabilities on 40 held-out samples" in said
    labels = [one.proto.label for one in at.main.get("download_button")]
    assert labels == ["Download the model", "As a web page", "As a PDF"]
    assert f"--bundle thaw-{model.id}.zip" in at.code[0].value
    assert "Not a medical device" in said


@pytest.mark.parametrize(
    ("parity", "said"),
    [
        (None, "Its package was not checked"),
        (Parity(samples=40, labels_equal=False, largest_difference=0.2), "did not answer as the measured model did"),
    ],
)
def test_without_proof_there_is_no_download(
    project: Project, model: RunFolder, open_page: OPENER, parity: Parity | None, said: str
):
    if parity is None:
        (model.bundle / "parity.json").unlink()
    else:
        write_json(model.bundle / "parity.json", parity)
    at = open_page("use", project=project.id, run=model.id, way="along")
    assert said in made.words(at)
    assert "Download the model" not in [one.proto.label for one in at.main.get("download_button")]


def test_pictures_are_asked_about_by_upload(home: Home, open_page: OPENER):
    made.fetched(home)
    photos = made.project(home, "photos", ("bird", "flower"), 12)
    folder = made.done(home, photos)
    at = open_page("use", project=photos.id, run=folder.id)
    assert len(at.main.get("file_uploader")) == 1
    assert not at.text_area


def test_a_training_without_a_model_is_not_offered(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    made.end(folder, "failed", reason="jobs.ours")
    at = open_page("use", project=project.id, run=folder.id)
    assert "No model to use yet" in made.words(at)
