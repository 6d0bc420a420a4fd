"""Every state a page can show, from the signs that lead to it."""

from __future__ import annotations

import pytest

from tl_core.domain.event import Epoch, Phase, Started
from tl_core.domain.run import Status, fold
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


def test_epochs_done_again_are_shown_once() -> None:
    """A child killed before its first checkpoint starts over, without a word of resuming."""

    def epoch(number: int, loss: float) -> Epoch:
        metrics = {"validation/loss": loss}
        return Epoch(number=number, of=3, metrics=metrics, best=True, seconds=1, rate=1, memory=1)

    undisturbed = [epoch(1, 0.5), epoch(2, 0.4), epoch(3, 0.3)]
    seen = fold([Started(), *undisturbed[:2], Started(attempt=2), *undisturbed])
    assert (seen.epochs, seen.best_epoch, seen.attempts) == (undisturbed, 3, 2)
    halfway = fold([Started(), *undisturbed[:2], Started(attempt=2), undisturbed[0]])
    assert halfway.epochs == undisturbed[:1]
