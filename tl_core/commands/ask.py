"""``ask``: one question to an assistant's folder, answered with the places where it stands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tl_core.answering.passages import BETWEEN
from tl_core.words import listed, say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", required=True, type=Path, metavar="PATH", help=say("answering.bundle_help"))
    parser.add_argument("question", metavar="QUESTION", help=say("answering.question_help"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """The whole reply. Raises InputFault: no assistant, a damaged one, nothing asked."""
    from tl_core.answering.reply import quoted
    from tl_core.bundle.assistant import LoadedAssistant
    from tl_core.bundle.assistant_folder import opened
    from tl_core.domain.fault import InputFault

    if not args.question.strip():
        raise InputFault("answering.nothing_asked")
    with opened(args.bundle) as folder:
        *_, reply = LoadedAssistant(folder).replies(args.question)
    return {
        "status": "done",
        "question": args.question,
        "answered": reply.answered,
        "answer": reply.answer,
        "way": reply.way,
        "sources": [
            {
                "document": one.document,
                "heading": BETWEEN.join(one.heading),
                "page": one.page,
                "quote": quoted(one),
                "score": one.score,
            }
            for one in reply.sources
        ],
        "doubts": [
            {"kind": one.kind, "text": reply.answer[one.span.start : one.span.end]} for one in reply.doubts
        ],
        "sureness": reply.sureness,
        "threshold": reply.threshold,
        "seconds": {"total": reply.seconds},
    }  # fmt: skip


def tell(result: dict[str, Any]) -> str:
    """The answer for people, then where it stands."""
    lines = [result["answer"] if result["answered"] else say("answering.unknown")]
    if result["doubts"]:
        lines += ["", say("answering.doubted", parts=listed(f'"{one["text"]}"' for one in result["doubts"]))]
    if result["sources"]:
        lines += ["", say("answering.sources" if result["answered"] else "answering.nearest")]
    for source in result["sources"]:
        page = say("answering.page", page=source["page"]) if source["page"] else ""
        lines.append(f"  {listed(filter(None, [source['document'], source['heading'], page]))}")
    return "\n".join(lines)
