"""What verbs that read data ask about scans."""

from __future__ import annotations

import argparse
from typing import Any, get_args

from pydantic import ValidationError

from tl_core.domain.fault import InputFault
from tl_core.domain.scan import Plane, ScanReading, Window


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--window", metavar="NAME|LEVEL/WIDTH")
    parser.add_argument("--plane", choices=get_args(Plane))


def reading(args: argparse.Namespace) -> ScanReading | None:
    """What was chosen; None where nothing was. Raises InputFault."""
    chosen: dict[str, Any] = {}
    if args.window is not None:
        level, slash, width = args.window.partition("/")
        chosen = {"window": "hand", "level": level, "width": width} if slash else {"window": args.window}
    if args.plane is not None:
        chosen["plane"] = args.plane
    try:
        return ScanReading.model_validate(chosen) if chosen else None
    except ValidationError:
        known = ", ".join(name for name in get_args(Window) if name != "hand")
        raise InputFault("training.bad_window", asked=args.window, known=known) from None
