"""What happened while nobody looked."""

from __future__ import annotations

import json
import time

from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import runs
from tl_core.use_cases.runs import RunSummary

UNASKED = (
    "calibrate",
    "excite",
    "check",
    "index",
    "suggest",
)  # kinds of jobs that pages start by themselves: their end is no news
LOOK_BACK = 7 * 86400.0  # seconds; what ended before that is no news


def ended_while_away() -> list[RunSummary]:
    """Jobs of a person's that ended since ``mark_seen``, newest first; in a new home, those of the last week."""
    return [job for job in runs.ended_since(last_seen()) if job.kind not in UNASKED]


def last_seen() -> float:
    """When somebody last said that they had seen it; at most a week ago."""
    earliest = time.time() - LOOK_BACK
    try:
        told = json.loads((Home.default().path / "seen.json").read_text("utf-8"))
        return max(earliest, float(told["time"]))
    except (OSError, ValueError, KeyError):
        return earliest


def mark_seen() -> None:
    """What has ended until now is no news any more."""
    write_json(Home.default().path / "seen.json", {"time": time.time()})
