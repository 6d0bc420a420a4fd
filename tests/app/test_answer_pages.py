"""A support assistant's pages: how it is made, how good it is, and talking with it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.answer import errors, sentences
from pages._ui.watching import TRAINS
from tests.app import made, made_answer
from tests.app.conftest import OPENER, alts
from tl_core.domain.answer import Doubt, Reply, Span
from tl_core.domain.plan import AnswerPlan, LearningCurvePlan, PhrasePlan
from tl_core.domain.project import Project
from tl_core.jobs.children import PATIENCE
from tl_core.store.home import Home
from tl_core.use_cases import assistants, phrasing, questions, runs


@pytest.fixture
def project(home: Home, monkeypatch: pytest.MonkeyPatch) -> Project:
    made.worker(home)
    made.fetched(home)
    made_answer.answering(monkeypatch)
    return made_answer.project(home)


def _key(at: AppTest, kind: str, key: str):
    return next(one for one in at.get(kind) if (one.key or "").startswith(key))


def _press(at: AppTest, key: str) -> AppTest:
    return next(one for one in at.button if (one.key or "").startswith(key)).click().run()


class TestModel:
    def test_how_much_thaws_and_one_button(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        at = open_page("model", project=project.id)
        assert not at.exception
        assert "from 24 questions" in made.words(at)
        _key(at, "radio", "recipe-").set_value("finetune").run()
        made.button(at, "start-training").click().run()
        [job] = runs.runs_of(project.id, "answer")
        assert isinstance(job.plan, AnswerPlan)
        assert (job.plan.recipe, job.plan.backbone) == ("finetune", made_answer.ENCODER)
        assert job.plan.frozen_stages is not None
        assert made.address(at, "run") == job.id

    def test_few_questions_start_without_tuning_and_say_so(self, project: Project, open_page: OPENER):
        at = open_page("model", project=project.id)
        assert _key(at, "radio", "recipe-").value == "untuned"
        assert "Without enough questions nothing is tuned or judged." in made.words(at)

    def test_nothing_leads_to_a_ladder(self, project: Project, open_page: OPENER):
        assert made.button(open_page("model", project=project.id), "start-ladder") is None
        assert open_page("ladder", project=project.id).title[0].value == "How much should thaw?"


class TestTrain:
    def test_first_figures_then_the_best_epoch(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made.run(home, made_answer.plan(project))
        made.tell(folder, made_answer.going(5))
        with made.Held(folder):
            at = open_page("train", project=project.id, run=folder.id)
        assert not at.exception
        assert [one.value for one in at.metric] == ["0.46", "0.52", "0.61", "0.61"]
        assert "Epoch 3 is the best so far." in made.words(at)

    def test_untuned_has_no_curve(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_answer.plan(project, recipe="untuned"))
        made.tell(folder, made_answer.going(0)[:4])
        with made.Held(folder):
            at = open_page("train", project=project.id, run=folder.id)
        assert len(at.metric) == 3

    def test_the_end_says_what_is_in_use(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        made_answer.done(home, project)
        at = open_page("train", project=project.id)
        assert "In use: Words and tuned meaning." in made.words(at)
        made.button(at, "to-evaluate").click().run()
        assert at.title[0].value == "How good is it?"

    def test_few_questions_are_no_failure(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project, 3)
        made_answer.done(home, project, recipe="untuned")
        at = open_page("train", project=project.id)
        assert at.title[0].value == "It can be asked"
        assert "There are 3 questions with a known answer." in made.words(at)


class TestEvaluate:
    def test_what_it_finds_and_when_it_does_not_know(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert not at.exception
        said = made.words(at)
        assert "The right place is among the first five shown for about 2 of 3 of the questions." in said
        assert "clearly more than by words alone" in said
        assert "It answers about 4 of 5 of the questions that your documents answer, and about 1 of 10" in said
        assert "0.81 after tuning, 0.82 before" in said
        assert "8 questions that nothing was learned or chosen with wait" in said
        assert len(alts(at)) == 2

    def test_errors_by_kind(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert len(at.dataframe[0].value) == 24
        _key(at, "button_group", "kind-").set_value("refused").run()
        assert set(at.dataframe[0].value["error"]) == {"refused"}
        assert "it said that it does not know" in made.words(at)

    def test_one_question_is_opened(
        self, home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        monkeypatch.setattr(errors, "_table", lambda shown, asked, by_id, key: shown[1])
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "The right place is found, but others stand before it." in made.words(at)
        assert made_answer.MANUAL["Cleaning"] in made.words(at)

    def test_another_figure(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        _key(at, "button_group", "metric-").set_value("mrr").run()
        assert "(MRR)" in made.words(at)

    def test_few_questions_have_no_figures(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project, 3)
        folder = made_answer.done(home, project, recipe="untuned")
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "too few for any figure" in made.words(at)
        assert not alts(at)

    def test_the_exam_stands_beside(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        made_answer.examined(home, project, folder)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "Exam result: the right place is among the first five for 0.67 of the questions" in made.words(at)
        _key(at, "button_group", "subset-").set_value("test").run()
        assert "nothing was learned or chosen with them" in made.words(at)

    def test_a_tuned_model_that_is_not_better_is_not_in_use(self, home: Home, project: Project):
        made_answer.questions(home, project)
        report = assistants.report(made_answer.done(home, project, "both").id, "validation")
        assert report is not None
        assert "the starting model stays in use" in sentences.tuning(report)

    def test_before_there_is_a_result_it_says_so(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_answer.plan(project))
        made.tell(folder, made_answer.going(1))
        with made.Held(folder):
            at = open_page("evaluate", project=project.id, run=folder.id)
        assert "The result is on its way" in made.words(at)


class TestMore:
    def test_it_is_measured_when_asked_for(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        made.button(at, "start-curve").click().run()
        [job] = runs.runs_of(project.id, "learning_curve")
        assert job.plan == LearningCurvePlan(base=made_answer.plan(project))
        assert "Choosing by parts of your questions" in [made.plain(one.proto.text) for one in at.get("progress")]

    def test_what_more_questions_may_bring(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        made.curve(made.run(home, LearningCurvePlan(base=made_answer.plan(project))))
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "About 150 more questions may bring 2 points (0.5 to 3.2)." in made.words(at)
        assert len(alts(at)) == 3


class TestWriting:
    def test_too_few_own_answers_are_said(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "Answers are quoted now." in made.words(at)
        assert "0 of the questions have an answer in your own words" in made.words(at)
        assert made.button(at, "start-writing") is None

    def test_a_language_model_is_fetched_then_taught(self, home: Home, project: Project, open_page: OPENER):
        for one in made_answer.questions(home, project)[:20]:
            questions.add(project.id, one.text, answer="So and so.", passages=one.passages)
        folder = made_answer.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert made.button(at, "fetch-writer") is not None
        made.fetched(home, "packaged:SmolLM2-135M-Instruct")
        at = open_page("evaluate", project=project.id, run=folder.id)
        made.button(at, "start-writing").click().run()
        assert not at.exception
        [job] = runs.runs_of(project.id, "phrase")
        assert isinstance(job.plan, PhrasePlan)
        assert (job.plan.run, job.plan.generator) == (folder.id, "packaged:SmolLM2-135M-Instruct")
        assert made.button(at, "stop") is not None

    @pytest.mark.parametrize("possible", [True, False])
    def test_four_bits_are_offered_where_they_are_possible(
        self, home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch, possible: bool
    ):
        monkeypatch.setattr(phrasing, "four_bit", lambda: possible)
        for one in made_answer.questions(home, project)[:20]:
            questions.add(project.id, one.text, answer="So and so.", passages=one.passages)
        folder = made_answer.done(home, project)
        made.fetched(home, "packaged:SmolLM2-135M-Instruct")
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert [one.key for one in at.toggle] == ["four-bit"] * possible
        for toggle in at.toggle:
            toggle.set_value(True)
        made.button(at, "start-writing").click().run()
        [job] = runs.runs_of(project.id, "phrase")
        assert isinstance(job.plan, PhrasePlan)
        assert job.plan.four_bit == possible

    @pytest.mark.parametrize("offered", [True, False])
    def test_written_answers_are_offered_only_where_they_hold(
        self, home: Home, project: Project, open_page: OPENER, offered: bool
    ):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        made_answer.taught(home, project, folder, offered=offered)
        at = open_page("evaluate", project=project.id, run=folder.id)
        said = made.words(at)
        assert f"On 10 questions kept back, 8 quoted answers and {9 if offered else 4} written ones" in said
        assert ("Written answers are offered." in said) == offered
        assert "18.0 before, 18.6 after" in said
        assert all(one in said for one in ("Q?", "E.", "Quote.", "Written.")), "they can be read, not only counted"
        at = open_page("use", project=project.id, run=folder.id)
        assert any((one.key or "").startswith("voice-") for one in at.get("button_group")) == offered

    def test_the_written_voice_is_asked_where_it_is_chosen(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        written = made_answer.taught(home, project, folder, offered=True)
        at = open_page("use", project=project.id, run=folder.id)
        _key(at, "button_group", "voice-").set_value("written").run()
        at.chat_input[0].set_value("What does E7 mean?").run()
        assert f"talk-{project.id}-{written.id}" in at.session_state


class TestTalk:
    def test_an_answer_with_its_source_before_any_training(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        assert "Not examined yet: there are 0 of 20 questions" in made.words(at)
        at.chat_input[0].set_value("What does E7 mean?").run()
        said = made.words(at)
        assert not at.exception
        assert "E7 means that the filter is clogged." in said
        assert "manual.pdf › Pump › Error codes, page 3" in said

    def test_what_people_type_is_never_markdown(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("**What** does <b>E7</b> mean?").run()
        assert any(one.value == "**What** does <b>E7</b> mean?" for one in at.get("text"))
        assert not any("<b>" in one.value for one in at.markdown if not one.value.startswith("<style>"))

    def test_not_knowing_is_said_with_the_nearest_places(
        self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        real = assistants.ask_streaming

        def unsure(project_id: str, question: str, run_id: str | None = None):
            for reply in real(project_id, question, run_id):
                yield reply.model_copy(update={"answered": False, "answer": "", "threshold": 0.9})

        monkeypatch.setattr(assistants, "ask_streaming", unsure)
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("Can the pump swim?").run()
        assert "I don’t know." in made.words(at)
        _press(at, "right-")
        [kept] = questions.questions(project.id)
        assert (kept.unanswerable, kept.origin) == (True, "thumb")

    def test_thumbs_up_makes_a_question(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("What does E7 mean?").run()
        _press(at, "right-")
        [kept] = questions.questions(project.id)
        assert (kept.judged, kept.origin) == (True, "thumb")
        assert "the next training learns from it" in made.words(at)

    def test_a_correction_names_the_right_passage(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("What does E7 mean?").run()
        _press(at, "wrong-")
        _key(at, "text_input", "sought-").set_value("store before frost").run()
        which = _key(at, "radio", "which-")
        frost = next(one.passage for one in assistants.ask(project.id, "store before frost").sources)
        which.set_value(frost).run()
        _key(at, "text_area", "own-").set_value("Clean the filter.").run()
        _press(at, "keep-")
        [kept] = questions.questions(project.id)
        assert (kept.passages, kept.answer, kept.origin) == ([frost], "Clean the filter.", "correction")

    def test_a_question_is_not_lost_where_nobody_answers(self, home: Home, project: Project, open_page: OPENER):
        made.worker(home, alive=False)
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("What does E7 mean?").run()
        assert at.error
        made.worker(home)
        at.chat_input[0].set_value("When do I rinse the filter?").run()
        assert at.error  # the first is asked again only where a person wants it
        assert "Rinse the filter" in made.words(at)
        _press(at, "retry-")
        assert not at.error
        assert "E7 means that the filter is clogged." in made.words(at)

    def test_one_of_the_projects_own_questions_is_a_press_away(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        at = _press(open_page("use", project=project.id), "begin-")
        assert len(at.chat_message) == 2
        assert "Question 0 about the pump?" in made.words(at)

    def test_a_source_without_a_heading_is_named_by_its_question(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("Who sends a new filter?").run()
        assert "“Where do I get a new filter?”" in made.words(at)

    def test_starting_over_forgets(self, project: Project, open_page: OPENER):
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("What does E7 mean?").run()
        _press(at, "again-")
        assert "E7 means" not in made.words(at)

    def test_doubts_are_said_in_words(self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        real = assistants.ask_streaming

        def written(project_id: str, question: str, run_id: str | None = None):
            for reply in real(project_id, question, run_id):
                doubt = Doubt(span=Span(start=0, end=2), kind="number")
                yield Reply.model_validate(
                    {**reply.model_dump(), "answer": "E8 means nothing.", "way": "written", "doubts": [doubt]}
                )

        monkeypatch.setattr(assistants, "ask_streaming", written)
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("What does E7 mean?").run()
        assert "1 part of this answer is not in its passages." in made.words(at)
        assert "Written by a language model" in made.words(at)

    def test_another_language_than_the_model_knows_is_said(
        self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(assistants, "languages", lambda project_id, run_id=None: ["en"])
        at = open_page("use", project=project.id)
        at.chat_input[0].set_value("Was bedeutet die Anzeige E7 auf der Pumpe bitte?").run()
        assert "The question seems to be in German. The starting model knows: English." in made.words(at)

    def test_take_it_along(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        at = open_page("use", project=project.id, run=folder.id, way="along")
        said = made.words(at)
        assert "It holds your passages" in said
        assert f"ask --bundle thaw-{folder.id}.zip" in at.code[0].value

    def test_an_examined_one_has_no_warning(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        folder = made_answer.done(home, project)
        assert "Not examined yet" not in made.words(open_page("use", project=project.id, run=folder.id))


def test_what_offers_to_keep_the_best_has_the_time_to_pack_it():
    assert {*TRAINS} - {"learning_curve"} == {*PATIENCE}
