"""One table, many languages: whose it is, plurals and figures the language's way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Barrier

import pytest

from tl_core import cli, words
from tl_core.domain.fault import InputFault

MADE = {
    "en": {
        "cells": {"one": "1 cell", "other": "{count:,} cells"},
        "share": "{part:.1f} %",
        "only": "only English",
        "from": "of {count}",
    },
    "de": {"cells": {"one": "1 Zelle", "other": "{count:,} Zellen"}, "share": "{part:.1f} %"},
    "fr": {"cells": {"one": "{count} cellule", "other": "{count:,} cellules"}, "share": "{part:.1f} %"},
    "ja": {"cells": {"other": "{count:,}個"}, "share": "{part:.1f}%"},
}


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four small languages in place of Thaw's, and none asked for."""
    for code, texts in MADE.items():
        (tmp_path / code).mkdir()
        (tmp_path / code / "made.json").write_text(json.dumps(texts), "utf-8")
    monkeypatch.setattr(words, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(words, "_asked", [])
    monkeypatch.delenv("THAW_LANGUAGE", raising=False)
    words.table.cache_clear()
    words.languages.cache_clear()
    yield
    words.table.cache_clear()
    words.languages.cache_clear()


def spoken(code: str, do: Callable[..., object], *given: object, **more: object) -> object:
    """In a context of its own, as a thread or a request has."""

    def there() -> object:
        words.speak(code)
        return do(*given, **more)

    return copy_context().run(there)


@pytest.mark.parametrize(
    ("code", "count", "said"),
    [
        ("en", 1, "1 cell"), ("en", 0, "0 cells"), ("en", 1200, "1,200 cells"), ("de", 1, "1 Zelle"),
        ("de", 1200, "1.200 Zellen"), ("fr", 0, "0 cellule"), ("fr", 2, "2 cellules"),
        ("fr", 1_000_000, "1\u202f000\u202f000 cellules"), ("ja", 1, "1個"),
    ],
)  # fmt: skip
def test_how_many_the_way_of_the_language(code: str, count: int, said: str) -> None:
    assert spoken(code, words.say, "made.cells", count=count) == said


def test_figures_the_way_of_the_language() -> None:
    assert spoken("de", words.number, 1234.5, ",.2f") == "1.234,50"
    assert spoken("en", words.number, 1234.5, ",.2f") == "1,234.50"
    assert spoken("de", words.say, "made.from", count=5000) == "of 5,000"  # not said in German yet
    assert spoken("de", words.say, "made.share", part=2.5) == "2,5\u00a0%"
    assert (words.tenths(2.04), words.tenths(2.5), spoken("de", words.tenths, 2.5)) == ("2", "2.5", "2,5")


def test_joined_the_way_of_the_language() -> None:
    assert words.joined(["One.", None, "", "Two."]) == "One. Two."
    assert spoken("ja", words.joined, ["好。", "", "好（A）", "B"]) == "好。好（A）B"
    assert spoken("ja", words.joined, ["A", "B"]) == "A B"
    assert [spoken(code, words.listed, "abc") for code in ("en", "de", "ja")] == ["a, b, c", "a, b, c", "a、b、c"]
    assert [spoken(code, words.in_rows, "ab") for code in ("fr", "ja")] == ["a; b", "a；b"]
    assert [spoken(code, words.together, "abc") for code in ("en", "de", "fr")] == [
        "a, b, and c", "a, b und c", "a, b et c",
    ]  # fmt: skip


def test_what_is_not_said_yet_is_said_in_english() -> None:
    assert spoken("de", words.say, "made.only") == "only English"
    with pytest.raises(KeyError):
        spoken("de", words.say, "made.nowhere")


def test_threads_do_not_hear_each_other() -> None:
    """Two that speak at the same time; a third that says nothing of its language."""
    together = Barrier(3)

    def speaker(code: str) -> list[str]:
        if code:
            words.speak(code)
        together.wait(10)
        return [words.say("made.cells", count=2) for _ in range(200)]

    with ThreadPoolExecutor(3) as pool:
        heard = list(pool.map(speaker, ("de", "fr", "")))
    assert [set(one) for one in heard] == [{"2 Zellen"}, {"2 cellules"}, {"2 cells"}]
    assert words.language() == "en"


@pytest.mark.parametrize(
    ("wished", "first"),
    [(["pt-BR", "de-AT", "en"], "de"), (["zh"], ""), (["FR_ca"], "fr"), ([""], ""), (["de_DE.UTF-8"], "de")],
)
def test_of_several_wishes_the_first_that_is_spoken(wished: list[str], first: str) -> None:
    assert words.first_spoken(wished) == first


def test_the_environment_and_an_option_say_it_for_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THAW_LANGUAGE", "fr_FR.UTF-8")
    assert words.language() == "fr"
    assert spoken("en", words.language) == "en"
    heard = copy_context()
    assert heard.run(cli._heard, ["train", "--language", "de", "--data", "x"]) == ["train", "--data", "x"]
    assert heard.run(words.language) == "de"
    monkeypatch.setenv("THAW_LANGUAGE", "tlh")
    assert words.language() == "en"  # nobody is turned away for how a machine is set up
    with pytest.raises(InputFault) as fault:
        cli._heard(["--language", "tlh"])
    assert (fault.value.key, fault.value.values["language"]) == ("cli.unknown_language", "tlh")
