"""What a page calls a job's state, from what can be seen of it from outside."""

from __future__ import annotations

from dataclasses import dataclass

from tl_core.domain.event import Event, Started
from tl_core.domain.run import State, Status


@dataclass(frozen=True)
class Signs:
    """All there is to see of a job."""

    status: Status | None  # written last
    last: Event | None  # its newest event
    attempts: int  # times a child took it up
    held: bool  # a child holds its lock
    stop_requested: bool
    queued: bool  # handed to the queue (a job of the command line is not)
    worker: bool  # the worker is alive


def state_of(signs: Signs) -> State:
    """Pure: same signs, same state."""
    if signs.status is not None:
        return signs.status.state
    if signs.stop_requested:
        return "stopping" if signs.held or (signs.queued and signs.worker) else _left(signs)
    if signs.held:
        again = signs.attempts > 1 and isinstance(signs.last, Started)
        return "recovering" if again else "running"
    if not signs.queued or not signs.worker:
        return _left(signs)
    return "recovering" if signs.attempts else "queued"


def _left(signs: Signs) -> State:
    """Nobody holds it and nobody will by himself: it waits for a worker, or was broken off on the command line."""
    return "no_worker" if signs.queued else "stopped"
