"""``python -m benchmarks``: Thaw against other tools, all of it; a table, and with ``--json FILE`` its rows.

``python -m benchmarks quality | first-answer | estimates | doctor | padding | forecasts | marks | orders |
support | live | labelling | uploads | pages``: the rest of ``docs/measured.md``.
``python -m benchmarks peers``: make the environment of the contenders that Thaw does not need.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import (
    doctor,
    environment,
    estimates,
    first_answer,
    forecasts,
    labelling,
    marks,
    orders,
    padding,
    quality,
    support,
)
from tl_core.quiet import allow_fetching


def main() -> None:
    args = _arguments().parse_args()
    if args.what == "peers":
        environment.make()
        return
    allow_fetching()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = (args.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["THAW_HOME"] = str(folder / "home")
        rows = []
        for row in _measure(args, folder):
            rows.append(row)
            if args.what not in ("against", "doctor", "pages"):
                print(json.dumps(row, indent=1), flush=True)
            if args.json:  # after each, so that a long run broken off leaves what it knew
                args.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    if args.what == "against":
        from benchmarks.table import markdown

        print(markdown(rows[1:]))
    if args.what == "doctor":
        print(doctor.markdown(rows))
    if args.what == "pages":
        from benchmarks import pages

        print(pages.table(rows))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = [
        "against",
        "quality",
        "first-answer",
        "estimates",
        "doctor",
        "padding",
        "pages",
        "forecasts",
        "marks",
        "orders",
        "support",
        "live",
        "uploads",
        "labelling",
        "peers",
    ]
    parser.add_argument("what", nargs="?", default="against", choices=[*kinds, "peers"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--slow-seeds", type=int, default=2, help="of Trainer and of what is measured for time alone")
    parser.add_argument("--slowest-seeds", type=int, default=1, help="of the torchvision loop, SetFit and the ladder")
    parser.add_argument("--only", nargs="*", default=[], help="works by name or by its part before the slash; sets")
    parser.add_argument("--quick", action="store_true", help="tiny: does it run? The figures say nothing")
    parser.add_argument("--peers-python", type=Path, help="an interpreter that has SetFit; see `peers`")
    parser.add_argument("--people", type=int, default=20, help="of pages: how many are there at once; 1: only alone")
    parser.add_argument("--manual", type=Path, help="the folder of Python's manual in HTML (Debian: python3.11-doc)")
    parser.add_argument("--folder", type=Path, help="work folder, kept; a temporary one otherwise")
    parser.add_argument("--json", type=Path, help="write the rows here too")
    return parser


def _measure(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    if args.what == "quality":
        return quality.measure(folder, args.seeds, args.only)
    if args.what == "forecasts":
        return forecasts.measure(folder, 1 if args.quick else args.seeds, args.only)
    if args.what == "first-answer":
        return first_answer.measure(folder, args.only)
    if args.what == "marks":
        return marks.measure(args.manual or marks.MANUAL, args.quick)
    if args.what == "orders":
        return orders.measure(folder, args.quick)
    if args.what == "support":
        return support.measure(args.manual or support.MANUAL, folder, quick=args.quick)
    if args.what == "live":
        from benchmarks import live  # it needs what tests need

        return live.measure(folder, args.quick)
    if args.what == "uploads":
        from benchmarks import uploads  # needs a browser

        return uploads.measure(folder, args.quick)
    if args.what == "labelling":
        return labelling.measure(folder, args.seeds, args.quick)
    if args.what == "padding":
        return padding.measure(folder)
    if args.what == "pages":
        from benchmarks import pages  # needs a browser

        return pages.measure(folder, args.quick, args.people)
    if args.what == "doctor":
        return doctor.measure(folder, args.quick, args.only)
    return estimates.measure(folder) if args.what == "estimates" else _against(args, folder)


def _against(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """The machine first, then the rows of work after work."""
    from benchmarks import scaling, table
    from benchmarks.against import Seeds, machine, run_work
    from benchmarks.works import batches, works

    def wanted(name: str) -> bool:
        return not args.only or name in args.only or name.split("/")[0] in args.only

    seeds = Seeds(1, 1, 1) if args.quick else Seeds(args.seeds, args.slow_seeds, args.slowest_seeds)
    todo = [work for work in works(args.quick) if wanted(work.name)]
    todo += [work for work in batches(args.quick) if args.only and wanted(work.name)]
    yield machine()
    if not args.quick:
        expected = sum(work.minutes for work in todo) + (scaling.MINUTES if wanted("scaling") else 0)
        print(f"about {expected:.0f} minutes on two quiet cores", file=sys.stderr, flush=True)
    for work in todo:
        began = time.monotonic()
        print(f"{work.name}: {work.about}", file=sys.stderr, flush=True)
        yield from table.rows(work, *run_work(work, folder, seeds, args.peers_python))
        print(f"  {work.name}: {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr, flush=True)
    if wanted("scaling"):
        yield from scaling.measure(folder, args.quick)


if __name__ == "__main__":
    main()
