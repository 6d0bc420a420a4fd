"""Live answers: the newest picture of a camera, asked of the model in use. Nothing of it is kept."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tl_core.domain.fault import InputFault
from tl_core.use_cases import predict, uploads

LARGEST = 300_000  # bytes of a picture; one of 400 pixels has a tenth of it
GAP = 0.04  # seconds between two pictures of one page
AT_ONCE = 6  # pictures of all pages at work: threads are left for everything else
FORGOTTEN = 60.0  # seconds after which a page that is silent counts for nothing


class Turns:
    """One picture at a time of each page, not too many a second, and only so many of all. Safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[str, float] = {}  # page -> when its last one began
        self._at_work: set[str] = set()

    @contextmanager
    def take(self, page: str) -> Iterator[None]:
        """Raises InputFault where it is not this page's turn: the picture is to be dropped, the next may go."""
        now = time.monotonic()
        with self._lock:
            if page in self._at_work or len(self._at_work) >= AT_ONCE or now - self._begun.get(page, -GAP) < GAP:
                raise InputFault("camera.too_fast")
            self._begun = {one: begun for one, begun in self._begun.items() if now - begun < FORGOTTEN}
            self._begun[page] = now
            self._at_work.add(page)
        try:
            yield
        finally:
            with self._lock:
                self._at_work.discard(page)


_turns = Turns()


def token(run_id: str) -> str:
    """What lets one page ask the model of one run for a while."""
    return uploads.live_token(run_id, secrets.token_hex(4))


def ask(token: str, picture: bytes) -> predict.Answer:
    """What the model says of one picture (JPEG bytes).

    Raises InputFault: a forged or old token, too fast, too large, and what ``predict.ask`` raises.
    """
    try:
        run_id, page = uploads.live_run(token)
    except InputFault:
        raise InputFault("camera.closed") from None
    if len(picture) > LARGEST:
        raise InputFault("camera.too_large")
    with _turns.take(page):
        return predict.ask(run_id, picture)
