"""A project's questions: ``questions.json`` in its folder, changed by whoever asks, whole at every moment.

A training copies what it learned from and was judged by into its own folder, so later questions change no figure.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from tl_core.domain.answer import Question
from tl_core.store import locks
from tl_core.store.atomic import write_bytes
from tl_core.store.home import Home

QUESTIONS = "questions.json"
_LIST = TypeAdapter(list[Question])


def question_id(text: str) -> str:
    """Equal texts are one question, whatever spaces and case they have."""
    return hashlib.sha256(" ".join(text.split()).casefold().encode()).hexdigest()[:16]


def read_questions(folder: Path) -> list[Question]:
    """Of a project's or a training's folder, oldest first."""
    try:
        return _LIST.validate_json((folder / QUESTIONS).read_bytes())
    except FileNotFoundError:
        return []


def write_questions(folder: Path, questions: Iterable[Question]) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_bytes(folder / QUESTIONS, _LIST.dump_json(list(questions)))


def add_questions(home: Home, project_id: str, questions: Iterable[Question]) -> list[Question]:
    """Add these; one that is there already takes what the new one knows more. Returns all."""
    fresh = list(questions)

    def change(known: dict[str, Question]) -> None:
        for one in fresh:
            known[one.id] = _joined(known[one.id], one) if one.id in known else one

    return _changed(home, project_id, change)


def remove_questions(home: Home, project_id: str, ids: Iterable[str]) -> list[Question]:
    gone = set(ids)
    return _changed(home, project_id, lambda known: [known.pop(one, None) for one in gone])


def follow_passages(home: Home, project_id: str, moved: Mapping[str, str]) -> None:
    """Passages that changed a little have new ids: questions that they answer follow them."""

    def change(known: dict[str, Question]) -> None:
        for one in known.values():
            passages = list(dict.fromkeys(moved.get(name, name) for name in one.passages))
            known[one.id] = one.model_copy(update={"passages": passages})

    if moved:
        _changed(home, project_id, change)


def _changed(home: Home, project_id: str, change: Callable[[dict[str, Question]], object]) -> list[Question]:
    folder = home.project(project_id)
    with locks.hold(folder / "questions.lock", 10.0, {}):
        known = {one.id: one for one in read_questions(folder)}
        change(known)
        found = list(known.values())
        write_questions(folder, found)
    return found


def _joined(old: Question, new: Question) -> Question:
    """A person's newest word counts for the answer; passages add up, unless it is said that there are none."""
    passages = [] if new.unanswerable else list(dict.fromkeys([*old.passages, *new.passages]))
    documents = [] if new.unanswerable else list(dict.fromkeys([*old.documents, *new.documents]))
    return new.model_copy(
        update={
            "answer": new.answer or old.answer,
            "passages": passages,
            "documents": documents,
            "group": old.group or new.group,
            "created": old.created or new.created or time.time(),
        }
    )
