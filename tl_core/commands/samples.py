"""``samples``: the sample sets on offer; ``--fetch NAME`` brings one onto this machine."""

from __future__ import annotations

import argparse
from typing import Any

from tl_core.commands.setup import Progress
from tl_core.data.samples import catalogue
from tl_core.store.home import Home
from tl_core.use_cases import data
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fetch", metavar="NAME")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """The list, or where the set fetched lies and how ``train`` reads it. Raises InputFault."""
    if args.fetch is None:
        return {"status": "done", "samples": [card.model_dump() for card in data.sample_sets()]}
    wanted = catalogue.sample_set(args.fetch)
    progress = Progress(wanted.name)
    path = catalogue.fetch_sample_set(Home.default(), wanted.name, progress)
    progress.finish()
    return {
        "status": "done",
        "name": wanted.name,
        "path": str(path),
        "modality": wanted.modality,
        "columns": wanted.columns.model_dump(exclude_defaults=True) if wanted.columns else None,
        "group_pattern": wanted.group_pattern,
        "merge_labels": wanted.merge_labels,
        "licence": wanted.licence,
    }


def tell(result: dict[str, Any]) -> str:
    if "path" in result:
        return say("samples.fetched", name=result["name"], path=result["path"], licence=result["licence"])
    return "\n".join(
        say(
            "samples.line",
            megabytes=round(card["download_bytes"] / 1e6),
            **{k: card[k] for k in ("name", "title", "licence")},
        )
        for card in result["samples"]
    )
