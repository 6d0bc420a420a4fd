"""Which encoding a text file is written in: told by its first bytes, or guessed."""

from __future__ import annotations

import codecs
from pathlib import Path

from tl_core.data.languages import language_of

LOOKED_AT = 1 << 16  # bytes from the start: enough to tell, cheap to look at
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHOICES = (  # offered where the guess is wrong; names as Python knows them
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "latin-1",
    "iso8859-15",
    "mac_roman",
    "cp437",
    "cp850",
    "cp1250",
    "iso8859-2",
    "cp1251",
    "koi8-r",
    "koi8-u",
    "iso8859-5",
    "cp866",
    "cp1253",
    "iso8859-7",
    "cp1254",
    "iso8859-9",
    "cp1255",
    "iso8859-8",
    "cp1256",
    "iso8859-6",
    "cp1257",
    "cp1258",
    "tis-620",
    "shift_jis",
    "cp932",
    "euc_jp",
    "iso2022_jp",
    "gb18030",
    "big5",
    "cp949",
    "euc_kr",
    "johab",
    "iso2022_kr",
    "mac_cyrillic",
    "cp855",
)
LIKELY = [name for name in CHOICES if not name.startswith(("utf", "latin"))]

WESTERN = {"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "id"}
CONFUSED = {"cp1250", "cp1254", "cp1257", "cp1258", "iso8859_2", "iso8859_9", "iso8859_15"}  # mostly the same letters
CONFUSED |= {"cp437", "cp850", "mac_roman"}  # other places for them, with little to go by in a short text
PUNCTUATION = {0x80, 0x85, *range(0x91, 0x98)}  # of cp1252, where the others have letters


def guess_encoding(path: Path) -> str:
    """The name of a codec that reads the start of the file; "utf-8" for an empty one."""
    with open(path, "rb") as file:
        return guess(file.read(LOOKED_AT))


def guess(head: bytes) -> str:
    """Marks first, then UTF-8, which other text almost never is by chance, then a guess by the letters' frequencies."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _wide(head) or "utf-8"
    if b"\x1b$" in head or b"\x1b(" in head:
        return _switching(head)
    if _reads(head, "utf-8"):
        return "utf-8"
    from charset_normalizer import from_bytes  # 40 ms: only where it is needed

    best = from_bytes(head, cp_isolation=LIKELY, steps=8, chunk_size=1024).best()
    if best is None:
        return "cp1252"
    if best.encoding in CONFUSED and language_of(head.decode("cp1252", "replace")) in WESTERN:
        high = [byte for byte in head if byte > 0x7F]
        if sum(byte < 0xA0 for byte in high if byte not in PUNCTUATION) < len(high) / 2:
            return "cp1252"  # Western letters where Western Europe's Windows has them
    return str(best.encoding)


def looks_binary(head: bytes, encoding: str) -> bool:
    """Too many signs that no text has, read this way?"""
    text = head.decode(encoding, "replace")
    odd = sum((c < " " and c not in "\t\n\r\f\x1b") or c in "\ufffd\x7f" for c in text)
    return odd > max(2, len(text) / 10)


def _wide(head: bytes) -> str | None:
    """Two or four bytes a character without a mark: zeros lie in the same places everywhere."""
    for width, little, big in ((4, "utf-32-le", "utf-32-be"), (2, "utf-16-le", "utf-16-be")):
        whole = head[: len(head) // width * width]
        columns = [whole[i::width].count(0) / max(1, len(whole) // width) for i in range(width)]
        order = little if columns[-1] > columns[0] else big
        if abs(columns[-1] - columns[0]) > 0.2 and _reads(whole, order):
            return order
    return None


def _switching(head: bytes) -> str:
    """Encodings that switch alphabets by escape sequences."""
    return next((name for name in ("iso2022_kr", "iso2022_jp", "iso2022_jp_2") if _reads(head, name)), "utf-8")


def _reads(head: bytes, encoding: str) -> bool:
    """Could this be the start of a text in that encoding? It may end within a character."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=len(head) < LOOKED_AT)
    except UnicodeError:
        return False
    return True
