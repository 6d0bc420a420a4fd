"""Files by plain HTTP, because a person asked: checked, with progress, and with one sentence for what can go wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tl_core.domain.fault import InputFault

if TYPE_CHECKING:
    import httpx2

SECONDS = 30.0  # without a byte, before we say that there is no network


@contextmanager
def connection(name: str, headers: dict[str, str] | None = None) -> Iterator[httpx2.Client]:
    """A client whose failures become ``InputFault`` sentences about the model ``name``."""
    import httpx2

    try:
        with httpx2.Client(
            headers={"User-Agent": "thaw", **(headers or {})}, follow_redirects=True, timeout=SECONDS
        ) as client:
            yield client
    except httpx2.HTTPStatusError as error:
        refused = error.response.status_code in (401, 403, 404)
        raise InputFault("backbones.hub_refuses" if refused else "backbones.hub_broken", name=name) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise InputFault("backbones.no_network", name=name) from error


def transfer(
    client: httpx2.Client, url: str, file: Path, sha256: str | None, report: Callable[[int, int | None], None]
) -> int:
    """Copy ``url`` into ``file``; its size in bytes. ``sha256`` is that of the content, or its first digits."""
    digest, done = hashlib.sha256(), 0
    with client.stream("GET", url) as answer, open(file, "wb") as out:
        answer.raise_for_status()
        length = answer.headers.get("Content-Length", "")
        for block in answer.iter_bytes(1 << 20):
            out.write(block)
            digest.update(block)
            done += len(block)
            report(done, int(length) if length.isdigit() else None)
    if sha256 and not digest.hexdigest().startswith(sha256):
        raise InputFault("backbones.hub_broken", name=file.name)
    return done
