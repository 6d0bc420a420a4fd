"""``setup``: fetch the default starting models and compile them, once; quick at every later start.

``--samples`` also fetches every sample set with the starting model it needs, so that nothing needs a network later;
``--demo`` makes the demonstration ready.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from typing import Any

from tl_core.backbones import catalogue
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.domain.project import MODALITY_OF
from tl_core.quiet import allow_fetching
from tl_core.store.home import Home
from tl_core.use_cases.data import sample_sets
from tl_core.words import say

_PAUSE = 0.2  # seconds between two looks at the progress


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", action="store_true", help=say("cli.setup_samples"))
    parser.add_argument("--demo", action="store_true", help=say("cli.setup_demo"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Fetch what is missing, telling the progress on stderr. Raises InputFault without network or disk."""
    home = Home.default()
    models = [catalogue.default(modality) for modality in catalogue.AHEAD]
    if args.samples:
        models += [catalogue.default(MODALITY_OF[one.purpose]) for one in sample_sets()]
    models = list(dict.fromkeys(models))
    result = {"status": "done", "models": models, "fetched": fetch_models(home, models)}
    if args.samples:
        result["samples"] = _fetch_samples(home)
    if args.samples or args.demo:
        from tl_core.commands.demo import make_ready

        result["demo"] = str(make_ready(home))
    return result


def fetch_models(home: Home, names: Iterable[str]) -> list[str]:
    """Those that were missing."""
    missing = [name for name in names if not catalogue.is_fetched(home, name)]
    if missing:
        allow_fetching()
        from tl_core.backbones.fetch import fetch
        from tl_core.runs.warm import compile_ahead

        for name in missing:
            progress = Progress(catalogue.title(home, name))
            fetch(home, name, progress)
            compile_ahead(home, name)
            progress.finish(say("setup.ready"))
    return missing


def _fetch_samples(home: Home) -> list[str]:
    """All sets on offer; each is fetched once."""
    for one in sample_sets():
        progress = Progress(one.title)
        fetch_sample_set(home, one.name, progress)
        progress.finish(say("setup.ready"))
    return [one.name for one in sample_sets()]


class Progress:
    """One line on stderr, rewritten on a terminal; elsewhere only its beginning and end. No fetch, no word."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._live = sys.stderr.isatty()
        self._last: float | None = None

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if self._last is None:
            self._last = now
            print(f"  {say('setup.fetching', title=self.title)}", end="", file=sys.stderr, flush=True)
        if self._live and total and now - self._last > _PAUSE:
            self._last = now
            text = say("setup.fetching_of", title=self.title, done=round(done / 1e6), total=round(total / 1e6))
            print(f"\r  {text}", end="", file=sys.stderr, flush=True)

    def finish(self, word: str = "") -> None:
        if self._last is not None:
            print(f" {word}", file=sys.stderr, flush=True)
