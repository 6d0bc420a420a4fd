"""Many small files in one request: thousands of them arrive as quickly as a few large ones."""

from __future__ import annotations

import json

from tl_core.domain.fault import InputFault
from tl_core.use_cases import uploads

HEAD = 8192  # bytes of a line that names a file
REFUSED = 1000  # names that are none, of one parcel


class Parcel:
    """Files one behind the other: ``with Parcel(token) as parcel: parcel.write(block)``, blocks cut anywhere.

    Each file is a line of JSON, ``{"name", "bytes"}``, and then so many bytes. It is there as soon as it is whole,
    whatever becomes of those behind it. A name that is none refuses its file alone.
    Raises InputFault for a bad token, a parcel that is none, and what ``uploads.Arrival`` raises of size and room.
    """

    def __init__(self, token: str) -> None:
        uploads.inbox_of(token)  # a bad one is said before anything is read
        self.arrived = 0
        self.refused: list[str] = []  # names
        self._token = token
        self._head = bytearray()
        self._file: uploads.Arrival | None = None
        self._left = 0  # bytes of the file at hand

    def __enter__(self) -> Parcel:
        return self

    def write(self, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            if self._left:
                part, rest = rest[: self._left], rest[self._left :]
                if self._file is not None:
                    self._file.write(bytes(part))
                self._left -= len(part)
                if not self._left:
                    self._close()
            else:
                rest = self._named(rest)

    def _named(self, rest: memoryview) -> memoryview:
        """Read on in the line that names a file; what is behind it."""
        end = bytes(rest[: HEAD + 1]).find(b"\n")
        self._head += rest[:end] if end >= 0 else rest
        if len(self._head) > HEAD:
            raise InputFault("uploads.torn")
        if end < 0:
            return rest[len(rest) :]
        try:
            said = json.loads(bytes(self._head))
            name, size = str(said["name"]), int(said["bytes"])
        except (ValueError, KeyError, TypeError, OverflowError):
            raise InputFault("uploads.torn") from None
        if size < 0 or len(self.refused) >= REFUSED:
            raise InputFault("uploads.torn")
        self._head.clear()
        self._left = size
        try:
            self._file = uploads.Arrival(self._token, name).__enter__()
        except InputFault as fault:
            if fault.key != "shell.upload_name":
                raise
            self._file = None
            self.refused.append(name)
        if not size:
            self._close()
        return rest[end + 1 :]

    def _close(self) -> None:
        if self._file is not None:
            self._file.write(b"")  # an empty one counts, too
            file, self._file = self._file, None
            file.__exit__(None, None, None)
            self.arrived += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._file is not None:  # torn off: the part goes
            self._file.__exit__(ConnectionError, None, None)
