"""A project's questions: typed, brought in files, counted, exported and brought again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.test_document_intake import MANUAL, brought, written
from tl_core.domain.fault import InputFault
from tl_core.store import locks
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.use_cases import documents, questions


@pytest.fixture
def project(home: Home, tmp_path: Path) -> str:
    made = create_project(home, "Kettle", "support")
    brought(home, made.id, [written(tmp_path / "docs", manual__md=MANUAL, notes__txt="Cables are grey.")])
    return made.id


def test_a_typed_question_with_the_passage_that_answers_counts(project: str) -> None:
    [first, *_] = documents.passages(project, "manual.md")
    assert questions.needed(project) == questions.Needed(judged=0, least=20)
    one = questions.add(project, "  What does it \n do? ", passages=[first.id])
    assert one.text == "What does it do?"
    questions.add(project, "Is it red?", unanswerable=True)
    assert questions.needed(project).judged == 1
    again = questions.add(project, "what does it do?", answer="It boils water.")
    assert (again.id, again.passages, again.answer) == (one.id, [first.id], "It boils water.")
    documents.remove(project, ["manual.md"])
    assert questions.needed(project).judged == 0
    questions.remove(project, [one.id])
    assert [left.text for left in questions.questions(project)] == ["Is it red?"]


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (" ", {}, "Type a question first"),
        ("x" * 2001, {}, "too long"),
        ("How?", {"answer": "x" * 8001}, "answer is too long"),
        ("How?", {"passages": ["nobody"]}, "not in the documents any more"),
    ],
)
def test_what_cannot_be_kept_is_said(project: str, text: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(InputFault, match=said):
        questions.add(project, text, **more)  # type: ignore[arg-type]
    assert questions.questions(project) == []


def test_a_file_of_questions_becomes_no_passages(project: str, tmp_path: Path) -> None:
    text = "question,answer,pages\nHow do I descale it?,With vinegar.,manual.pdf\nWhat colour?,Grey.,\n"
    path = written(tmp_path / "asked", asked__csv=text, photo__png=b"\x89PNG\r\n") / "asked.csv"
    assert questions.import_file(project, path) == questions.Imported(added=2, known=0, refused=[])
    found = questions.import_file(project, path.parent)
    assert (found.added, found.known) == (0, 2)
    assert [(one.source, one.reason) for one in found.refused] == [("photo.png", "refusals.not_a_document")]
    first, second = questions.questions(project)
    assert (first.documents, first.answer, first.passages) == (["manual.md"], "With vinegar.", [])
    assert (first.judged, second.judged) == (True, False)
    assert len(documents.documents(project)) == 2


def test_what_was_exported_can_be_brought_again(home: Home, project: str, tmp_path: Path) -> None:
    [first, *_] = documents.passages(project, "manual.md")
    questions.add(project, "What does it do?", answer="It boils.", passages=[first.id])
    questions.add(project, "Is it red?", unanswerable=True)
    before = questions.questions(project)
    path = tmp_path / "questions.jsonl"
    path.write_bytes(questions.export(project))
    questions.remove(project, [one.id for one in before])
    questions.import_file(project, path)
    assert [one.model_dump(exclude={"created", "origin"}) for one in questions.questions(project)] == [
        one.model_dump(exclude={"created", "origin"}) for one in before
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "code,meaning\nE5,too hot\n", "No question was found"),
        ("a.png", "\x89PNG", "no document that Thaw reads"),
        ("a.csv", "", "empty"),
    ],
)
def test_a_file_without_questions_is_said(project: str, tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputFault, match=said):
        questions.import_file(project, tmp_path / name)


def test_two_at_once_end_in_a_sentence(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object, **__: object) -> None:
        raise locks.Taken({})

    monkeypatch.setattr(questions, "add_questions", taken)
    with pytest.raises(InputFault, match="being changed at this moment"):
        questions.add(project, "How?")
