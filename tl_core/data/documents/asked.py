"""Which columns hold questions, answers, the documents that answer, conversations: a guess, to be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from tl_core.data.columns import words_of
from tl_core.data.refused import Refused

HINTS = {  # the likelier the earlier
    "question": (
        "question", "questions", "query", "ask", "asked", "frage", "anfrage", "pregunta", "domanda", "pergunta",
        "vraag", "prompt", "instruction", "request", "issue", "problem", "inquiry", "q", "body", "description",
        "subject", "title", "input",
    ),
    "answer": (
        "answer", "answers", "antwort", "réponse", "reponse", "respuesta", "risposta", "resposta", "antwoord", "reply",
        "response", "solution", "lösung", "resolution", "completion", "output", "a",
    ),
    "document": (
        "document", "documents", "doc", "docs", "manual", "page", "pages", "source", "sources", "cited", "reference",
        "references", "article", "url", "link", "file",
    ),
    "thread": ("thread", "conversation", "ticket", "case", "session", "chat", "dialog", "dialogue", "call", "id"),
    "role": ("role", "author", "sender", "speaker", "from", "who", "agent", "direction", "type", "name"),
    "text": ("message", "text", "content", "body", "utterance", "comment", "post", "msg"),
}  # fmt: skip
SPEAKERS = 5  # of the names for roles: columns called so hold nothing else
SURE = 11  # of the names for questions: columns called so hold nothing else
EXPORTED = {"question": "text", "answer": "answer", "document": "documents", "passages": "passages"}  # by Thaw itself
NESTED = ("messages", "conversation", "conversations", "turns", "thread", "dialog", "dialogue", "chat", "history")
AGENT = re.compile(
    r"agent|support|assistant|staff|admin|operator|advisor|helpdesk|service|team|bot|gpt|outbound|outgoing|expert|"
    r"technician|berater|mitarbeiter",
    re.IGNORECASE,
)
CUSTOMER = re.compile(
    r"customer|user|client|requester|visitor|human|inbound|incoming|guest|kunde|cliente", re.IGNORECASE
)


RowKind = Literal["pairs", "log", "nested", "exported", "table"]  # what a row is: see ``Roles``


class Roles(NamedTuple):
    """Names of columns. ``nested``: whole conversations in its cells; ``passages``: ids of them."""

    question: str | None = None
    answer: str | None = None
    document: str | None = None
    thread: str | None = None
    role: str | None = None
    text: str | None = None
    nested: str | None = None
    passages: str | None = None

    @property
    def threaded(self) -> bool:
        return bool(self.thread and self.text)

    @property
    def kind(self) -> RowKind:
        if self.passages:
            return "exported"
        if self.nested:
            return "nested"
        return "log" if self.threaded else "pairs" if self.question else "table"


def guess(names: Sequence[str], rows: Sequence[Mapping[str, str]], given: Mapping[str, Any]) -> Roles:
    """By the columns' names and what they hold; ``given`` is what a person said, "" that there is none.

    Raises ``Refused`` (area data).
    """
    said = {role: _known(given.get(role), names) for role in HINTS}
    if said["question"] == said["thread"] == "":
        return Roles()
    if said["thread"] or said["role"]:
        return _threads(names, rows, said)
    if said["question"] or said["answer"]:
        return _pairs(names, said)
    if set(EXPORTED.values()) <= set(names):
        return Roles(**EXPORTED)
    nested = next((name for name in names if _plain(name) in NESTED and _holds_lists(name, rows)), None)
    if nested:
        return Roles(nested=nested)
    pairs = _pairs(names, said)
    sure = pairs.question is not None and words_of(pairs.question) & set(HINTS["question"][:SURE])
    if pairs.question and (pairs.answer or sure):
        return pairs
    threads = _threads(names, rows, said)
    return threads if threads.threaded and _speaks(threads.role, rows) else Roles()


def _speaks(role: str | None, rows: Sequence[Mapping[str, str]]) -> bool:
    """Does the column say who wrote a message, by its name or by what stands in it?"""
    if role is None:
        return False
    known = words_of(role) & set(HINTS["role"][:SPEAKERS])
    return bool(known) or any(is_agent(row[role]) is not None for row in rows)


def is_agent(who: str) -> bool | None:
    """None: the word does not say."""
    if CUSTOMER.search(who):
        return False
    return True if AGENT.search(who) else None


def _pairs(names: Sequence[str], said: Mapping[str, str | None]) -> Roles:
    answer = _or_best("answer", said, names, said["question"])
    question = _or_best("question", said, names, answer)
    return Roles(question, answer, _or_best("document", said, names, question, answer))


def _threads(names: Sequence[str], rows: Sequence[Mapping[str, str]], said: Mapping[str, str | None]) -> Roles:
    role = _or_best("role", said, names, said["text"])
    text = _or_best("text", said, names, role)
    others = [name for name in names if name not in (role, text) and _repeats(name, rows)]
    return Roles(thread=said["thread"] or _best("thread", others), role=role, text=text)


def _or_best(role: str, said: Mapping[str, str | None], names: Sequence[str], *taken: str | None) -> str | None:
    told = said[role]
    return _best(role, names, *taken) if told is None else told or None


def _best(role: str, names: Sequence[str], *taken: str | None) -> str | None:
    """The column whose name says most clearly that it has this role."""
    hints = HINTS[role]
    ranked = [
        (min(hints.index(word) for word in found), place, name)
        for place, name in enumerate(names)
        if name not in taken and (found := words_of(name) & set(hints))
    ]
    return min(ranked)[2] if ranked else None


def _repeats(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    cells = [row[name] for row in rows if row[name].strip()]
    return len(set(cells)) < len(cells)


def _holds_lists(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    cells = [row[name].strip() for row in rows if row[name].strip()]
    return bool(cells) and all(cell.startswith("[") for cell in cells)


def _plain(name: str) -> str:
    return name.strip().lower()


def _known(asked: str | None, names: Sequence[str]) -> str | None:
    """A column that a person named, whatever its case; "" stays, and means none."""
    if not asked:
        return asked
    for name in names:
        if name.casefold() == asked.casefold():
            return name
    raise Refused("data.column_missing", column=asked, known=", ".join(names[:20]))
