"""What of a mistake goes into a log: where it happened and what kind it was, but nothing that may quote the data."""

from __future__ import annotations

import traceback
from pathlib import Path

QUOTING = (ValueError, LookupError, OSError)  # their words hold the values, keys or file names they stumbled over


def write_error(file: Path, error: BaseException) -> None:
    """Append the tracebacks of ``error`` and of what it came from, the first one first."""
    with open(file, "a", encoding="utf-8") as log:
        log.write("\nTraceback, innermost call last\n" + described(error))


def described(error: BaseException) -> str:
    """Tracebacks in full; the words only of errors that do not quote what they were given."""
    parts: list[str] = []
    seen: set[int] = set()
    rest: BaseException | None = error
    while rest is not None and id(rest) not in seen:
        seen.add(id(rest))
        parts.append("".join(traceback.format_tb(rest.__traceback__)) + _words(rest) + "\n")
        rest = rest.__cause__ or rest.__context__
    return "which led to\n".join(reversed(parts))


def _words(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, OSError):
        return f"{name}: {error.strerror or 'no reason given'}"
    return name if isinstance(error, QUOTING) else f"{name}: {error}"
