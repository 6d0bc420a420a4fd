"""The one translation table: every sentence a person reads, on a page or on the command line, comes from here.

Texts live in ``assets/translations/<language>/<area>.json``; the text ``name`` of area ``data`` has the key
``data.name``. A text is a format string, or ``{"one": ..., "other": ...}`` chosen by the value ``count`` the way the
language does (CLDR, from Babel). Figures in it are written the language's way too.

Which language: what was set in this context (``speak``: one thread or one request, so nobody hears another's), else
what ``ask`` finds out, else ``THAW_LANGUAGE``, else English. What a language does not say yet is said in English.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter

TRANSLATIONS = Path(__file__).resolve().parent.parent / "assets" / "translations"
ENGLISH = "en"
NAMES = {  # each by its own
    ENGLISH: "English", "es": "Español", "de": "Deutsch", "fr": "Français", "pt": "Português", "ja": "日本語",
    "zh": "简体中文",
}  # fmt: skip
Text = str | dict[str, str]
_WIDE = ("ja", "zh")  # languages whose signs bring their own space
_FULL_WIDTH = "。！？：；，、…）」』"

_spoken: ContextVar[str] = ContextVar("language", default="")
_asked: list[Callable[[], str]] = []


@cache
def table(language: str = ENGLISH) -> dict[str, Text]:
    """All texts of one language, keyed ``area.name``. No line begins with a percent sign."""
    return {
        f"{file.stem}.{name}": text
        for file in sorted((TRANSLATIONS / language).glob("*.json"))
        for name, text in json.loads(file.read_text("utf-8").replace(" %", "\u00a0%")).items()
    }


@cache
def languages() -> tuple[str, ...]:
    """Codes of those that can be spoken, English first."""
    return tuple(code for code in NAMES if (TRANSLATIONS / code).is_dir())


def first_spoken(wished: Iterable[str]) -> str:
    """The first of ``wished`` (``de``, ``pt-BR``, ``zh_Hans``) that can be spoken; empty where none can."""
    codes = (wish.strip().replace("_", "-").partition("-")[0].lower() for wish in wished)
    return next((code for code in codes if code in languages()), "")


def language() -> str:
    """The code of the language spoken here."""
    said = _spoken.get() or next(filter(None, (ask() for ask in _asked)), "")
    return said or usual()


def usual() -> str:
    """Where nobody asks for another: that of ``THAW_LANGUAGE``, else English."""
    return first_spoken([os.environ.get("THAW_LANGUAGE", "")]) or ENGLISH


def speak(code: str) -> None:
    """From now on in this context, a thread or a request: ``code``, one of ``languages()``."""
    _spoken.set(code)


def ask(find_out: Callable[[], str]) -> None:
    """Where nothing was set ``find_out`` is asked; it answers with a code, or nothing."""
    _asked[:] = [find_out]


def say(key: str, /, **values: object) -> str:
    """The text behind ``key`` with ``values`` filled in. An unknown key is a mistake of ours: ``KeyError``."""
    code = language()
    text = table(code).get(key)
    if text is None:
        code, text = ENGLISH, table()[key]
    count = values.get("count")
    if isinstance(text, dict):
        text = text.get(_form(code, count), text["other"])
    if isinstance(count, int):
        values["count"] = _Count(count)
    return "".join(
        said if name is None else said + _shown(values[name], form, code) for said, name, form in _parts(text)
    )


def number(value: float, form: str = "", code: str = "") -> str:
    """``value`` as Python's ``form`` has it, with the signs of the language: 1234.5 -> "1.234,50" for ",.2f"."""
    text = format(value, form)
    signs = _signs(code or language())
    return text.translate(signs) if signs else text


def tenths(value: float) -> str:
    """One decimal, and none where it would be a nought: "2.5", "3"."""
    return number(value, ".0f" if f"{value:.1f}".endswith("0") else ".1f")


def share(part: float) -> str:
    """0.237 -> "24 %"; small shares keep a digit so that they do not read as nothing."""
    percent = 100 * part
    return say("shell.percent", value=number(percent, ".1f" if 0 < round(percent, 1) < 1 else ".0f"))


def duration(seconds: float) -> str:
    """Seconds for people: "8 s", "3 min", "2 h 10 min"."""
    seconds = max(0.0, seconds)
    if seconds < 59.5:
        return say("shell.seconds", value=number(seconds, ".0f" if seconds >= 10 or seconds < 0.05 else ".2g"))
    minutes = round(seconds / 60)
    if minutes < 60:
        return say("shell.minutes", value=minutes)
    return say("shell.hours", hours=minutes // 60, minutes=minutes % 60)


def joined(texts: Iterable[str | None]) -> str:
    """One after the other, the empty ones left out: with a space between, but none after a full-width sign."""
    said = ""
    for text in filter(None, texts):
        said += text if not said or said[-1] in _FULL_WIDTH else f" {text}"
    return said


def listed(names: Iterable[str]) -> str:
    """Names in a row: "a, b, c"; in Japanese and Chinese "a、b、c"."""
    return ("、" if language() in _WIDE else ", ").join(names)


def together(names: Iterable[str]) -> str:
    """All of them: "a, b and c"."""
    names = list(names)
    try:
        from babel.lists import format_list
    except ImportError:
        return ", ".join(names)
    return format_list(names, locale=language())


def in_rows(texts: Iterable[str]) -> str:
    """What is read row by row: "a 1; b 2"."""
    return ("；" if language() in _WIDE else "; ").join(texts)


def pair(name: object, said: object) -> str:
    """What something is called, and what it is: "name: said"."""
    return say("shell.pair", name=name, said=said)


class _Count(int):
    """How many there are: thousands stand apart wherever it is written."""

    def __format__(self, form: str) -> str:
        return int.__format__(self, form or ",")


@cache
def _parts(text: str) -> tuple[tuple[str, str | None, str], ...]:
    """What stands before each value, its name and its form; kept, as a page says thousands of our texts."""
    return tuple((said, name, form or "") for said, name, form, _ in Formatter().parse(text))


def _shown(value: object, form: str, code: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, form, code)
    return format(value, form)


def _form(code: str, count: object) -> str:
    """Babel is loaded where a language but English needs it; the launcher runs where nothing is installed."""
    if code != ENGLISH and isinstance(count, int | float):
        try:
            from babel import Locale
        except ImportError:
            pass
        else:
            return Locale.parse(code).plural_form(count)
    return "one" if count == 1 else "other"


@cache
def _signs(code: str) -> dict[int, str] | None:
    """From Python's signs to the language's; None where they are the same."""
    if code == ENGLISH:
        return None
    try:
        from babel import Locale
    except ImportError:
        return None
    signs = Locale.parse(code).number_symbols["latn"]
    pairs = {",": signs["group"], ".": signs["decimal"]}
    return None if all(ours == theirs for ours, theirs in pairs.items()) else str.maketrans(pairs)
