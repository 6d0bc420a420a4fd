"""``check``: what would come in from a file or folder, what would not, and what to know before training."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tl_core import modalities
from tl_core.commands import scan_arguments
from tl_core.data.split import make_split
from tl_core.domain.dataset import Refusal
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.split import SUBSETS, SplitRule
from tl_core.use_cases import data
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--modality", required=True, choices=modalities.names())
    parser.add_argument("--data", required=True, type=Path, metavar="PATH")
    parser.add_argument("--text-column", metavar="C")
    parser.add_argument("--label-column", metavar="C")
    groups = parser.add_mutually_exclusive_group()
    groups.add_argument("--group-column", metavar="C")
    groups.add_argument("--group-pattern", metavar="REGEX")
    scan_arguments.add(parser)


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Counts per class and subset, every refusal, every concern. Nothing is kept. Raises InputFault."""
    if not args.data.exists():
        raise InputFault("data.path_missing", path=args.data.name)
    columns = None
    if args.text_column or args.label_column or args.group_column:
        columns = Columns(text=args.text_column, label=args.label_column, group=args.group_column)
    found = data.check(args.modality, args.data, columns, args.group_pattern, scan_arguments.reading(args))
    split = make_split(found, SplitRule())
    return {
        "status": "done",
        "classes": found.counts(),
        "counts": {subset: len(split.ids(subset)) for subset in SUBSETS},
        "received": found.received,
        "samples": len(found.samples),
        "groups": found.group_rule,
        "languages": found.languages,
        "refusals": [_told(refusal) for refusal in found.refusals],
        "findings": [{"name": one.key, "says": say(one.key, **one.values)} for one in split.concerns],
    }


def tell(result: dict[str, Any]) -> str:
    left_out = [refusal for refusal in result["refusals"] if not refusal["kept"]]
    lines = [
        say(
            "data.checked",
            samples=result["samples"],
            classes=len(result["classes"]),
            left_out=len(left_out),
            received=result["received"],
        ),
        *(f"  {label}: {count}" for label, count in result["classes"].items()),
        *(finding["says"] for finding in result["findings"]),
        *(f"  {refusal['source']}: {refusal['says']}" for refusal in result["refusals"]),
    ]
    return "\n".join(lines)


def _told(refusal: Refusal) -> dict[str, Any]:
    says = say(refusal.reason, **refusal.values)
    return {"source": refusal.source, "reason": refusal.reason, "says": says, "kept": refusal.kept}
