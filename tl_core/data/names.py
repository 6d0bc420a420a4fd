"""Names that strangers gave: shown to people and read for classes, never used as paths."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

LONGEST = 200  # characters of a name that are shown
LONGEST_LABEL = 80  # characters of a class name
SYSTEM_NAMES = {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}


def cleaned(name: str, longest: int = LONGEST) -> str:
    """One line of printable text: composed characters, no control signs, ends kept where it is too long."""
    line = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    line = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in line).split())
    return line if len(line) <= longest else f"{line[: longest // 2 - 1]}…{line[-(longest // 2) :]}"


def cleaned_path(name: str) -> str:
    """The same for a name with folders: either slash parts them, single dots go."""
    parts = (cleaned(part) for part in name.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", "."))


def ignored(name: str) -> bool:
    """What a system left behind rather than a person: hidden files, a Mac's resource forks, Windows' thumbnails."""
    return any(part.startswith(".") or part.lower() in SYSTEM_NAMES for part in name.split("/") if part != "..")


def pseudonym(secret: bytes, kind: str, name: str) -> str:
    """The same word for the same name, in this home only: 12 hexadecimal digits of HMAC-SHA256."""
    return hmac.new(secret, f"{kind}\0{name}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]


def code(secret: bytes, source: str) -> str:
    """What stands for a file's name in the plan of a reading that takes some files of a folder."""
    return pseudonym(secret, "watched", source)
