"""Which font of a PDF draws which sign.

Bitstream Vera comes with reportlab and is always there; what it lacks is looked for in fonts of this machine. All are
embedded but the Chinese, Japanese and Korean ones, which every reader brings itself (CID fonts). Signs that none has
are written as their code, and that is said.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

PLAIN, BOLD = "Vera", "VeraBd"
_OURS = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf"}
_FOLDERS = {
    "win32": ("C:/Windows/Fonts",),
    "darwin": ("/System/Library/Fonts/Supplemental", "/Library/Fonts"),
}  # fmt: skip
_LINUX = [
    f"/usr/share/fonts/{name}"
    for name in ("truetype/dejavu", "dejavu-sans-fonts", "TTF", "truetype/noto", "noto", "truetype/liberation")
]
_FILES = (
    "DejaVuSans.ttf", "Arial Unicode.ttf", "segoeui.ttf", "arial.ttf", "Arial.ttf", "NotoSans-Regular.ttf",
    "NotoSansThai-Regular.ttf", "NotoSansSymbols2-Regular.ttf", "seguisym.ttf",
)  # fmt: skip
_ASIAN = {"HeiseiKakuGo-W5": "shift_jis", "STSong-Light": "gbk", "HYGothic-Medium": "cp949"}  # signs that each has
_RIGHT_TO_LEFT = ("R", "AL")
_JOINED = range(0x0900, 0x1100)  # scripts of India and its neighbours: their signs change by what stands beside them


class Run(NamedTuple):
    font: str
    text: str


class Fonts:
    """``lost``: signs met that could not be drawn; ``lent``: whether fonts of the reader's own are asked for.

    ``chinese``: Chinese fonts before Japanese ones.
    """

    def __init__(self, *, chinese: bool = False) -> None:
        asian = sorted(_ASIAN, key=lambda name: (name == "STSong-Light") != chinese) if chinese else list(_ASIAN)
        self._others = [*_machine(), *map(_asian, asian)]
        self._known = {name: _ours(name) for name in _OURS}
        self.lost: set[str] = set()
        self.lent = False

    def runs(self, text: str, bold: bool = False) -> list[Run]:
        """``text`` parted by the fonts that draw it; line ends and signs that only steer others are taken away."""
        seen = [sign for sign in unicodedata.normalize("NFC", " ".join(text.split())) if not _steers(sign)]
        found = []
        for font, signs in groupby(seen, lambda sign: self._font(sign, BOLD if bold else PLAIN)):
            told = "".join(signs)
            if font is None:
                self.lost.update(told)
                told = "[" + " ".join(f"U+{ord(sign):04X}" for sign in told.strip()) + "]"
            self.lent |= font in _ASIAN
            found.append(Run(font or (BOLD if bold else PLAIN), told))
        return found

    def written(self, text: str) -> str:
        """``text`` as it will be read, codes in place of signs that are lost: for what breaks lines by itself."""
        return "".join(run.text for run in self.runs(text))

    def marked(self, text: str, bold: bool = False) -> str:
        """The same for a paragraph, which reads XML."""
        return "".join(f'<font name="{run.font}">{escape(run.text)}</font>' for run in self.runs(text, bold))

    @staticmethod
    def width(run: Run, size: float) -> float:
        return pdfmetrics.stringWidth(run.text, run.font, size)

    def _font(self, sign: str, ours: str) -> str | None:
        if ord(sign) in self._known[ours]:
            return ours
        if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT or ord(sign) in _JOINED:
            return None  # would be drawn in the wrong order, or apart
        return next((name for name, signs in self._others if _holds(signs, sign)), None)


def _steers(sign: str) -> bool:
    """Marks of direction, joiners, variation selectors: they show nothing themselves."""
    return unicodedata.category(sign) in ("Cf", "Cc") or 0xFE00 <= ord(sign) <= 0xFE0F


def _holds(signs: frozenset[int] | str, sign: str) -> bool:
    if isinstance(signs, frozenset):
        return ord(sign) in signs
    try:
        sign.encode(signs)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _ours(name: str) -> frozenset[int]:
    return _registered(name, _OURS[name])


@cache
def _machine() -> list[tuple[str, frozenset[int] | str]]:
    """Fonts of this machine that can be embedded, in the order in which they are asked."""
    return [(file.stem, _registered(file.stem, str(file))) for file in _files() if _loads(file)]


def _files() -> Iterator[Path]:
    folders = [Path(folder) for folder in _FOLDERS.get(sys.platform, _LINUX)]
    for name in _FILES:
        yield from (folder / name for folder in folders if (folder / name).is_file())


def _loads(file: Path) -> bool:
    try:
        _registered(file.stem, str(file))
    except (TTFError, OSError):
        return False
    return True


@cache
def _registered(name: str, file: str) -> frozenset[int]:
    """Code points that it draws."""
    font = TTFont(name, file)
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


@cache
def _asian(name: str) -> tuple[str, frozenset[int] | str]:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name, _ASIAN[name]
