"""``backbones``: the starting models on offer; ``--fetch NAME`` brings one onto this machine."""

from __future__ import annotations

import argparse
from typing import Any

from tl_core import backbones
from tl_core.commands.setup import Progress
from tl_core.domain.card import BackboneCard
from tl_core.domain.text import said
from tl_core.modalities import names
from tl_core.quiet import allow_fetching
from tl_core.store.home import Home
from tl_core.words import number, say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--modality", choices=names(), help=say("backbones.help_modality"))
    parser.add_argument("--fetch", metavar="NAME", help=say("backbones.help_fetch"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """The list, or only the model fetched. Raises InputFault."""
    home = Home.default()
    if args.fetch is None:
        wanted = [args.modality] if args.modality else names()
        cards = [card for card in backbones.cards(home=home, writes=None) if card.modality in wanted]
        return {"status": "done", "backbones": [_told(card) for card in cards]}
    allow_fetching()
    from tl_core.backbones.fetch import fetch

    progress = Progress(args.fetch)
    card = fetch(home, args.fetch, progress)
    progress.finish()
    return {"status": "done", "backbones": [_told(card)]}


def tell(result: dict[str, Any]) -> str:
    """One line a model."""
    return "\n".join(
        say(
            "backbones.line" if one["fetched"] else "backbones.line_not_here",
            name=one["name"],
            title=one["title"],
            parameters=number(one["parameters"] / 1e6, ".1f"),
            licence=one["licence"],
            megabytes=round(one["download_bytes"] / 1e6),
        )
        for one in result["backbones"]
    )


def _told(card: BackboneCard) -> dict[str, Any]:
    return {**said(card), "fetched": bool(card.sha256)}
