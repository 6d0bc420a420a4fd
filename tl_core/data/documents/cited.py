"""Questions as a limited child tells them, with the documents and passages that a project really has."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from typing import Any

from tl_core.data.names import cleaned_path
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Sample
from tl_core.store.questions import question_id

PARTED = re.compile(r"[|;\n]+")
ENDING = re.compile(r"\.[a-z][a-z0-9]{1,6}$")
FOLDERS = re.compile(r"/|__|\\")  # a page's folder is sometimes written into its name


def named(cell: str) -> list[str]:
    """What a cell names: several are parted by | or ;, and a list of JSON is one."""
    plain = cell.strip().strip("[]").replace('", "', "|").replace("', '", "|")
    names = (part.strip().strip("\"'").partition("#")[0].strip() for part in PARTED.split(plain))
    return [name for name in names if name]


def recognised(told: Iterable[dict[str, Any]], samples: Sequence[Sample]) -> list[Question]:
    """``told`` as ``reading.read`` gives them; documents found by their names, passages that are not there left out."""
    cited = Cited(dict.fromkeys(sample.source for sample in samples))
    known = {sample.id for sample in samples}
    now = time.time()
    found = []
    for one in told:
        if one["text"]:
            own = {
                "id": question_id(one["text"]),
                "passages": [name for name in one["passages"] if name in known],
                "documents": cited.find(one["documents"]),
                "created": now,
            }
            found.append(Question.model_validate({**one, **own}))
    return found


class Cited:
    """Finds documents by names that are nearly theirs: without case, without the ending, by the end of the path."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._known: dict[str, list[str]] = {}
        for source in sources:
            parts = _parts(source)
            for place in range(len(parts)):
                self._known.setdefault("/".join(parts[place:]), []).append(source)

    def find(self, names: Sequence[str]) -> list[str]:
        """The documents named, each once; a name that is nobody's or that several share finds none."""
        found: dict[str, None] = {}
        for name in names:
            parts = _parts(name)
            for place in range(len(parts)):  # a longer path than ours: its end may be ours
                own = self._known.get("/".join(parts[place:]), [])
                if len(own) == 1:
                    found[own[0]] = None
                if own:
                    break
        return list(found)


def _parts(name: str) -> list[str]:
    plain = ENDING.sub("", cleaned_path(name).casefold())
    return [part for part in FOLDERS.split(plain) if part]
