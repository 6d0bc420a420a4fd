"""Locks on files, held by a process and gone with it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_FAR = 1 << 30  # Windows locks bytes: one far behind the content, so that the content stays readable


class Taken(Exception):
    """Another process, or another holder in this one, has the lock."""


def _seize(stream: IO[str], shared: bool = False) -> bool:
    if sys.platform == "win32":
        import msvcrt

        stream.seek(_FAR)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(stream.fileno(), (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _release(stream: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        stream.seek(_FAR)
        with suppress(OSError):
            msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)


@contextmanager
def hold(path: Path, patience: float = 3.0, holder: dict | None = None) -> Iterator[None]:
    """Hold the lock at ``path``; ``holder`` (who we are) is written into it.

    Waits ``patience`` seconds: somebody may be looking (``is_held`` takes it for an instant). Raises Taken.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as stream:
        while not _seize(stream):
            if time.monotonic() >= until:
                raise Taken(str(path))
            time.sleep(0.02)
        try:
            if holder is not None:
                stream.seek(0)
                stream.truncate()
                stream.write(json.dumps(holder))
                stream.flush()
            yield
        finally:
            _release(stream)


def is_held(path: Path) -> bool:
    """Does anybody hold the lock at ``path`` at this moment?"""
    try:
        stream = open(path, "r+", encoding="utf-8")  # noqa: SIM115 - closed below, on every path
    except FileNotFoundError:
        return False
    with stream:
        if not _seize(stream, shared=True):
            return True
        _release(stream)
    return False


def holder_of(path: Path) -> dict | None:
    """What the last holder wrote; it may be gone. None when nothing is known."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
