"""A job of the command line: done in this process, stopped by Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType

from tl_core.domain.fault import InputFault
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.store.run_folder import RunFolder


class Failed(Exception):
    """A job failed by our fault. ``log`` is where a person finds out more."""

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.log = log


def work_here(folder: RunFolder) -> Status:
    """Do the job now; done or stopped. Ctrl-C asks it to stop with what it has, twice ends it at once.

    What libraries print goes to the folder's log. Raises InputFault when the input is at fault, else Failed.
    """
    with _stopping_on_interrupt(folder), _printing_into(folder):
        status = perform(folder)
    if status.state == "failed" and status.fault == "input" and status.reason:
        raise InputFault(status.reason, **status.values)
    if status.state == "failed":
        raise Failed(str(folder.log_path))
    return status


@contextmanager
def _stopping_on_interrupt(folder: RunFolder) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only the main thread hears signals
        yield
        return
    asked = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        folder.request_stop()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _printing_into(folder: RunFolder) -> Iterator[None]:
    """Standard output and error, of Python and of libraries in C, go to the log meanwhile."""
    log = os.open(folder.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        with (
            open(log, "a", encoding="utf-8", closefd=False) as stream,
            redirect_stdout(stream),
            redirect_stderr(stream),
        ):
            yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in enumerate(kept, start=1):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.close(log)
