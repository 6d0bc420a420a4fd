"""Nouns that lie in a JSON file each, and what it means that there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tl_core.domain.base import Noun
from tl_core.store.atomic import read_json

Kind = TypeVar("Kind", bound=Noun)
Part = TypeVar("Part")


def read_noun(file: Path, kind: type[Kind], *, forgiving: bool = False) -> Kind | None:
    """None where there is no such file; ``forgiving``: nor one that this Thaw can read. Else raises ValidationError."""
    try:
        return kind.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        if forgiving:
            return None
        raise


def remembered_noun(file: Path, kind: type[Kind]) -> Kind | None:
    """As ``read_noun``, kept in memory until the file changes."""
    try:
        return _read(file, kind, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


def remembered_part(file: str, take: Callable[[Any], Part]) -> Part | None:
    """What ``take`` (a function of a module) finds in a JSON file; kept until that changes, the rest of it is not.

    For lists that show one figure of each of many large files, so its path is text: hundreds of ``Path`` cost more.
    """
    try:
        return _taken(file, take, os.stat(file).st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=4096)
def _taken(file: str, take: Callable[[Any], Part], changed: int) -> Part:
    return take(read_json(Path(file)))


@lru_cache(maxsize=64)
def _read(file: Path, kind: type[Kind], changed: int) -> Kind:
    return kind.model_validate_json(file.read_bytes())
