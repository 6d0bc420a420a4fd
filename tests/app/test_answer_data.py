"""The data page of a support assistant: asked at once, looked into, questions kept."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.answer import documents as documents_view
from pages._ui.answer import questions as questions_view
from tests.app import made, made_answer
from tests.app.conftest import OPENER
from tl_core.domain.plan import Columns, IndexPlan, IntakePlan
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import documents, projects, questions, runs, uploads


@pytest.fixture
def project(home: Home, monkeypatch: pytest.MonkeyPatch) -> Project:
    made.worker(home)
    made_answer.answering(monkeypatch)
    return made_answer.project(home)


def ask(at: AppTest, question: str) -> AppTest:
    next(one for one in at.text_input if (one.key or "").startswith("question-")).set_value(question)
    return next(one for one in at.button if one.label == "Ask").click().run()


class TestBringing:
    def test_files_of_any_kind_are_offered_and_masked_on_request(self, home: Home, open_page: OPENER):
        project = projects.create("Pump support", "support")
        inbox = uploads.open_inbox()
        at = open_page("data", project=project.id, inbox=inbox.name)
        assert "They can be asked within seconds." in made.words(at)
        with uploads.Arrival(inbox.token, "manual.md") as file:
            file.write(b"# Pump\n\nPress the green button.")
        at = open_page("data", project=project.id, inbox=inbox.name)
        at.toggle(key="mask-personal").set_value(True)
        made.button(at, "read-documents").click().run()
        [job] = runs.runs_of(project.id, "intake")
        assert isinstance(job.plan, IntakePlan)
        assert (job.plan.mask_personal, job.plan.replace) == (True, False)

    def test_more_documents_are_added(self, home: Home, project: Project, open_page: OPENER):
        inbox = uploads.open_inbox()
        with uploads.Arrival(inbox.token, "more.md") as file:
            file.write(b"# More")
        at = open_page("data", project=project.id, bring="1", inbox=inbox.name)
        assert "Files of the same name replace the earlier ones." in made.words(at)
        at.toggle(key="replace-all").set_value(True)
        made.button(at, "read-documents").click().run()
        [job] = runs.runs_of(project.id, "intake")
        assert isinstance(job.plan, IntakePlan)
        assert job.plan.replace


LOG = b"Vorgang;Wer;Inhalt\nV1;Kundin;It does not start.\nV1;Team;Press the green button for three seconds.\n"


class TestColumns:
    @pytest.fixture
    def inbox(self, home: Home) -> uploads.Inbox:
        inbox = uploads.open_inbox()
        for name, content in (("log.csv", LOG), ("manual.md", b"# Pump")):
            with uploads.Arrival(inbox.token, name) as file:
                file.write(content)
        return inbox

    def test_a_table_is_read_as_a_person_says(self, inbox: uploads.Inbox, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id, bring="1", inbox=inbox.name)
        assert "How log.csv is read: as a table" in [made.plain(one.label) for one in at.expander]
        at.radio(key="row-is-log.csv").set_value("log").run()
        assert "Choose which column tells the conversation" in made.words(at)
        assert made.button(at, "read-documents").disabled
        for label, name in (("Conversation", "Vorgang"), ("Messages", "Inhalt"), ("Who wrote it", "Wer")):
            next(one for one in at.selectbox if one.label == label).set_value(name).run()
        assert not at.exception
        assert "How log.csv is read: conversations" in [made.plain(one.label) for one in at.expander]
        made.button(at, "read-documents").click().run()
        [job] = runs.runs_of(project.id, "intake")
        assert isinstance(job.plan, IntakePlan)
        assert list(job.plan.tables) == ["log.csv"]
        told = job.plan.tables["log.csv"]
        assert (told.thread, told.text, told.role, told.delimiter) == ("Vorgang", "Inhalt", "Wer", ";")

    def test_what_was_said_of_it_holds_when_it_comes_again(
        self, home: Home, inbox: uploads.Inbox, project: Project, open_page: OPENER
    ):
        said = Columns(question="", answer=None, thread="", delimiter=";")
        plan = IntakePlan(project=project.id, modality="text", paths=[], tables={"log.csv": said})
        made.end(made.run(home, plan), "done", model=False)
        at = open_page("data", project=project.id, bring="1", inbox=inbox.name)
        assert at.radio(key="row-is-log.csv").value == "table"
        made.button(at, "read-documents").click().run()
        newest = runs.runs_of(project.id, "intake")[0].plan
        assert isinstance(newest, IntakePlan)
        assert newest.tables == {"log.csv": said}

    def test_untouched_it_is_read_as_guessed(self, inbox: uploads.Inbox, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id, bring="1", inbox=inbox.name)
        made.button(at, "read-documents").click().run()
        [job] = runs.runs_of(project.id, "intake")
        assert isinstance(job.plan, IntakePlan)
        assert not job.plan.tables

    def test_a_list_of_questions_waits_for_its_columns(
        self, inbox: uploads.Inbox, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        uploads.discard(inbox.name)
        with uploads.Arrival(inbox.token, "list.csv") as file:
            file.write(b"Spalte,Wert\nWhat does E7 mean?,The filter is clogged.\n")
        monkeypatch.setattr(uploads, "open_inbox", lambda name=None: inbox)
        at = open_page("data", project=project.id, view="questions")
        assert "Say what a row is." in made.words(at)
        assert made.button(at, "add-questions").disabled
        at.radio(key="row-is-questions").set_value("pairs").run()
        next(one for one in at.selectbox if one.label == "Questions").set_value("Spalte").run()
        next(one for one in at.selectbox if one.label == "Answers").set_value("Wert").run()
        made.button(at, "add-questions").click().run()
        [kept] = questions.questions(project.id)
        assert (kept.text, kept.answer) == ("What does E7 mean?", "The filter is clogged.")


class TestAsking:
    def test_what_came_in_is_said_and_what_did_not(self, project: Project, open_page: OPENER):
        said = made.words(open_page("data", project=project.id))
        assert "3 documents in 6 passages" in said
        assert "scan.pdf was left out." in said
        assert "Before there are 20, nobody can know how often it finds the right place" in said

    def test_an_answer_is_one_click_from_a_question(self, project: Project, open_page: OPENER):
        at = ask(open_page("data", project=project.id), "What does E7 mean?")
        said = made.words(at)
        assert "Found for: What does E7 mean?" in said
        assert "Pump › Error codes, page 3" in said
        next(one for one in at.button if one.label == "This answers it").click().run()
        assert "Kept among the questions." in made.plain(at.success[0].value)
        [kept] = questions.questions(project.id)
        assert (kept.text, kept.judged, kept.origin) == ("What does E7 mean?", True, "typed")
        assert documents.passage(project.id, kept.passages[0]).text == made_answer.MANUAL["Error codes"]

    def test_that_nothing_answers_is_kept_too(self, project: Project, open_page: OPENER):
        at = ask(open_page("data", project=project.id), "Does the pump sing?")
        next(one for one in at.button if (one.key or "").startswith("nothing-")).click().run()
        [kept] = questions.questions(project.id)
        assert kept.unanswerable
        assert questions.needed(project.id).judged == 0

    def test_without_a_worker_it_says_so(self, home: Home, project: Project, open_page: OPENER):
        made.worker(home, alive=False)
        at = ask(open_page("data", project=project.id), "What does E7 mean?")
        assert at.error
        assert not at.exception


class TestIndex:
    def test_without_the_starting_model_it_is_offered(self, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id)
        assert made.button(at, "fetch-index") is not None

    def test_it_begins_by_itself_and_shows_how_far(self, home: Home, project: Project, open_page: OPENER):
        made.fetched(home)
        at = open_page("data", project=project.id)
        [job] = runs.runs_of(project.id, "index")
        assert isinstance(job.plan, IndexPlan)
        assert made.button(at, "index-stop") is not None

    def test_after_a_stop_a_person_says_when(self, home: Home, project: Project, open_page: OPENER):
        made.fetched(home)
        folder = made.run(
            home, IndexPlan(project=project.id, dataset=str(project.dataset), backbone=made_answer.ENCODER)
        )
        made.end(folder, "stopped", model=False)
        at = open_page("data", project=project.id)
        assert len(runs.runs_of(project.id, "index")) == 1
        made.button(at, "index-start").click().run()
        assert len(runs.runs_of(project.id, "index")) == 2


class TestQuestions:
    def test_they_are_listed_with_what_answers_them(self, home: Home, project: Project, open_page: OPENER):
        made_answer.questions(home, project)
        at = open_page("data", project=project.id, view="questions")
        shown = at.dataframe[0].value
        assert len(shown) == 25
        assert "nothing in the documents" in set(shown["answered_by"])
        assert any(one.startswith("manual.pdf › Pump › Cleaning, page 2") for one in shown["answered_by"])
        assert "24 questions with a known answer" in made.words(at)

    def test_one_gets_an_answer_in_the_teams_words(
        self, home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        made_answer.questions(home, project, 1)
        monkeypatch.setattr(questions_view, "_table", lambda newest, by_id: [newest[-1]])
        at = open_page("data", project=project.id, view="questions")
        at.text_area[0].set_value("Press the button.")
        next(one for one in at.button if one.label == "Save the answer").click().run()
        kept = questions.questions(project.id)[0]
        assert (kept.answer, kept.judged, kept.origin) == ("Press the button.", True, "typed")

    def test_they_are_removed(self, home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        made_answer.questions(home, project, 3)
        monkeypatch.setattr(questions_view, "_table", lambda newest, by_id: list(newest[:2]))
        at = open_page("data", project=project.id, view="questions")
        made.button(at, "remove-questions").click().run()
        assert len(questions.questions(project.id)) == 2

    def test_a_list_becomes_questions(
        self, home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
    ):
        inbox = uploads.open_inbox()
        with uploads.Arrival(inbox.token, "list.csv") as file:
            file.write(b"question,document\nWhat does E7 mean?,manual.pdf\nWhere to keep it in winter?,guide.md\n")
        monkeypatch.setattr(uploads, "open_inbox", lambda name=None: inbox)
        at = open_page("data", project=project.id, view="questions")
        made.button(at, "add-questions").click().run()
        assert not at.exception
        assert "2 questions were added." in made.plain(at.success[0].value)
        assert [one.documents for one in questions.questions(project.id)] == [["manual.pdf"], ["guide.md"]]
        assert not uploads.received(inbox.name)

    def test_none_yet(self, project: Project, open_page: OPENER):
        assert "No questions yet." in made.words(open_page("data", project=project.id, view="questions"))


class TestDocuments:
    def test_they_are_listed(self, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id, view="documents")
        shown = at.dataframe[0].value
        assert list(shown["name"]) == ["faq.csv", "guide.md", "manual.pdf"]
        assert "mail addresses" in set(shown["personal"])
        assert "questions with answers" in set(shown["asked"])

    def test_one_is_looked_into(self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(documents_view, "_table", lambda known: [known[-1]])
        said = made.words(open_page("data", project=project.id, view="documents"))
        assert "Pump › Warranty, page 4" in said
        assert "*Keep* the receipt." in said

    def test_it_is_removed_after_a_question(self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(documents_view, "_table", lambda known: [known[-1]])
        at = open_page("data", project=project.id, view="documents")
        made.button(at, "remove-documents").click().run()
        made.button(at, "remove-documents-now").click().run()
        assert [one.name for one in documents.documents(project.id)] == ["faq.csv", "guide.md"]

    def test_the_last_ones_stay(self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(documents_view, "_table", list)
        at = open_page("data", project=project.id, view="documents")
        made.button(at, "remove-documents").click().run()
        assert made.button(at, "remove-documents-now") is None
        assert "These are all documents. Bring others first, or delete the project." in [one.value for one in at.text]
