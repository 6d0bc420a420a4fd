"""Tables of questions and answers, logs of conversations, and tables that are neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tl_core.data.documents.document import Document
from tl_core.data.documents.kinds import read
from tl_core.data.documents.tables import inspect
from tl_core.data.refused import Refused

LONG = "Hold the button for ten seconds until the light turns green."


def table(tmp_path: Path, name: str, content: str, **columns: str) -> Document:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read(path, name, columns)


@pytest.mark.parametrize(
    "head", ["question,answer", "Frage,Antwort", "Query,Agent reply", "body,response", "Description,Resolution"]
)
def test_questions_and_answers_are_known_by_their_columns(tmp_path: Path, head: str) -> None:
    [one, two] = table(tmp_path, "faq.csv", f"{head}\nHow so?,Like this.\nWhy?,\n").entries
    assert (one.question, one.answer, one.documents, one.row) == ("How so?", "Like this.", (), 2)
    assert (two.question, two.answer) == ("Why?", "")


def test_documents_that_answer_are_named_beside(tmp_path: Path) -> None:
    text = "question,answer,manual_pages_cited\nHow?,So.,library__re.txt|howto__regex.txt\nWhy?,Because.,\n"
    first, second = table(tmp_path, "faq.csv", text).entries
    assert first.documents == ("library__re.txt", "howto__regex.txt")
    assert second.documents == ()


def test_questions_alone_are_questions(tmp_path: Path) -> None:
    found = table(tmp_path, "q.jsonl", '{"question": "How?", "documents": ["a.pdf", "b.pdf"]}\n{"question": "Why?"}\n')
    assert [(one.question, one.documents) for one in found.entries] == [("How?", ("a.pdf", "b.pdf")), ("Why?", ())]


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "one,two,three\nHow?,So.,x\n"
    [entry] = table(tmp_path, "t.csv", text, question="ONE", answer="two", document="three").entries
    assert (entry.question, entry.answer, entry.documents) == ("How?", "So.", ("x",))
    with pytest.raises(Refused) as refused:
        table(tmp_path, "t.csv", text, question="four")
    assert refused.value.reason == "data.column_missing"


def test_a_log_of_messages_gives_a_question_a_conversation(tmp_path: Path) -> None:
    rows = [
        ("7", "customer", "Hi"),
        ("8", "customer", "My kettle leaks from below, what now?"),
        ("7", "customer", "How do I reset the router?"),
        ("7", "agent", LONG),
        ("7", "customer", "Thank you very much, that did help me a lot indeed."),
        ("7", "agent", "You're welcome!"),
        ("8", "agent", f"{LONG} Then dry it."),
    ]
    lines = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    found = table(tmp_path, "log.csv", f"ticket_id,author,message\n{lines}\n")
    assert found.threads
    assert [(one.thread, one.question, one.answer) for one in found.entries] == [
        ("7", "How do I reset the router?", LONG),
        ("8", "My kettle leaks from below, what now?", f"{LONG} Then dry it."),
    ]


def test_parts_are_told_by_who_begins_where_their_names_do_not(tmp_path: Path) -> None:
    text = f"thread,author,text\n1,Ann,How do I reset it please?\n1,Bob,{LONG}\n1,Ann,Thanks for all of your help.\n"
    [entry] = table(tmp_path, "log.csv", text).entries
    assert (entry.question, entry.answer) == ("How do I reset it please?", LONG)


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": "user", "content": "How do I reset it?"}, {"role": "assistant", "content": LONG}]},
        {"conversations": [{"from": "human", "value": "How do I reset it?"}, {"from": "gpt", "value": LONG}]},
        {"id": "x", "turns": ["How do I reset it?", LONG]},
    ],
)
def test_a_record_may_hold_a_conversation(tmp_path: Path, record: dict[str, Any]) -> None:
    [entry] = table(tmp_path, "log.jsonl", json.dumps(record)).entries
    assert (entry.question, entry.answer) == ("How do I reset it?", LONG)


def test_markup_of_a_help_desk_is_taken_off(tmp_path: Path) -> None:
    text = '{"question": "<p>How <b>so</b>?</p>", "answer": "<p>One.</p><ul><li>two</li></ul>"}\n'
    [entry] = table(tmp_path, "faq.jsonl", text).entries
    assert (entry.question, entry.answer) == ("How so?", "One.\n\n- two")


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("Question", "Answer"), ("How?", "So."), (None, "Nobody asked.")):
        book.active.append(row)
    book.save(tmp_path / "faq.xlsx")
    [entry] = read(tmp_path / "faq.xlsx", "faq.xlsx").entries
    assert (entry.question, entry.answer) == ("How?", "So.")


def test_all_sheets_of_a_workbook_are_read_unless_one_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets = {
        "FAQ": [("Question", "Answer"), ("How?", "So.")],
        "Codes": [("Code", "Meaning"), ("E5", "hot")],
        "Empty": [],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "all.xlsx")
    found = read(tmp_path / "all.xlsx", "all.xlsx")
    assert [entry.question for entry in found.entries] == ["How?"]
    assert [(block.kind, block.text, len(block.rows)) for block in found.blocks] == [
        ("heading", "Codes", 0), ("table", "", 2),
    ]  # fmt: skip
    assert not read(tmp_path / "all.xlsx", "all.xlsx", {"sheet": "Codes"}).entries


def test_another_table_stays_a_table(tmp_path: Path) -> None:
    found = table(tmp_path, "codes.csv", "code,meaning\nE5,too hot\nE6,no water\n")
    assert not found.entries
    [block] = found.blocks
    assert block.rows == (("code", "meaning"), ("E5", "too hot"), ("E6", "no water"))


def test_what_only_looks_like_a_conversation_stays_a_table(tmp_path: Path) -> None:
    rows = "\n".join(f"{kind},Clause {number} of it,{number % 2}" for number, kind in enumerate(("duty", "right") * 3))
    found = table(tmp_path, "clauses.csv", f"type,text,case\n{rows}\n")
    assert not found.entries
    assert len(found.blocks[0].rows) == 7


def test_a_broken_row_is_said(tmp_path: Path) -> None:
    found = table(tmp_path, "faq.jsonl", '{"question": "How?", "answer": "So."}\n{broken\n[1]\n')
    assert len(found.entries) == 1
    assert found.remarks == [{"reason": "refusals.document_rows", "values": {"row": 2, "count": 2}}]


LOG = "Vorgang;Wer;Inhalt\nV1;Kundin;It does not start at all.\nV1;Team;" + LONG + "\nV2;Kundin;It is too loud.\n"


def looked_at(tmp_path: Path, content: str, **columns: str) -> dict[str, Any]:
    path = tmp_path / "log.csv"
    path.write_text(content, encoding="utf-8")
    return inspect({"path": str(path), "name": path.name, "columns": columns})


def test_a_person_sees_how_a_table_would_be_read(tmp_path: Path) -> None:
    found = looked_at(tmp_path, "question,answer,page\nHow?,So.,2\n")
    assert (found["kind"], found["header"], found["rows"]) == (
        "pairs",
        ["question", "answer", "page"],
        [["How?", "So.", "2"]],
    )
    assert (found["columns"]["question"], found["columns"]["document"], found["columns"]["delimiter"]) == (
        "question", "page", ",",
    )  # fmt: skip


def test_columns_with_odd_names_are_a_log_once_a_person_says_so(tmp_path: Path) -> None:
    assert looked_at(tmp_path, LOG)["kind"] == "table"
    said = {"thread": "Vorgang", "role": "Wer", "text": "Inhalt"}
    assert looked_at(tmp_path, LOG, **said)["kind"] == "log"
    [one, two] = table(tmp_path, "log.csv", LOG, **said).entries
    assert (one.question, one.answer, two.answer) == ("It does not start at all.", LONG, "")


def test_a_person_may_say_that_there_is_no_such_column(tmp_path: Path) -> None:
    text = "question,answer,page\nHow?,So.,2\n"
    [one] = table(tmp_path, "faq.csv", text, question="question", answer="", document="").entries
    assert (one.answer, one.documents) == ("", ())
    assert not table(tmp_path, "faq.csv", text, question="", thread="").entries
