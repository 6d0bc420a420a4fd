"""A folder of this machine that a project takes new samples from."""

from __future__ import annotations

from tl_core.domain.base import Noun


class Came(Noun):
    """Files that were handed to an intake together."""

    when: float  # seconds since 1970
    files: int
    run: str  # the intake


class Watch(Noun):
    """What is watched, and what a look at it found. Files are known by keyed codes: names may name patients."""

    folder: str  # as the system writes its path
    since: float
    looked: float | None = None  # when last
    problem: str | None = None  # a key of the translation table: why the last look failed
    seen: dict[str, tuple[int, int]] = {}  # code -> bytes, nanoseconds of its last change: at the last look
    known: dict[str, tuple[int, int]] = {}  # the same of what was handed to an intake, whatever became of it
    came: list[Came] = []  # the newest last
