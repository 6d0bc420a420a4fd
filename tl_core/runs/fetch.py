"""Fetching a starting model as a job: because a person asked, and nothing else does."""

from __future__ import annotations

import time

from tl_core.backbones.fetch import fetch
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import FetchPlan
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

PAUSE = 0.3  # seconds between two events of progress


def run(folder: RunFolder, plan: FetchPlan, home: Home) -> None:
    """Fetch, check and keep ``plan.backbone``; progress counts bytes. Raises InputFault, Stopped."""
    began = last = time.monotonic()

    def report(done: int, total: int | None) -> None:
        nonlocal last
        if folder.stop_requested():
            raise Stopped
        now = time.monotonic()
        if now - last >= PAUSE or done == total:
            last = now
            folder.append(Progress(done=done, total=total, rate=done / max(now - began, 1e-6)))

    folder.append(Phase(name="fetch"))
    card = fetch(home, plan.backbone, report)
    if card.any_depth:  # else the first training would wait for it
        from tl_core.runs.warm import compile_ahead

        compile_ahead(home, card.name)
    folder.append(Result(values={"backbone": card.name, "title": str(card.title), "sha256": card.sha256}))
