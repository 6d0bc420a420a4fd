"""A job seen from outside: what its folder tells, folded for a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

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

State = Literal["queued", "running", "recovering", "no_worker", "stopping", "stopped", "failed", "done"]
ENDED: tuple[State, ...] = ("stopped", "failed", "done")


class Status(Noun):
    """How a job ended; written last."""

    state: Literal["done", "stopped", "failed"]
    ended: float
    seconds: dict[str, float] = {}  # per phase, and "total"
    fault: Literal["none", "input", "ours"] = "none"
    reason: str | None = None  # a key of the translation table
    values: dict[str, str | int | float] = {}
    model: bool = False  # a usable model was kept (also after a stop or a failure)


class RunView(Noun):
    """All a page shows of a running or ended job; a pure function of its events (``fold``)."""

    started: float | None = None
    attempts: int = 0
    device: str = ""
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
        """Estimate for the part at hand, from the epochs or items so far; None while unknown. Of a ladder: for all."""
        if self.rungs:
            return _ladder_left(self.rungs, self.epochs)
        if self.phase == "train" and self.epochs:
            recent = self.epochs[-3:]
            return sum(e.seconds for e in recent) / len(recent) * (recent[-1].of - recent[-1].number)
        if self.rate and self.total:
            return max(0.0, (self.total - self.done) / self.rate)
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
    seen: dict = {"epochs": [], "notices": [], "rungs": [], "seconds": {}, "spent": {}, "result": {}}
    phase_began: float | None = None
    for event in events:
        seen["last"] = event.time
        match event:
            case Started():
                seen.setdefault("started", event.time)
                seen.update(attempts=event.attempt, device=event.device)
            case Phase():
                if phase_began is not None:
                    _close(seen, event.time - phase_began)
                phase_began = event.time
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
                seen["epochs"] = [*(e for e in seen["epochs"] if e.number < event.number), event]
                seen.update(done=event.number, total=event.of, rate=event.rate, memory=event.memory)
            case Resumed():
                seen["epochs"] = [e for e in seen["epochs"] if e.number <= event.epoch]
            case Notice():
                seen["notices"].append(event)
            case Chosen():
                seen["chosen"] = event
            case Recommended():
                seen["recommended"] = event
            case Rung():  # one told again replaces the first telling
                seen["rungs"] = [rung for rung in seen["rungs"] if _place(rung) != _place(event)] + [event]
                seen["epochs"] = []
            case Spent():  # told again by a child that found the work done: the first telling is the whole one
                seen["spent"] = {event.part: event, **seen["spent"]}
            case Result():
                seen["result"] = {**seen["result"], **event.values}
    best = [e.number for e in seen["epochs"] if e.best]
    return RunView(best_epoch=best[-1] if best else None, **seen)


def _place(rung: Rung) -> tuple[str, int]:
    return rung.recipe, rung.frozen_stages


def _close(seen: dict, seconds: float) -> None:
    name = seen["phase"]
    seen["seconds"][name] = seen["seconds"].get(name, 0.0) + seconds
