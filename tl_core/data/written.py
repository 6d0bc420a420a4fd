"""How a limited child puts down what it made of a file."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> bool:
    """Whole or not at all; False when it was there already."""
    if path.exists():
        return False
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)  # a full disk left a part of it
    return True
