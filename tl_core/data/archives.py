"""Zip files from strangers: listed under caps, read member by member to names of our own."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from tl_core.data.names import cleaned_path, ignored
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import is_disk_full

MEMBERS = 50_000
DIRECTORY = 20_000_000  # bytes of the list of members
TOTAL = 20_000_000_000  # bytes, unpacked
LARGEST = 500_000_000  # bytes of one member, unpacked
RATIO = 200  # unpacked / packed: photos reach 1.1, tables 20, bombs 1,000
SMALL = 50_000_000  # bytes below which the ratio says nothing: a blank scan packs 1,000 times
BLOCK = 1 << 18
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others need memory that the archive chooses
OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
PACKED_FILES = (".nii.gz",)  # one file each, that its reader unpacks
ENCRYPTED = 0x1
NAME_IS_UTF8 = 0x800


def is_other_archive(name: str) -> bool:
    """A kind of archive that is not opened, by its name."""
    return name.lower().endswith(OTHER_ARCHIVES) and not name.lower().endswith(PACKED_FILES)


def is_archive(path: Path) -> bool:
    """By its name, or by its first bytes where the name has no ending."""
    if path.suffix:
        return path.suffix.lower() == ".zip"
    with open(path, "rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Member:
    name: str  # cleaned, for people and classes
    index: int  # in the archive's own list
    size: int  # bytes, unpacked, as the archive claims


class Archive:
    """An open zip file. ``members`` can be extracted; ``refused`` are the names that cannot, with the reason.

    Raises ``InputFault`` when the whole archive is broken, encrypted, or larger than any honest upload.
    """

    def __init__(self, path: Path) -> None:
        try:
            _check_directory(path)
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, struct.error, ValueError, NotImplementedError, EOFError):
            raise InputFault("data.zip_broken") from None
        self.members: list[Member] = []
        self.refused: list[tuple[str, Refused]] = []
        try:
            self._list(path)
        except BaseException:
            self.close()
            raise

    def _list(self, path: Path) -> None:
        infos = self._zip.infolist()
        seen: set[str] = set()
        for index, info in enumerate(infos):
            name = _readable_name(info)
            if info.filename.endswith(("/", "\\")) or ignored(name):
                continue
            reason = _why_not(info, name, seen)
            seen.add(name)
            if reason:
                self.refused.append((name or "?", reason))
            else:
                self.members.append(Member(name, index, info.file_size))
        total = sum(member.size for member in self.members)
        if total > TOTAL:
            raise InputFault("data.zip_too_big", limit=TOTAL // 10**9)
        if total > SMALL and total > RATIO * path.stat().st_size:
            raise InputFault("data.zip_bomb")
        if self.refused and not self.members and all(r.reason == "refusals.encrypted" for _, r in self.refused):
            raise InputFault("data.zip_encrypted")

    def extract(self, member: Member, target: Path) -> None:
        """Write one member to ``target``. Raises ``Refused`` when it is broken or larger than it claimed."""
        try:
            with self._zip.open(self._zip.infolist()[member.index]) as source, open(target, "wb") as file:
                _copy(source, file, member.size)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError, struct.error) as problem:
            target.unlink(missing_ok=True)
            if is_disk_full(problem):
                raise
            raise Refused("refusals.broken_in_zip") from None

    def close(self) -> None:
        self._zip.close()


def _copy(source: IO[bytes], file: IO[bytes], size: int) -> None:
    left = size
    while block := source.read(BLOCK):
        left -= len(block)
        if left < 0:
            raise zipfile.BadZipFile("longer than it claimed")
        file.write(block)


def _why_not(info: zipfile.ZipInfo, name: str, seen: set[str]) -> Refused | None:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
        return Refused("refusals.unsafe_name")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Refused("refusals.link")
    if info.flag_bits & ENCRYPTED:
        return Refused("refusals.encrypted")
    if info.compress_type not in METHODS:
        return Refused("refusals.unknown_packing")
    if name in seen:
        return Refused("refusals.same_name")
    if name.lower().endswith(".zip") or is_other_archive(name):
        return Refused("refusals.nested_archive")
    if info.file_size > LARGEST:
        return Refused("refusals.too_big", limit=LARGEST // 10**6)
    if info.file_size > SMALL and info.file_size > RATIO * max(info.compress_size, 1):
        return Refused("refusals.bomb")
    return None


def _readable_name(info: zipfile.ZipInfo) -> str:
    """Macs write UTF-8 without saying so, which then reads like code page 437."""
    name = info.filename
    if not info.flag_bits & NAME_IS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return cleaned_path(name)


def _check_directory(path: Path) -> None:
    """Before the list of members is read into memory: how long does the archive say it is?"""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - 22 - 65535)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            raise zipfile.BadZipFile("no end record")
        members, length = struct.unpack_from("<H", tail, at + 10)[0], struct.unpack_from("<L", tail, at + 12)[0]
        locator = tail.rfind(b"PK\x06\x07", 0, at)
        if locator >= 0:
            file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
            record = file.read(56)
            if record[:4] == b"PK\x06\x06" and len(record) == 56:
                members, length = struct.unpack_from("<Q", record, 32)[0], struct.unpack_from("<Q", record, 40)[0]
    if members > MEMBERS or length > DIRECTORY:
        raise InputFault("data.zip_too_many", limit=MEMBERS)
