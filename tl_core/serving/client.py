"""Asking the resident predictor. Torch-free; starts nothing."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tl_core.domain.decision import Unsure
from tl_core.domain.explanation import Explanation
from tl_core.domain.fault import InputFault
from tl_core.serving import place
from tl_core.store.home import Home

PATIENCE = 120.0  # seconds for an answer: the first one waits for libraries and weights
RETURNING = 15.0  # seconds a predictor may take to come up, or back after a fall


class Told(NamedTuple):
    """What a model says of one sample."""

    probabilities: list[float]  # (class) corrected by the bundle's decision
    label: int
    possible: list[bool]  # (class)
    not_sure: Unsure
    picture: str = ""  # WebP in base64: what a sound or a series looks like


def ask(home: Home, bundle: Path, content: bytes | str) -> Told:
    """About one sample: a file's bytes, or a text. Raises InputFault."""
    return Told(**_post(home, "/ask", *_question(bundle, content)))


def explain(home: Home, bundle: Path, content: bytes | str) -> Explanation:
    """Why one sample is answered as it is; ``content`` as for ``ask``. Raises InputFault."""
    return Explanation.model_validate(_post(home, "/explain", *_question(bundle, content)))


def warm(home: Home, bundle: Path) -> None:
    """Have a bundle loaded before the first question; returns at once. Raises InputFault."""
    _post(home, "/warm", {"bundle": str(bundle)}, b"", returning=0.0)


def _question(bundle: Path, content: bytes | str) -> tuple[dict[str, str], bytes]:
    if isinstance(content, str):
        return {"bundle": str(bundle), "kind": "text"}, content.encode("utf-8", "replace")
    return {"bundle": str(bundle), "kind": "file"}, content


def _post(
    home: Home, path: str, query: dict[str, str], content: bytes, returning: float | None = None
) -> dict[str, Any]:
    end = time.monotonic() + (RETURNING if returning is None else returning)
    while True:
        there = place.read(home)
        if there is not None:
            try:
                return _talk(there, f"{path}?{urlencode(query)}", content)
            except TimeoutError as error:
                raise InputFault("predict.predictor_busy") from error
            except (OSError, http.client.HTTPException) as error:  # it fell, or fell over this very question
                if place.read(home) == there:
                    raise InputFault("predict.predictor_busy") from error
        if time.monotonic() > end:
            raise InputFault("predict.no_predictor")
        time.sleep(0.1)


def _talk(there: place.Place, path: str, content: bytes) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", there.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, content, {"Authorization": f"Bearer {there.token}"})
        reply = connection.getresponse()
        told = json.loads(reply.read())
    finally:
        connection.close()
    if "fault" in told:
        raise InputFault(told["fault"], **told["values"])
    return told
