"""The questions of a support assistant: what it learns from and is judged by, typed, brought or kept from a talk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tl_core.data.documents.cited import recognised
from tl_core.data.documents.reading import MEMORY_MB, SECONDS
from tl_core.data.incoming import Incoming
from tl_core.data.items import read_items
from tl_core.data.refused import Refused
from tl_core.domain.answer import Origin, Question
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Refusal, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
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

    judged: int  # whose answer is known and among the documents
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
    samples = _samples(project_id)
    there = {*(sample.id for sample in samples), *(sample.source for sample in samples)}
    judged = (one for one in questions(project_id) if one.judged)
    return Needed(judged=sum(not there.isdisjoint([*one.passages, *one.documents]) for one in judged))


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


def import_file(
    project_id: str, path: Path | str, *, columns: Columns | None = None, mask_personal: bool = False
) -> Imported:
    """Questions of a table or a log of tickets, or of all those in a folder or zip file; nothing becomes a passage.

    Documents that they name are looked for among the project's. Raises InputFault where no question is found.
    """
    fresh, refused = asked_in(path, _samples(project_id), columns, mask_personal)
    before = {one.id for one in questions(project_id)}
    with _undisturbed():
        add_questions(Home.default(), project_id, fresh.values())
    return Imported(added=len(fresh.keys() - before), known=len(fresh.keys() & before), refused=refused)


def asked_in(
    path: Path | str, samples: Sequence[Sample], columns: Columns | None = None, mask_personal: bool = False
) -> tuple[dict[str, Question], list[Refusal]]:
    """Questions of a file by their ids, with those of ``samples`` that they name, and what was no question.

    Raises InputFault where no question is found.
    """
    told, refused = _told(Path(path), columns, mask_personal)
    fresh = {one.id: one for one in recognised(told, samples)}
    if not fresh:
        if refused:
            raise InputFault(refused[0].reason, **refused[0].values)
        raise InputFault("questions.none_found")
    return fresh, refused


def _told(path: Path, columns: Columns | None, mask: bool) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """What a limited child reads of each file."""
    found: list[dict[str, Any]] = []
    refused = []
    fixed = {"columns": columns.model_dump() if columns else None, "mask": mask}
    with (
        tempfile.TemporaryDirectory(dir=Home.default().cache) as work,
        Incoming([path], work=Path(work), accepts_tables=False, labelled=False) as upload,
    ):
        asked = read_items(
            upload.items(), READING, fixed, lambda item: {"name": item.source}, memory_mb=MEMORY_MB, seconds=SECONDS
        )
        for item, answer in asked:
            if isinstance(answer, Refused):
                refused.append(Refusal(source=item.source, reason=answer.reason, values=answer.values))
                continue
            found += answer["questions"]
            refused += [Refusal(source=item.source, **remark) for remark in answer["remarks"]]
            if not answer["questions"]:
                refused.append(Refusal(source=item.source, reason="questions.none_found"))
    return found, refused


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
