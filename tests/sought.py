"""Strings sought in everything that a folder holds, also where a plain search of its files would not see them."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
PICTURES = (b"\x89PNG", b"RIFF", b"\xff\xd8\xff")  # WebP is RIFF
STEM = 6  # letters that words are looked up by
SQLITE, PARQUET, GZIP, ZIP = b"SQLite format 3\0", b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
OPENED = (*PICTURES, SQLITE, PARQUET, GZIP, ZIP)


class Sought:
    """Words to look for: in any case, as UTF-8 and UTF-16, and those of digits alone as packed numbers too."""

    def __init__(self, words: Iterable[str]) -> None:
        lowered = {word.lower() for word in words}
        self._words = {word.encode() for word in lowered}
        self._lengths = sorted({len(word) for word in self._words})
        stems = sorted({re.escape(word[:STEM]) for word in self._words})
        self._stems = re.compile(b"(?=" + b"|".join(stems) + b")")
        self._numbers = {
            packed: word
            for word in lowered
            if word.isdecimal()
            for packed in (struct.pack(f"{order}{kind}", int(word)) for order in "<>" for kind in "qd")
        }

    def within(self, content: bytes) -> set[str]:
        """Which words ``content`` holds, without opening anything."""
        found = {word for packed, word in self._numbers.items() if packed in content}
        lowered = content.lower()
        for seen in (lowered, lowered.replace(b"\0", b"")):  # without its empty halves UTF-16 is ASCII
            for stem in self._stems.finditer(seen):
                begun = (seen[stem.start() : stem.start() + length] for length in self._lengths)
                found |= {word.decode() for word in begun if word in self._words}
        return found

    def below(self, folder: Path) -> dict[str, set[str]]:
        """Which words are where below ``folder``: in names of files and folders or in what they hold, opened too."""
        found: dict[str, set[str]] = {}
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder).as_posix()
            words = self.within(place.encode())
            if path.is_file() and not path.is_symlink():
                for layer in _of_file(path):
                    words |= self.within(layer)
            if words:
                found[place] = words
        return found

    def inside(self, content: bytes) -> set[str]:
        """Which words are in ``content``, as it is or once opened."""
        return set().union(*(self.within(layer) for layer in layers(content)))


def _of_file(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield from layers(content)
    if content.startswith(SQLITE):  # with what its journal beside it holds
        yield from _rows(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True))


def layers(content: bytes) -> Iterator[bytes]:
    """``content`` itself, and what whoever opens it would see: members, rows, pixels, words about a picture."""
    yield content
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield member.filename.encode() + b"\n" + member.comment + b"\n" + archive.comment
                yield from layers(archive.read(member))
    elif content.startswith(GZIP):
        yield from layers(gzip.decompress(content))
    elif content.startswith(SQLITE):
        database = sqlite3.connect(":memory:")
        if content[18:20] == b"\1\1":  # else it cannot be read without its journal
            database.deserialize(content)
        yield from _rows(database)
    elif content.startswith(PARQUET):
        import pandas as pd

        yield pd.read_parquet(io.BytesIO(content)).to_csv().encode()
    elif content.startswith(PICTURES):
        yield from _picture(content)
    for run in BASE64.findall(content):
        yield from _decoded(run)


def _rows(database: sqlite3.Connection) -> Iterator[bytes]:
    """Every cell of every table: long ones lie in the file in pieces."""
    with closing(database):
        for (name,) in list(database.execute("select name from sqlite_master where type = 'table'")):
            for row in database.execute(f'select * from "{name}"'):
                for cell in row:
                    yield from layers(cell if isinstance(cell, bytes) else str(cell).encode())


def _picture(content: bytes) -> Iterator[bytes]:
    """Its pixels, and what stands beside them."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        image.load()
        yield image.tobytes()
        for name, value in image.info.items():
            yield name.encode() if isinstance(name, str) else str(name).encode()
            yield value if isinstance(value, bytes) else str(value).encode()


def _decoded(run: bytes) -> Iterator[bytes]:
    """A run of letters as base64, from each place where one may begin."""
    plain = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    for start in range(4):
        part = plain[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        try:
            found = base64.b64decode(part + b"=" * (-len(part) % 4))
        except binascii.Error:
            continue
        yield found
        if found.startswith(OPENED):  # by chance, it may be
            with suppress(OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, sqlite3.Error):
                yield from layers(found)
