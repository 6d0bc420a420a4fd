"""A job seen from outside: what its folder tells, folded for a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from tl_core.domain.base import Noun
from tl_core.domain.event import (
    Chosen,
    Epoch,
    Event,
    Notice,
    Phase,
    Probed,
    Progress,
    Recommended,
    Result,
    Resumed,
    Rung,
    Spent,
    Started,
)
from tl_core.domain.text import Text, Value

State = Literal["queued", "running", "recovering", "no_worker", "stopping", "stopped", "failed", "done"]
ENDED: tuple[State, ...] = ("stopped", "failed", "done")


class Status(Noun):
    """How a job ended; written last."""

    state: Literal["done", "stopped", "failed"]
    ended: float
    seconds: dict[str, float] = {}  # per phase, and "total"
    fault: Literal["none", "input", "ours"] = "none"
    reason: str | None = None  # a key of the translation table
    values: dict[str, Value] = {}
    model: bool = False  # a usable model was kept (also after a stop or a failure)


class RunView(Noun):
    """All a page shows of a running or ended job; a pure function of its events (``fold``)."""

    started: float | None = None
    attempts: int = 0
    device: str | Text = ""
    phase: str | None = None
    done: int = 0
    total: int | None = None
    rate: float | None = None
    memory: int | None = None
    probe: Probed | None = None
    epochs: list[Epoch] = []
    best_epoch: int | None = None
    notices: list[Notice] = []
    chosen: Chosen | None = None
    recommended: Recommended | None = None  # of a forecasting
    rungs: list[Rung] = []  # of a ladder, in the order tried
    spent: dict[str, Spent] = {}  # by part; empty in folders from before it was counted
    result: dict[str, str | int | float] = {}
    seconds: dict[str, float] = {}  # finished phases
    last: float | None = None  # time of the newest event

    @property
    def seconds_left(self) -> float | None:
        """Estimate for the part at hand, from the epochs or items so far; None while unknown and once all its items are
        done. Of a ladder: for all."""
        if self.rungs:
            return _ladder_left(self.rungs, self.epochs)
        if self.phase == "train" and self.epochs:
            recent = self.epochs[-3:]
            return sum(e.seconds for e in recent) / len(recent) * (recent[-1].of - recent[-1].number)
        if self.rate and self.total and self.done < self.total:
            return (self.total - self.done) / self.rate
        return None


def _ladder_left(rungs: list[Rung], epochs: list[Epoch]) -> float | None:
    """A rung takes as long for each thawed group as the one before it, more or less; from scratch, twice that.

    Of a forecasting, the forecast itself and the looks at validation count as two more.
    """
    if len(rungs) >= rungs[0].of:
        return 0.0
    last, further = rungs[-1], 2 * int(rungs[0].recipe == "untuned")
    top = rungs[0].frozen_stages + further
    ahead = [top - frozen for frozen in range(last.frozen_stages + int(last.recipe == "untuned"))]  # thawed, of each
    scratch = 2 * top if rungs[0].of > len(rungs) + len(ahead) else 0
    spent = sum(epoch.seconds for epoch in epochs)
    if last.epochs:
        each = last.seconds / (top - last.frozen_stages)
    elif epochs:
        each = spent / len(epochs) * epochs[-1].of
    else:
        return None
    return max(0.0, each * (sum(ahead) + scratch) - spent)


def fold(events: Iterable[Event]) -> RunView:
    """Events in the order written -> what a page shows. Pure: same events, same view."""
    folding = Folding()
    for event in events:
        folding.add(event)
    return folding.view()


class Folding:
    """``fold`` while events still come: each is looked at once."""

    def __init__(self) -> None:
        self._epochs: list[Epoch] = []  # by number, ascending
        self._seen: dict[str, Any] = {"notices": [], "rungs": [], "seconds": {}, "spent": {}, "result": {}}
        self._phase_began: float | None = None

    def view(self) -> RunView:
        """What was told so far; what comes later leaves it as it is."""
        best = next((epoch.number for epoch in reversed(self._epochs) if epoch.best), None)
        return RunView(epochs=self._epochs, best_epoch=best, **self._seen)

    def add(self, event: Event) -> None:
        seen = self._seen
        seen["last"] = event.time
        match event:
            case Started():
                seen.setdefault("started", event.time)
                seen.update(attempts=event.attempt, device=event.device)
            case Phase():
                if self._phase_began is not None:
                    self._close(event.time - self._phase_began)
                self._phase_began = event.time
                seen.update(phase=event.name, total=event.total, done=0, rate=None)
            case Progress():
                seen.update(done=event.done, rate=event.rate)
                if event.total is not None:
                    seen["total"] = event.total
                if event.memory is not None:
                    seen["memory"] = event.memory
            case Probed():
                seen["probe"] = event
            case Epoch():  # one told again replaces the first telling: its child was killed before a checkpoint
                self._keep_epochs(event.number - 1)
                self._epochs.append(event)
                seen.update(done=event.number, total=event.of, rate=event.rate, memory=event.memory)
            case Resumed():
                self._keep_epochs(event.epoch)
            case Notice():
                seen["notices"].append(event)
            case Chosen():
                seen["chosen"] = event
            case Recommended():
                seen["recommended"] = event
            case Rung():  # one told again replaces the first telling
                seen["rungs"] = [rung for rung in seen["rungs"] if _place(rung) != _place(event)] + [event]
                self._epochs.clear()
            case Spent():  # told again by a child that found the work done: the first telling is the whole one
                seen["spent"].setdefault(event.part, event)
            case Result():
                seen["result"].update(event.values)

    def _keep_epochs(self, last: int) -> None:
        while self._epochs and self._epochs[-1].number > last:
            self._epochs.pop()

    def _close(self, seconds: float) -> None:
        name = self._seen["phase"]
        self._seen["seconds"][name] = self._seen["seconds"].get(name, 0.0) + seconds


def _place(rung: Rung) -> tuple[str, int]:
    return rung.recipe, rung.frozen_stages
