"""One job from start to status, in this process."""

from __future__ import annotations

import importlib
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from tl_core import quiet
from tl_core.domain.event import Event, Phase, Started
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import AnswerPlan, ForecastPlan, LadderPlan, LearningCurvePlan, Plan, TrainPlan
from tl_core.domain.run import Status, fold
from tl_core.domain.text import Text, Texts
from tl_core.jobs.kinds import KINDS
from tl_core.jobs.log import write_error
from tl_core.store.atomic import is_disk_full
from tl_core.store.run_folder import RunFolder
from tl_core.words import speak

Work = Callable[..., dict[str, Any] | None]
RESERVE = 1 << 16  # bytes kept aside in the folder, so that a full disk leaves room for the last words


def perform(folder: RunFolder) -> Status:
    """Do what the folder's plan asks, and write how it ended. Already ended: nothing happens.

    A job's function may return fields of Status (``model``, ``seconds``, ``state``). Raises ``locks.Taken`` when
    another process is at it, and InputFault ``store.disk_full`` when there is no room even for the status.
    """
    with folder.lock():
        ended = folder.status()
        if ended is not None:
            return ended
        attempts = sum(isinstance(event, Started) for event in folder.events())
        if not attempts and folder.stop_requested():  # before it began
            status = Status(state="stopped", ended=time.time())
        else:
            status = copy_context().run(_work, folder, attempts + 1)
        _write_status(folder, status)
    return status


def failure(folder: RunFolder, error: BaseException) -> Status:
    """The sentence for ``error``; what only we can read goes to the log."""
    now, model = time.time(), folder.bundle.is_dir()
    if is_disk_full(error):
        return Status(state="failed", ended=now, fault="input", reason="store.disk_full", model=model)
    if isinstance(error, InputFault):
        values = {k: v if isinstance(v, int | float | Text | Texts) else str(v) for k, v in error.values.items()}
        return Status(state="failed", ended=now, fault="input", reason=error.key, values=values, model=model)
    if is_out_of_memory(error):
        return Status(state="failed", ended=now, fault="input", reason="jobs.out_of_memory", model=model)
    return Status(state="failed", ended=now, fault="ours", reason="jobs.ours", model=model)


def is_out_of_memory(error: BaseException) -> bool:
    """Memory ran out, of the machine or of the GPU. Knows torch's errors by name, so that torch need not be here."""
    words = str(error)
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or "can't allocate memory" in words
        or "not enough memory" in words
        or "CUDA out of memory" in words
    )


def _work(folder: RunFolder, attempt: int) -> Status:
    if spoken := folder.language():
        speak(spoken)
    try:
        _keep_reserve(folder)
        plan = folder.plan()
        if plan.kind == "fetch":
            quiet.allow_fetching()
        if attempt > 1:  # said at once, so that a page sees it recover while libraries load
            folder.append(Started(attempt=attempt, device=folder.view().device))
        function = _function(plan)
        if attempt == 1:
            folder.append(Started(attempt=1, device=_device(plan)))
        told = function(folder, plan, folder.home) or {}
        ended: dict[str, Any] = {"state": "done", "model": folder.bundle.is_dir()}
        status = Status(**{**ended, **told, "ended": time.time()})
    except Stopped:
        status = Status(state="stopped", ended=time.time(), model=folder.bundle.is_dir())
    except KeyboardInterrupt:  # a second Ctrl-C: not even time to keep what was reached
        status = Status(state="stopped", ended=time.time(), model=folder.bundle.is_dir())
    except Exception as error:
        with suppress(OSError):
            write_error(folder.log_path, error)
        status = failure(folder, error)
    return status.model_copy(update={"seconds": {**_seconds(folder.events(), status.ended), **status.seconds}})


def _function(plan: Plan) -> Work:
    module, _, name = KINDS[plan.kind].partition(":")
    return getattr(importlib.import_module(module), name)


def _device(plan: Plan) -> str | Text:
    """For people. Only what trains may run on anything but the CPU; it has loaded torch by now."""
    if isinstance(plan, LadderPlan | LearningCurvePlan):
        plan = plan.base
    if not isinstance(plan, TrainPlan | ForecastPlan | AnswerPlan):
        return Text(key="jobs.cpu", values={"count": quiet.usable_cores()})
    from tl_core.training.devices import choose_device, describe

    return describe(choose_device(plan.device))


def _seconds(events: list[Event], ended: float) -> dict[str, float]:
    """Per phase and in all; the phase at hand closes with the job."""
    began = next((event.time for event in events if isinstance(event, Started)), ended)
    return {**fold([*events, Phase(name="end", time=ended)]).seconds, "total": ended - began}


def _keep_reserve(folder: RunFolder) -> None:
    reserve = folder.path / "control" / "reserve"
    if not reserve.exists():
        reserve.parent.mkdir(exist_ok=True)
        reserve.write_bytes(secrets.token_bytes(RESERVE))  # bytes that no file system can leave out


def _write_status(folder: RunFolder, status: Status) -> None:
    (folder.path / "control" / "reserve").unlink(missing_ok=True)
    folder.write_status(status)
