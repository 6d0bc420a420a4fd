"""What comes in through the browser: places in the inbox, opened by short-lived signed tokens.

A page opens an inbox and hands its token to the browser; the streaming route checks the token and writes what comes
straight to disk, so a file of any size costs no memory. The same signature opens pictures and sounds of one project.
"""

from __future__ import annotations

import hmac
import re
import secrets
import shutil
import time
import unicodedata
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tl_core.data.sounds import RATE as SOUND_RATE  # noqa: F401 - samples a second; pages ask here
from tl_core.domain.base import Noun, new_id
from tl_core.domain.dataset import SOUND
from tl_core.domain.fault import InputFault
from tl_core.domain.suspect import REVIEW
from tl_core.store.atomic import room_expected
from tl_core.store.home import Home, checked_id
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import unended

HOURS = 6  # a token lives this long: time to find the files, not to share the address
LARGEST_FILE = 4_000_000_000  # bytes
LARGEST_INBOX = 8_000_000_000  # bytes, all files of one upload
LOOSE_FILES = 500  # more belong in a zip
ABANDONED = 3 * 86400.0  # seconds without a visit
_PART = ".part"
_taken: Counter[str] = Counter()  # inbox -> bytes it has taken in since this server started
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class Received(Noun):
    """One file of an inbox."""

    path: str  # relative to the inbox, parts by "/"
    bytes: int


class Inbox(Noun):
    name: str  # of its folder in the home's inbox
    token: str  # what the browser shows to put files there


def open_inbox(name: str | None = None) -> Inbox:
    """A place for one upload, or a fresh token for the place ``name``. Its folder is made by the first arrival."""
    home = Home.default()
    if name is None:
        name = new_id()
        _sweep(home)
    return Inbox(name=checked_id(name), token=_seal(home).dumps(name, salt="inbox"))


def _sweep(home: Home) -> None:
    """Take away uploads that nobody came back for; what a waiting job will read stays."""
    awaited: set[str] = set()
    for run_id in unended(home):
        plan = RunFolder(home.runs / run_id).plan()
        for path in (*getattr(plan, "paths", ()), *getattr(plan, "test_paths", ())):
            awaited.update(Path(path).parts)
    for folder in home.inbox.iterdir():
        if folder.name not in awaited and time.time() - folder.stat().st_mtime > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def received(name: str) -> list[Received]:
    """What an inbox holds, in order; nothing that is still arriving."""
    folder = inbox_path(name)
    found = []
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # a part file that got its name this moment
            if path.is_file() and not path.name.endswith(_PART) and path.parent.name != REVIEW:
                found.append(Received(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size))
    return found


def inbox_path(name: str) -> Path:
    """An inbox's folder, for a plan's ``paths``; it may not be there yet."""
    return Home.default().inbox / checked_id(name)


def discard(name: str) -> None:
    """Forget what an inbox holds."""
    shutil.rmtree(inbox_path(name), ignore_errors=True)


def safe_name(name: str) -> Path:
    """A client's words for a file -> a relative path that stays below the inbox on every system.

    Folders are kept (they carry the classes); dots, devices, control signs and over-long parts are not.
    Raises InputFault when nothing is left.
    """
    parts = []
    for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/"):
        part = _FORBIDDEN.sub("_", part).strip().rstrip(". ")
        if not part or set(part) == {"."}:
            continue
        if _DEVICES.fullmatch(part):
            part = f"_{part}"
        parts.append(_shortened(part))
    if not parts or len(parts) > 12:
        raise InputFault("shell.upload_name")
    return Path(*parts)


def _shortened(part: str, limit: int = 120) -> str:
    """At most ``limit`` bytes; the ending stays."""
    stem, dot, ending = part.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = part, ""
    else:
        ending = f".{ending}"
    room = limit - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + ending


class Arrival:
    """One file on its way in: ``with Arrival(token, name) as file: file.write(block)``; whole or not there at all.

    Raises InputFault for a bad token or name, a file or an inbox that grows too large, and a full disk.
    """

    def __init__(self, token: str, name: str) -> None:
        home = Home.default()
        folder = home.inbox / checked_id(_unseal(home, token, "inbox"))
        safe = safe_name(name)
        self.target = folder / safe
        if safe.as_posix() != name and self.target.exists():  # two names that became one when made safe: both stay
            self.target = self.target.with_name(f"{self.target.stem} {secrets.token_hex(2)}{self.target.suffix}")
        self.bytes = 0
        self._inbox = folder.name

    def __enter__(self) -> Arrival:
        with room_expected():
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._beside = self.target.with_name(f"{secrets.token_hex(8)}{_PART}")
            self._stream: BinaryIO = open(self._beside, "wb")
        return self

    def write(self, block: bytes) -> None:
        self.bytes += len(block)
        if self.bytes > LARGEST_FILE or self.bytes + _taken[self._inbox] > LARGEST_INBOX:
            raise InputFault("shell.upload_too_large", limit=LARGEST_FILE // 1_000_000_000)
        with room_expected():
            self._stream.write(block)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with room_expected():
                self._stream.close()
                if kind is None:
                    self._beside.replace(self.target)
                    _taken[self._inbox] += self.bytes
        finally:
            self._beside.unlink(missing_ok=True)


def picture_token(project_id: str) -> str:
    """What lets one browser see the thumbnails of one project, and hear its sounds, for a while."""
    return _seal(Home.default()).dumps(checked_id(project_id), salt="pictures")


def thumbnail(token: str, sample_id: str) -> Path | None:
    """The small picture a token opens, if there is one. Raises InputFault for a forged or old token."""
    home = Home.default()
    project_id = _unseal(home, token, "pictures")
    path = home.thumbnails(project_id) / f"{checked_id(sample_id)}.webp"
    return path if path.is_file() else None


def sound(token: str, sample_id: str) -> Path | None:
    """The sound a token opens, if there is one. Raises InputFault for a forged or old token."""
    home = Home.default()
    project_id = _unseal(home, token, "pictures")
    path = home.samples(project_id) / f"{checked_id(sample_id)}{SOUND}"
    return path if path.is_file() else None


def _seal(home: Home) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(home.secret())


def _unseal(home: Home, token: str, salt: str) -> str:
    try:
        return str(_seal(home).loads(token, salt=salt, max_age=HOURS * 3600))
    except BadSignature:  # forged, torn or too old
        raise InputFault("shell.upload_closed") from None


def cookie_secret() -> bytes:
    """What signs the cookie of a shared Thaw: of this home alone, and not the key of the tokens above."""
    return hmac.digest(Home.default().secret(), b"cookies", "sha256")
