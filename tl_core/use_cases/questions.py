"""The questions of a support assistant: what it learns from and is judged by, typed, brought or kept from a talk."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tl_core.data.incoming import as_fault
from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.domain.answer import Origin, Question
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Refusal, Sample
from tl_core.domain.fault import InputFault
from tl_core.store import locks
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.questions import add_questions, question_id, read_questions, remove_questions

READING = "tl_core.data.documents.reading:read"
LEAST = 20  # questions with a known answer, before any figure says something
LONGEST, LONGEST_ANSWER = 2000, 8000  # characters


class Needed(Noun):
    """How many questions there are of those that figures take."""

    judged: int  # whose answer is known
    least: int = LEAST


class Imported(Noun):
    """What came of a file of questions."""

    added: int  # that were not there before
    known: int  # that were, and took what the file knows more
    refused: list[Refusal]


def questions(project_id: str) -> list[Question]:
    """Oldest first. Raises InputFault: no such project."""
    read_project(Home.default(), project_id)
    return read_questions(Home.default().project(project_id))


def needed(project_id: str) -> Needed:
    """Raises InputFault: no such project."""
    return Needed(judged=sum(one.judged for one in questions(project_id)))


def add(
    project_id: str, text: str, *, answer: str = "", passages: Sequence[str] = (), documents: Sequence[str] = (),
    unanswerable: bool = False, origin: Origin = "typed",
) -> Question:  # fmt: skip
    """Keep a question; one that is there already takes what is new. Raises InputFault for one that says nothing."""
    text, answer = " ".join(text.split()), answer.strip()
    if not text:
        raise InputFault("questions.empty")
    if len(text) > LONGEST:
        raise InputFault("questions.too_long", longest=LONGEST)
    if len(answer) > LONGEST_ANSWER:
        raise InputFault("questions.answer_too_long", longest=LONGEST_ANSWER)
    _known_passages(project_id, passages)
    one = Question(
        id=question_id(text), text=text, answer=answer, passages=list(passages), documents=list(documents),
        unanswerable=unanswerable, origin=origin, created=time.time(),
    )  # fmt: skip
    with _undisturbed():
        found = add_questions(Home.default(), project_id, [one])
    return next(kept for kept in found if kept.id == one.id)


def remove(project_id: str, ids: Collection[str]) -> None:
    """Raises InputFault: no such project, or somebody else is changing them."""
    read_project(Home.default(), project_id)
    with _undisturbed():
        remove_questions(Home.default(), project_id, ids)


def import_file(project_id: str, path: Path | str) -> Imported:
    """Questions of a table or a log of tickets; documents that it names are looked for among the project's.

    Raises InputFault where nothing in it can be used.
    """
    from tl_core.data.documents.cited import Cited
    from tl_core.data.documents.reading import MEMORY_MB, SECONDS

    file = Path(path)
    try:
        told = run_one(READING, {"path": str(file), "name": file.name}, memory_mb=MEMORY_MB, seconds=SECONDS)
    except Refused as refused:
        raise as_fault(refused) from None
    samples = _samples(project_id)
    own, cited = {sample.id for sample in samples}, Cited(dict.fromkeys(sample.source for sample in samples))
    fresh = {
        question_id(one["text"]): Question(
            **one
            | {
                "id": question_id(one["text"]),
                "passages": [name for name in one["passages"] if name in own],
                "documents": cited.find(one["documents"]),
                "created": time.time(),
            }
        )
        for one in told["questions"]
        if one["text"]
    }
    if not fresh:
        raise InputFault("questions.none_found")
    before = {one.id for one in questions(project_id)}
    with _undisturbed():
        add_questions(Home.default(), project_id, fresh.values())
    refused_rows = [Refusal(source=file.name, **remark) for remark in told["remarks"]]
    return Imported(added=len(fresh.keys() - before), known=len(fresh.keys() & before), refused=refused_rows)


def export(project_id: str) -> bytes:
    """All of them, one JSON object a line. Raises InputFault: no such project."""
    lines = [one.model_dump_json() for one in questions(project_id)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _known_passages(project_id: str, ids: Sequence[str]) -> None:
    if not {sample.id for sample in _samples(project_id)}.issuperset(ids):
        raise InputFault("documents.passage_gone")


def _samples(project_id: str) -> list[Sample]:
    project = read_project(Home.default(), project_id)
    return load_dataset(Home.default(), project_id, project.dataset).samples if project.dataset else []


@contextmanager
def _undisturbed() -> Iterator[None]:
    try:
        yield
    except locks.Taken:
        raise InputFault("questions.taken") from None
