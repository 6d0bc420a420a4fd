"""``setup``: fetch the default starting models and compile them, once; quick at every later start."""

from __future__ import annotations

import argparse
import sys
import time

from tl_core.backbones import catalogue
from tl_core.quiet import allow_fetching
from tl_core.store.home import Home
from tl_core.words import say

_PAUSE = 0.2  # seconds between two looks at the progress


def add(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the home folder says it all."""


def perform(args: argparse.Namespace) -> dict:
    """Fetch what is missing, telling the progress on stderr. Raises InputFault without network or disk."""
    home = Home.default()
    names = [catalogue.default(modality) for modality in catalogue.AHEAD]
    missing = [name for name in names if not catalogue.is_fetched(home, name)]
    if missing:
        allow_fetching()
        from tl_core.backbones.fetch import fetch
        from tl_core.runs.warm import compile_ahead

        for name in missing:
            progress = Progress(catalogue.card(home, name).title)
            fetch(home, name, progress)
            compile_ahead(home, name)
            progress.finish(say("setup.ready"))
    return {"status": "done", "models": names, "fetched": missing}


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
