"""What every kind of document is read into: headings, paragraphs, items, tables and code, in their order."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Kind = Literal["heading", "paragraph", "item", "term", "code", "table"]
# item: of a list; term: what the next block explains, such as the name of a setting


class Block(NamedTuple):
    kind: Kind
    text: str = ""  # one line, but for code; a heading without any ends the one before it
    level: int = 0  # of a heading, from 1; 0: the document's own title
    rows: tuple[tuple[str, ...], ...] = ()  # of a table; the first one names its columns
    page: int | None = None  # from 1, where the document has pages


class Entry(NamedTuple):
    """A question with what a person answered; a row of a table, or a conversation."""

    question: str
    answer: str  # may be empty: a question alone
    row: int  # from 1
    documents: tuple[str, ...] = ()  # as the table names them
    thread: str | None = None  # of which conversation
    passages: tuple[str, ...] = ()  # ids, as Thaw itself wrote them
    unanswerable: bool = False  # somebody said that the material does not hold the answer


class Document(NamedTuple):
    """``entries`` of a table of questions; every other document has ``blocks``."""

    blocks: list[Block] = []
    entries: list[Entry] = []
    remarks: list[dict[str, Any]] = []  # {"reason", "values"}: what a person should know
    threads: bool = False  # the entries are conversations

    def with_doubt(self, text: str, encoding: str) -> Document:
        """With a remark where some of the file's ``text`` could not be read in its encoding."""
        if "\ufffd" not in text:
            return self
        doubt = {"reason": "refusals.undecodable", "values": {"encoding": encoding}}
        return self._replace(remarks=[*self.remarks, doubt])
