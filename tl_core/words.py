"""The one translation table: every sentence a person reads, on a page or on the command line, comes from here.

Texts live in ``assets/translations/<language>/<area>.json``; the text ``name`` of area ``data`` has the key
``data.name``. A text is a format string, or ``{"one": ..., "other": ...}`` chosen by the value ``count``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parent.parent / "assets" / "translations"


@cache
def table(language: str = "en") -> dict[str, str | dict[str, str]]:
    """All texts of one language, keyed ``area.name``."""
    return {
        f"{file.stem}.{name}": text
        for file in sorted((TRANSLATIONS / language).glob("*.json"))
        for name, text in json.loads(file.read_text("utf-8")).items()
    }


def say(key: str, language: str = "en", /, **values: object) -> str:
    """The text behind ``key`` with ``values`` filled in. An unknown key is a mistake of ours: ``KeyError``."""
    text = table(language)[key]
    if isinstance(text, dict):
        text = text["one" if values.get("count") == 1 else "other"]
    return text.format(**values)
