"""Asking the resident predictor. Torch-free; starts nothing."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from tl_core.domain.answer import Reply
from tl_core.domain.decision import Unsure
from tl_core.domain.explanation import Explanation
from tl_core.domain.fault import InputFault
from tl_core.serving import place
from tl_core.store.home import Home

T = TypeVar("T")

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


def answer(home: Home, folder: Path, question: str) -> Iterator[Reply]:
    """What the assistant in ``folder`` says, as it grows; the last one is ``done``. Raises InputFault."""
    address, content = f"/answer?{urlencode({'bundle': str(folder)})}", question.encode("utf-8", "replace")
    yield from _reached(home, lambda there: _lines(there, address, content))


def warm(home: Home, bundle: Path) -> None:
    """Have a bundle loaded before the first question; returns at once. Raises InputFault."""
    _post(home, "/warm", {"bundle": str(bundle)}, b"", returning=0.0)


def prepare(home: Home, modality: str) -> None:
    """Have loaded what models of this kind need, before there is one; returns at once. Raises InputFault."""
    _post(home, "/prepare", {"modality": modality}, b"", returning=0.0)


def _question(bundle: Path, content: bytes | str) -> tuple[dict[str, str], bytes]:
    if isinstance(content, str):
        return {"bundle": str(bundle), "kind": "text"}, content.encode("utf-8", "replace")
    return {"bundle": str(bundle), "kind": "file"}, content


def _post(
    home: Home, path: str, query: dict[str, str], content: bytes, returning: float | None = None
) -> dict[str, Any]:
    return _reached(home, lambda there: _talk(there, f"{path}?{urlencode(query)}", content), returning)


def _reached(home: Home, talk: Callable[[place.Place], T], returning: float | None = None) -> T:
    """What ``talk`` with the predictor gives, as soon as there is one."""
    end = time.monotonic() + (RETURNING if returning is None else returning)
    while True:
        there = place.read(home)
        if there is not None:
            try:
                return talk(there)
            except TimeoutError as error:
                raise InputFault("predict.predictor_busy") from error
            except (OSError, http.client.HTTPException) as error:  # it fell, or fell over this very question
                if place.read(home) == there:
                    raise InputFault("predict.predictor_busy") from error
        if time.monotonic() > end:
            raise InputFault("predict.no_predictor")
        time.sleep(0.1)


def _talk(there: place.Place, address: str, content: bytes) -> dict[str, Any]:
    connection, reply = _asked(there, address, content)
    try:
        return _told(reply.read())
    finally:
        connection.close()


def _lines(there: place.Place, address: str, content: bytes) -> Iterator[Reply]:
    """The first one is waited for, so that a predictor that fell can be asked again."""
    connection, reply = _asked(there, address, content)
    try:
        first = reply.readline()
        if not first:
            raise http.client.IncompleteRead(b"")
        found = Reply.model_validate(_told(first))
    except BaseException:
        connection.close()
        raise
    return _rest(connection, reply, found)


def _rest(connection: http.client.HTTPConnection, reply: http.client.HTTPResponse, found: Reply) -> Iterator[Reply]:
    try:
        yield found
        while line := reply.readline():
            found = Reply.model_validate(_told(line))
            yield found
        if not found.done:
            raise InputFault("predict.predictor_busy")
    except (OSError, http.client.HTTPException) as error:  # it takes too long, or fell
        raise InputFault("predict.predictor_busy") from error
    finally:
        connection.close()


def _asked(
    there: place.Place, address: str, content: bytes
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", there.port, timeout=PATIENCE)
    try:
        connection.request("POST", address, content, {"Authorization": f"Bearer {there.token}"})
        return connection, connection.getresponse()
    except BaseException:
        connection.close()
        raise


def _told(line: bytes) -> dict[str, Any]:
    told = json.loads(line)
    if "fault" in told:
        raise InputFault(told["fault"], **told["values"])
    return told
