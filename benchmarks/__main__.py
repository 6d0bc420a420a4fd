"""``python -m benchmarks quality [--seeds 5] [--only reviews photos/probe ...] [--folder DIR] [--json FILE]``"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import estimates, first_answer, quality
from tl_core.quiet import allow_fetching


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=["quality", "first-answer", "estimates"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--folder", type=Path, help="work folder, kept; a temporary one otherwise")
    parser.add_argument("--json", type=Path, help="write the rows here too")
    args = parser.parse_args()
    allow_fetching()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["THAW_HOME"] = str(folder / "home")
        rows = []
        for row in _measure(args, folder):
            rows.append(row)
            print(json.dumps(row, indent=1), flush=True)
        if args.json:
            args.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def _measure(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    if args.what == "quality":
        return quality.measure(folder, args.seeds, args.only)
    return first_answer.measure(folder) if args.what == "first-answer" else estimates.measure(folder)


if __name__ == "__main__":
    main()
