"""What comes in through the browser: places in the inbox, opened by short-lived signed tokens.

A page opens an inbox and hands its token to the browser; the streaming route checks the token and writes what comes
straight to disk, so a file of any size costs no memory. The same signature opens pictures and sounds of one project.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tl_core.data.content_mark import mark_of
from tl_core.data.sounds import RATE as SOUND_RATE  # noqa: F401 - samples a second; pages ask here
from tl_core.domain.base import Noun, new_id
from tl_core.domain.dataset import SOUND
from tl_core.domain.fault import InputFault
from tl_core.domain.suspect import REVIEW
from tl_core.store.atomic import read_json, room_expected, write_json
from tl_core.store.home import Home, checked_id
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import unended

HOURS = 6  # a token lives this long: time to find the files, not to share the address
LARGEST_FILE = 4_000_000_000  # bytes
LARGEST_INBOX = 8_000_000_000  # bytes, all files of one upload
LOOSE_FILES = 20_000  # of one go; more belong in a zip
ABANDONED = 3 * 86400.0  # seconds without a visit
_PART = ".part"
_EXPECTED = ".expected.json"  # in an inbox: how many files the browser set out to send
_taken: Counter[str] = Counter()  # inbox -> bytes it has taken in since this server started
_came: Counter[str] = Counter()  # inbox -> files
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
Wanted = tuple[str, int, int | None]  # a client's name and bytes of a file, and the mark of its content where known
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
    return [Received(path=path, bytes=size) for path, size in sorted(_lying(inbox_path(name)))]


def _lying(folder: Path, above: str = "") -> Iterator[tuple[str, int]]:
    """Path below the inbox and bytes of each whole file; thousands in a few hundredths of a second."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != REVIEW:
                    yield from _lying(Path(entry.path), f"{above}{entry.name}/")
            elif not entry.name.endswith(_PART) and entry.name != _EXPECTED:
                with suppress(FileNotFoundError):  # a part file that got its name this moment
                    yield f"{above}{entry.name}", entry.stat().st_size


def missing(token: str, wanted: Sequence[Wanted]) -> list[int]:
    """Which of ``wanted`` have not arrived whole, by their places in it; where a mark is known, in its content.

    How many there will be is kept, so that a page can say what is still to come. Raises InputFault for a bad token.
    """
    folder = inbox_path(inbox_of(token))
    there = dict(_lying(folder))
    lacking = [place for place, one in enumerate(wanted) if not _is_here(folder, there, *one)]
    with room_expected():
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / _EXPECTED, {"files": len(there.keys() | _places(wanted))})
    return lacking


def _is_here(folder: Path, there: dict[str, int], name: str, size: int, mark: int | None) -> bool:
    try:
        path = _below(name)
        return there.get(path.as_posix()) == size and (mark is None or mark == mark_of(folder / path))
    except (InputFault, OSError):  # no name at all: its arrival says so; or gone this moment
        return False


def _places(wanted: Sequence[Wanted]) -> set[str]:
    found = set()
    for name, *_ in wanted:
        with suppress(InputFault):
            found.add(_below(name).as_posix())
    return found


def expected(name: str) -> int:
    """How many files the inbox will hold when all that was chosen has come; 0 where nobody said."""
    with suppress(FileNotFoundError, ValueError):
        return int(read_json(inbox_path(name) / _EXPECTED)["files"])
    return 0


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
    parts = [made for part in _parts(name) if (made := _safe(part))]
    if not parts or len(parts) > 12:
        raise InputFault("shell.upload_name")
    return Path(*parts)


def _parts(name: str) -> list[str]:
    whole = name.encode("utf-8", "replace").decode("utf-8")  # halves of signs that no file system takes
    return unicodedata.normalize("NFC", whole).replace("\\", "/").split("/")


def _safe(part: str) -> str:
    """Empty where nothing is left."""
    part = _FORBIDDEN.sub("_", part).strip().rstrip(". ")
    if _DEVICES.fullmatch(part) or part == _EXPECTED:
        part = f"_{part}"
    if part.endswith(_PART):  # as those that are still arriving
        part = f"{part}_"
    return _shortened(part)


def _below(name: str) -> Path:
    """``safe_name``; where that had to change the name, with a mark of its own: two names stay two files."""
    safe = safe_name(name)
    if all(part == _safe(part) or not part.strip(". ") for part in _parts(name)):
        return safe
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return safe.with_name(f"{safe.stem} {mark}{safe.suffix}")


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
        folder = home.inbox / inbox_of(token)
        self.target = folder / _below(name)
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
        full = self.bytes + _taken[self._inbox] > LARGEST_INBOX or _came[self._inbox] > 10 * LOOSE_FILES
        if self.bytes > LARGEST_FILE or full:
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
                    _came[self._inbox] += 1
        finally:
            self._beside.unlink(missing_ok=True)


def inbox_of(token: str) -> str:
    """The name of the inbox a token opens. Raises InputFault for a forged or old one."""
    return checked_id(_unseal(Home.default(), token, "inbox"))


def live_token(run_id: str, page: str) -> str:
    """What lets one page, by a word of its own, ask the model of one run for a while."""
    return _seal(Home.default()).dumps(f"{checked_id(run_id)} {page}", salt="live")


def live_run(token: str) -> tuple[str, str]:
    """Run and page of such a token. Raises InputFault for a forged or old one."""
    run_id, _, page = _unseal(Home.default(), token, "live").partition(" ")
    return checked_id(run_id), page


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


def sealed(text: str, purpose: str) -> str:
    """A token that holds ``text`` for one purpose, for a while."""
    return _seal(Home.default()).dumps(text, salt=purpose)


def opened(token: str, purpose: str) -> str:
    """What a token holds. Raises InputFault for a forged or old one."""
    return _unseal(Home.default(), token, purpose)


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
