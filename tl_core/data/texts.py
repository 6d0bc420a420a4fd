"""A stranger's text file -> its characters, and those cleaned of what no reader sees."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from tl_core.data.encodings import guess, looks_binary
from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size

UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
SPACES = re.compile(r"[ \t\u00a0]+")
BLANK_LINES = re.compile(r"\n\s*\n\s*")
BINARY_STARTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def clean(text: str) -> str:
    """Composed characters, no control signs, single spaces, no blank lines in a row."""
    return BLANK_LINES.sub("\n\n", SPACES.sub(" ", composed(text))).strip()


def composed(text: str) -> str:
    """Composed characters, no control signs, lines ended as here; spaces stay as they are."""
    return unicodedata.normalize("NFC", UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def decoded(path: Path, largest: int) -> tuple[str, str]:
    """The file's text, and the encoding it was read as; U+FFFD for what that does not know.

    Raises ``Refused`` (area refusals) for an empty file, one of more than ``largest`` bytes, and one that is no text.
    """
    check_size(path, largest)
    content = path.read_bytes()
    if content.startswith(BINARY_STARTS):
        raise Refused("refusals.not_a_text")
    encoding = guess(content[:65536])
    if looks_binary(content[:65536], encoding):
        raise Refused("refusals.not_a_text")
    return content.decode(encoding, "replace"), encoding
