"""Where what is read goes, who is told, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tl_core.domain.event import Event, Progress
from tl_core.domain.fault import Stopped

PAUSE = 0.5  # seconds between two reports of progress


@dataclass(frozen=True)
class Doors:
    """Where samples go, and who is told."""

    samples: Path
    thumbnails: Path
    work: Path  # for what passes through
    secret: bytes  # key of pseudonyms
    private: bool  # names become pseudonyms; they do so too where any file turns out to be a scan
    tell: Callable[[Event], None]
    stop: Callable[[], bool]
    review: Path | None = None  # where previews for a person go; None: nobody can be asked


class Pace:
    """Tells how far reading is, twice a second, and listens for a wish to stop."""

    def __init__(self, doors: Doors, total: int) -> None:
        self._doors, self._total = doors, total
        self._done = 0
        self._began = self._told = time.monotonic()

    def count(self) -> None:
        self._done += 1
        if time.monotonic() - self._told >= PAUSE:
            self.end()

    def listen(self) -> None:
        """Raises ``Stopped`` where a person wants it."""
        if self._doors.stop():
            raise Stopped

    def end(self) -> None:
        """Tell what is reached now."""
        self.listen()
        self._told = time.monotonic()
        rate = self._done / max(1e-3, self._told - self._began)
        self._doors.tell(Progress(done=min(self._done, self._total), total=self._total, rate=rate))
