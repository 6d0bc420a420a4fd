"""A support assistant as pages see it, without a worker."""

from __future__ import annotations

import zipfile

import pytest

from tests.answering.manual import project
from tests.runs.tiny_project import starting_model
from tl_core.backbones import catalogue
from tl_core.bundle.assistant import words_of, write_assistant, write_version_index
from tl_core.domain.answer import AnswerParity, AnswerReport, FinderReport, Question, Reply, Source
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import FetchPlan, IndexPlan, IntakePlan
from tl_core.domain.report import Metric
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.answers import write_report
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.questions import write_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import assistants, predict
from tl_core.use_cases import runs as jobs


@pytest.fixture
def tiny(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tiny model is the one that texts are read by."""
    name = starting_model(home, "text").card.name
    monkeypatch.setitem(catalogue.DEFAULTS, "text", name)
    return name


def test_the_index_from_nothing_to_ready(home: Home, tiny: str):
    empty = create_project(home, "Empty", "support").id
    assert assistants.ensure_index(empty) is None
    assert assistants.manifest(empty) is None
    with pytest.raises(InputFault, match="no documents"):
        assistants.ask(empty, "E7?")

    project_id, kept = project(home)
    write_version_index(home, project_id, kept)
    before = assistants.index_state(project_id)
    assert (before.passages, before.ready, before.job, before.fetched) == (len(kept.samples), False, None, True)
    job = assistants.ensure_index(project_id)
    assert job
    assert assistants.index_state(project_id).job == job
    assert assistants.ensure_index(project_id) == job  # not a second one
    assert perform(RunFolder.find(home, job)).state == "done"
    after = assistants.index_state(project_id)
    assert (after.ready, after.job) == (True, None)
    assert assistants.ensure_index(project_id) is None
    assert assistants.languages(project_id) == []  # a model that nobody taught a language


def test_without_the_starting_model_words_are_enough(home: Home):
    project_id, kept = project(home)
    write_version_index(home, project_id, kept)
    assert not assistants.index_state(project_id).fetched
    assert assistants.ensure_index(project_id) is None


def test_documents_that_came_in_are_read_by_themselves(home: Home, tiny: str):
    project_id, kept = project(home)
    comes = [
        IntakePlan(project=project_id, modality="text", paths=[]),
        IntakePlan(project=project_id, modality="text", paths=[], then_train=True),
        FetchPlan(project=project_id, backbone=tiny),
    ]
    for plan in comes:
        folder = runs.create_run(home, plan)
        folder.write_status(Status(state="done", ended=1.0))
        jobs.follow_up(folder)
        jobs.follow_up(folder)  # a worker that was killed in between
    found = [job.plan for job in jobs.runs_of(project_id, "index")]
    assert found == [IndexPlan(project=project_id, dataset=kept.id, backbone=tiny)] * 3


def test_a_training_in_the_list(home: Home, tiny: str):
    project_id, _ = project(home)
    run_id = assistants.start(assistants.default_plan(project_id))
    [found] = assistants.runs(project_id)
    assert (found.id, found.title, found.score, found.model) == (run_id, "Tiny", None, False)
    folder = RunFolder.find(home, run_id)
    finders = [
        FinderReport(name=name, metrics={"recall@5": Metric(value=value)}, seconds=0.1)
        for name, value in (("words", 0.4), ("both", 0.6))
    ]
    told = AnswerReport(
        subset="validation", questions=30, passages=6, documents=2, few_questions=False, finders=finders
    )
    write_report(folder, told)
    write_questions(folder.path, [Question(id="a", text="What?")])
    [found] = assistants.runs(project_id)
    assert (found.score, found.words) == (0.6, 0.4)
    assert assistants.report(run_id, "validation") == told
    assert assistants.report(run_id, "test") is None
    assert assistants.questions_of(run_id)[0].text == "What?"
    assert len(assistants.data_of(run_id).samples) == 6
    assert assistants.parity(run_id) is None
    with pytest.raises(InputFault):
        assistants.open_exam(run_id)  # there is no model


def test_only_what_a_fresh_process_confirmed_is_taken_along(home: Home, tiny: str):
    project_id, kept = project(home)
    folder = RunFolder.find(home, assistants.start(assistants.default_plan(project_id)))
    write_assistant(folder.bundle, kept.samples, words_of(kept), finder="words", run=folder.id)
    for parity in (None, AnswerParity(questions=3, sources_equal=False, largest_difference=0.0)):
        if parity:
            write_json(folder.bundle / "parity.json", parity)
        with pytest.raises(InputFault) as caught:
            predict.bundle_zip(folder.id)
        assert caught.value.key == "predict.not_certified"
    passed = AnswerParity(questions=3, sources_equal=True, largest_difference=0.0)
    write_json(folder.bundle / "parity.json", passed)
    assert assistants.parity(folder.id) == passed
    with zipfile.ZipFile(predict.bundle_zip(folder.id)) as archive:
        assert {f"thaw-{folder.id}/{name}" for name in ("assistant.json", "passages.jsonl", "card.md")} <= set(
            archive.namelist()
        )


def test_a_conversation_to_keep_holds_nobodys_marks():
    source = Source(passage="a", document="<b>pump</b>.pdf", heading=["Errors", "*E7*"], page=3, text="E7", score=0.5)
    replies = [
        Reply(question="# What\nis E7?", answered=True, answer="# E7\nis <i>clogged</i>", sources=[source], sureness=1,
              threshold=None),
        Reply(question="Gravy?", answered=False, answer="", sources=[], sureness=0, threshold=0.5),
    ]  # fmt: skip
    text = assistants.conversation_markdown(replies).decode()
    assert "## \\# What is E7?" in text
    assert "    # E7\n    is <i>clogged</i>" in text  # as code: nothing in it is a mark
    assert "\\<b\\>pump\\</b\\>.pdf, Errors › \\*E7\\*, page 3" in text
    assert "I don't know" in text
