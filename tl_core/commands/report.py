"""``report``: everything about one run as a web page or a PDF."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

from tl_core.bundle import folder as bundles
from tl_core.bundle.assistant_folder import is_assistant
from tl_core.bundle.assistant_folder import read_manifest as read_assistant
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import write_bytes
from tl_core.use_cases.reports import make
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", required=True, metavar="ID|DIR", help=say("report.run_help"))
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    parser.add_argument("--samples", action="store_true", help=say("report.samples_option"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Raises InputFault: no such run, nothing judged, another ending than .html or .pdf, disk full."""
    kind = args.out.suffix.removeprefix(".").lower()
    if kind not in get_args(make.Format):
        raise InputFault("report.bad_format")
    run = _run(args.run)
    write_bytes(args.out, make.write(run, kind, samples=args.samples))
    return {"status": "done", "run": run, "file": str(args.out.resolve())}


def tell(result: dict[str, Any]) -> str:
    """For people."""
    return say("report.told", file=result["file"])


def _run(told: str) -> str:
    """A run's name, whether that, its folder or the bundle that it wrote is given."""
    folder = Path(told)
    if (folder / "plan.json").is_file():
        return folder.resolve().name
    if (folder / bundles.MANIFEST).is_file():
        return bundles.read_manifest(folder).run
    if is_assistant(folder):
        run = read_assistant(folder).run
        if run is None:
            raise InputFault("report.no_run", run=told)
        return run
    if folder.is_dir():
        raise InputFault("report.no_run", run=told)
    return told
