"""Every state a page can show, from the signs that lead to it."""

from __future__ import annotations

import pytest

from tl_core.domain.event import Phase, Started
from tl_core.domain.run import Status
from tl_core.jobs.states import Signs, state_of

NEW = Signs(status=None, last=None, attempts=0, held=False, stop_requested=False, queued=True, worker=True)
BROKEN_OFF = {"attempts": 1, "last": Phase(name="train")}
AGAIN = {"attempts": 2, "last": Started(attempt=2)}
HERE = {"queued": False, "worker": False}  # a job of the command line


@pytest.mark.parametrize(
    ("signs", "state"),
    [
        ({}, "queued"),
        ({"worker": False}, "no_worker"),
        ({"held": True}, "running"),
        ({"held": True, **BROKEN_OFF}, "running"),
        (BROKEN_OFF, "recovering"),
        ({**BROKEN_OFF, "worker": False}, "no_worker"),
        ({"held": True, **AGAIN}, "recovering"),
        ({"held": True, "attempts": 2, "last": Phase(name="train")}, "running"),
        ({"held": True, "stop_requested": True}, "stopping"),
        ({"stop_requested": True}, "stopping"),
        ({"stop_requested": True, "worker": False}, "no_worker"),
        ({"held": True, "stop_requested": True, **AGAIN}, "stopping"),
        ({"held": True, **HERE}, "running"),
        ({**BROKEN_OFF, **HERE}, "stopped"),
        ({**HERE, "stop_requested": True, "held": True}, "stopping"),
        ({"status": Status(state="done", ended=1), "held": True, "stop_requested": True}, "done"),
        ({"status": Status(state="failed", ended=1), "worker": False}, "failed"),
        ({"status": Status(state="stopped", ended=1)}, "stopped"),
    ],
)
def test_state(signs: dict, state: str) -> None:
    assert state_of(Signs(**{**NEW.__dict__, **signs})) == state
