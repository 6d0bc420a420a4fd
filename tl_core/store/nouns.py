"""Nouns that lie in a JSON file each, and what it means that there is none."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tl_core.domain.base import Noun

Kind = TypeVar("Kind", bound=Noun)


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


@lru_cache(maxsize=64)
def _read(file: Path, kind: type[Kind], changed: int) -> Kind:
    return kind.model_validate_json(file.read_bytes())
