"""Files that are there whole or not at all: written beside, synced, renamed."""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tl_core.domain.fault import InputFault

if TYPE_CHECKING:
    import numpy as np

_NO_ROOM = {errno.ENOSPC, errno.EFBIG} | ({errno.EDQUOT} if hasattr(errno, "EDQUOT") else set())
_NO_ROOM_WORDS = ("No space left on device", "os error 28", "File too large", "disk is full")


def is_disk_full(error: BaseException | None) -> bool:
    """Does ``error``, or what it came from, say that there was no room? Knows safetensors' and SQLite's wording."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, InputFault) and error.key == "store.disk_full":
            return True
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return True
        text = str(error)
        if any(words in text for words in _NO_ROOM_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def room_expected() -> Iterator[None]:
    """Turns "no room" into a sentence. Raises InputFault ``store.disk_full``."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error) and not isinstance(error, InputFault):
            raise InputFault("store.disk_full") from error
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Folders above ``path`` are made. Raises InputFault ``store.disk_full``; the old file is kept then."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with room_expected():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(beside, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            _replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


def write_array(path: Path, array: np.ndarray) -> None:
    """As numpy's own file, to be read by ``numpy.load``."""
    import numpy

    stream = io.BytesIO()
    numpy.save(stream, array)
    write_bytes(path, stream.getvalue())


def write_json(path: Path, noun: BaseModel | dict[str, Any] | list[Any]) -> None:
    if isinstance(noun, BaseModel):
        write_text(path, noun.model_dump_json(indent=1) + "\n")
    else:
        write_text(path, json.dumps(noun, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def replace_folder(temp: Path, target: Path) -> None:
    """Make the finished folder ``temp`` (beside ``target``, same disk) the new ``target``; the old one is removed.

    Every file is synced first. On Linux the two are exchanged in one step; elsewhere a crash between two renames
    leaves ``target`` under the name ``previous_name(target)``: read it through ``present_folder``.
    """
    with room_expected():
        for file in temp.rglob("*"):
            if file.is_file():
                _sync(file)
        _sync_folder(temp)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.rename(temp, target)
        elif _exchange(temp, target):
            shutil.rmtree(temp, ignore_errors=True)
        else:
            previous = previous_name(target)
            shutil.rmtree(previous, ignore_errors=True)
            os.rename(target, previous)
            os.rename(temp, target)
            shutil.rmtree(previous, ignore_errors=True)
    _sync_folder(target.parent)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A fresh folder to fill, beside ``target``, whose place it takes in one step at the end. Nothing is left of one
    that fails. Raises ``InputFault`` when the disk is full."""
    beside = target.with_name(f".{target.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        with room_expected():
            beside.mkdir(parents=True)
        yield beside
        replace_folder(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def present_folder(target: Path) -> Path | None:
    """``target``, brought back if a crash in ``replace_folder`` left only the one before it; None if there is none."""
    if target.is_dir():
        return target
    with suppress(OSError):
        os.rename(previous_name(target), target)
    return target if target.is_dir() else None


def previous_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _replace(source: Path, target: Path) -> None:
    for attempt in range(20):
        try:
            return os.replace(source, target)
        except PermissionError:  # Windows: a reader or a virus scanner has the target open for a moment
            if sys.platform != "win32" or attempt == 19:
                raise
            import time

            time.sleep(0.05)
    return None


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step (Linux's renameat2); False where that is not to be had."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _sync(file: Path) -> None:
    with open(file, "rb") as stream, suppress(OSError):  # Windows refuses to sync what is open for reading
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
