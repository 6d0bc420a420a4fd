"""Where the predictor of a home listens, and the word that lets one ask: ``predictor.json``, for its owner's eyes."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from tl_core import processes
from tl_core.store.home import Home


class Place(NamedTuple):
    port: int  # on the loopback
    token: str
    pid: int
    born: str | None


def write(home: Home, port: int) -> str:
    """Tell where this very process listens; returns a fresh token."""
    place = Place(port, secrets.token_urlsafe(32), os.getpid(), processes.born(os.getpid()))
    file = _file(home)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(place._asdict(), stream)
    os.replace(beside, file)
    return place.token


def read(home: Home) -> Place | None:
    """The predictor that is there now; None when none is."""
    try:
        place = Place(**json.loads(_file(home).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return place if processes.alive(place.pid, place.born) else None


def _file(home: Home) -> Path:
    return home.runs.parent / "predictor.json"
