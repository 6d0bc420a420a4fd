"""A table of questions and answers, a log of conversations, or any other table.

One with questions, or with messages of conversations, becomes entries; any other stays a table among documents. A
record of JSON may hold a whole conversation as a list of messages.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tl_core.data import tables
from tl_core.data.columns import has_header, names_of
from tl_core.data.documents import html
from tl_core.data.documents.asked import HINTS, Roles, guess, is_agent
from tl_core.data.documents.cited import named
from tl_core.data.documents.document import Block, Document, Entry
from tl_core.data.refused import Refused

ROWS = 50_000
LOOKED_AT = 200  # rows that the guess rests on
SUBSTANTIAL = 40  # characters of an answer that says something
GREETING = 15  # characters; a shorter first message only says hello
UNANSWERABLE = "unanswerable"  # a column that says so with one of these
YES = ("true", "yes", "1", "x")
WHO = ("role", "from", "author", "sender", "speaker", "user", "name")
WHAT = ("content", "value", "text", "message", "body", "utterance")
MARKUP = re.compile(r"</?(?:p|br|div|li|ul|ol|span|a|b|strong|em|table|td)\b[^<>]{0,500}>", re.IGNORECASE)


class Message(NamedTuple):
    who: str
    text: str


class _Row(NamedTuple):
    number: int  # from 1, as a spreadsheet counts
    cells: dict[str, str]


def read(path: Path, name: str, columns: dict[str, Any] | None) -> Document:
    """All sheets of a workbook, unless ``columns`` name one. Raises ``Refused`` (area data)."""
    given = columns or {}
    opened = tables.opened(path, name, given)
    if len(opened.sheets) < 2 or given.get("sheet"):
        return _sheet(opened, name, given)
    found: list[tuple[str, Document]] = []
    why = Refused("data.table_empty")
    for sheet in opened.sheets:
        try:
            found.append((sheet, _sheet(tables.opened(path, name, {**given, "sheet": sheet}), name, given)))
        except Refused as refused:  # most are empty
            why = refused
    if not found:
        raise why
    return Document(
        [block for sheet, one in found if one.blocks for block in (Block("heading", sheet, 1), *one.blocks)],
        [
            entry._replace(thread=f"{sheet} {entry.thread}" if entry.thread else None)
            for sheet, one in found
            for entry in one.entries
        ],
        [remark for _, one in found for remark in one.remarks],
        any(one.threads for _, one in found),
    )


def _sheet(opened: tables.Opened, name: str, given: dict[str, Any]) -> Document:
    remarks: list[dict[str, Any]] = []
    names, rows, _ = _named(opened.rows, given.get("header"), _records(name))
    found = list(islice(_cells(names, rows, remarks), ROWS + 1))
    if len(found) > ROWS:
        raise Refused("data.table_too_long", limit=ROWS)
    if not found:
        raise Refused("data.table_empty")
    roles = guess(names, [row.cells for row in found[:LOOKED_AT]], given)
    if roles.nested:
        entries = [entry for row in found for entry in _conversation(_messages(row.cells[roles.nested]), row.number)]
    elif roles.threaded:
        entries = _of_threads(found, roles)
    elif roles.question:
        entries = [entry for row in found if (entry := _entry(row, roles))]
    else:
        table = tuple(tuple(row.cells[one] for one in names) for row in found)
        return Document([Block("table", rows=(tuple(names), *table))], remarks=_few(remarks))
    return Document(entries=entries, remarks=_few(remarks), threads=bool(roles.nested or roles.threaded))


def inspect(item: dict) -> dict:
    """``{"path", "name", "columns"}`` -> the fields of ``use_cases.documents.AskedTable``, of a workbook's one sheet.

    Raises ``Refused`` (area data).
    """
    name, given = item["name"], item.get("columns") or {}
    opened = tables.opened(Path(item["path"]), name, given)
    names, rows, header = _named(opened.rows, given.get("header"), _records(name))
    found = [row.cells for row in islice(_cells(names, rows, []), LOOKED_AT)]
    if not found:
        raise Refused("data.table_empty")
    roles = guess(names, found, given)
    return {
        "columns": {**opened.columns, "header": header, **{role: getattr(roles, role) for role in HINTS}},
        "header": names,
        "rows": [[cells[one][: tables.SHOWN_CELL] for one in names] for cells in found[: tables.SHOWN]],
        "sheets": opened.sheets,
        "kind": roles.kind,
    }


def _records(name: str) -> bool:
    return tables.KINDS.get(Path(name).suffix.lower()) in ("records", "columnar")


def _named(rows: Iterator[Any], header: bool | None, records: bool) -> tuple[list[str], Iterator[Any], bool]:
    """The columns' names, the rows after them, and whether the first row named them."""
    head = list(islice(rows, LOOKED_AT))
    readable = [cells for _, cells in head if not isinstance(cells, Refused) and any(map(str.strip, cells))]
    if not readable:
        raise Refused("data.table_empty")
    if header is None:
        header = records or has_header(readable) or bool(guess(readable[0], [], {}).question)
    width = len(readable[0]) if header else max(map(len, readable))
    names = names_of(readable[0], header, width)
    if header:
        head = head[1 + next(i for i, (_, cells) in enumerate(head) if cells is readable[0]) :]
    return names, tables.chained(head, rows), bool(header)


