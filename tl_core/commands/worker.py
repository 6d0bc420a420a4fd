"""``worker``: do the jobs that the app asks for, until told to end."""

from __future__ import annotations

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the home folder says it all."""


def perform(args: argparse.Namespace) -> dict:
    """Does not come back: ends with the process."""
    from tl_core.jobs import worker
    from tl_core.store.home import Home
    from tl_core.use_cases import watches
    from tl_core.use_cases.runs import follow_up

    worker.main(Home.default(), follow_up, {watches.look_at_all: watches.EVERY})
    return {}