def _cells(names: Sequence[str], rows: Iterator[Any], remarks: list[dict[str, Any]]) -> Iterator[_Row]:
    for number, cells in rows:
        if isinstance(cells, Refused):
            remarks.append({"reason": "refusals.document_row", "values": {"row": number}})
        elif any(map(str.strip, cells)):
            filled = [*cells, *[""] * (len(names) - len(cells))]
            yield _Row(number, dict(zip(names, filled, strict=False)))


def _few(remarks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of many rows that could not be read, and how many they are."""
    if len(remarks) < 2:
        return remarks
    return [{"reason": "refusals.document_rows", "values": {"row": remarks[0]["values"]["row"], "count": len(remarks)}}]


def _entry(row: _Row, roles: Roles) -> Entry | None:
    question = _written(row.cells[roles.question]) if roles.question else ""
    if not question:
        return None
    answer = _written(row.cells[roles.answer]) if roles.answer else ""
    documents = tuple(named(row.cells[roles.document])) if roles.document else ()
    passages = tuple(named(row.cells[roles.passages])) if roles.passages else ()
    none = row.cells.get(UNANSWERABLE, "").strip().lower() in YES
    return Entry(question, answer, row.number, documents, passages=passages, unanswerable=none)


def _written(cell: str) -> str:
    """Without the HTML that exports of help desks hold."""
    if not MARKUP.search(cell):
        return cell.strip()
    return "\n\n".join(f"- {one.text}" if one.kind == "item" else one.text for one in html.of_text(cell))


def _of_threads(rows: Sequence[_Row], roles: Roles) -> list[Entry]:
    """One entry a conversation, in the order in which they begin."""
    threads: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if thread := row.cells[roles.thread or ""].strip():
            threads[thread].append(row)
    found = []
    for thread, own in threads.items():
        messages = [
            Message(row.cells[roles.role].strip() if roles.role else "", row.cells[roles.text or ""]) for row in own
        ]
        found += [entry._replace(thread=thread) for entry in _conversation(messages, own[0].number)]
    return found


def _messages(cell: str) -> list[Message]:
    """Of a list in a cell: objects that say who wrote what, or texts by turns."""
    try:
        told = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    found = []
    for place, one in enumerate(told if isinstance(told, list) else []):
        if isinstance(one, dict):
            who = next((str(one[key]) for key in WHO if one.get(key)), "")
            found.append(Message(who, next((str(one[key]) for key in WHAT if one.get(key)), "")))
        elif isinstance(one, str):
            found.append(Message(("customer", "agent")[place % 2], one))
    return found


def _conversation(messages: Sequence[Message], row: int) -> Iterator[Entry]:
    """The customer's first words are the question, the agent's last that say something the answer."""
    spoken = [one._replace(text=text) for one in messages if (text := _written(one.text))]
    roles = [is_agent(one.who) for one in spoken]
    if spoken and None in roles:  # nobody's part is known by its name: who begins asks
        roles = [one.who != spoken[0].who if one.who else place % 2 == 1 for place, one in enumerate(spoken)]
    asked = [one.text for one, agent in zip(spoken, roles, strict=True) if not agent]
    told = [one.text for one, agent in zip(spoken, roles, strict=True) if agent]
    if not asked:
        return
    question = next((text for text in asked if len(text) > GREETING), asked[0])
    answer = next((text for text in reversed(told) if len(text) >= SUBSTANTIAL), max(told, key=len, default=""))
    yield Entry(re.sub(r"\s+", " ", question), answer, row, thread=str(row))
