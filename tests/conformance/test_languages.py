"""Every language says everything, fills the same places, and has the plurals that its rule asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from tl_core.words import ENGLISH, NAMES, Text, languages, table

OTHERS = [code for code in NAMES if code != ENGLISH]
ALIKE = json.loads(Path(__file__).with_name("alike.json").read_text("utf-8"))  # texts: names, units, words of both


def forms(text: Text) -> dict[str, str]:
    return text if isinstance(text, dict) else {"other": text}


def _shared(code: str) -> list[tuple[str, Text]]:
    return [(key, text) for key, text in table(code).items() if key in table()]


def places(text: str) -> set[tuple[str, str]]:
    """Name and format of each place to fill."""
    return {(name, form or "") for _, name, form, _ in Formatter().parse(text) if name}


def test_all_are_there() -> None:
    assert languages() == tuple(NAMES)


@pytest.mark.parametrize("code", OTHERS)
class TestLanguage:
    def test_says_everything_and_nothing_else(self, code: str) -> None:
        assert sorted(set(table()) - set(table(code))) == []
        assert sorted(set(table(code)) - set(table())) == []

    def test_has_the_plurals_of_its_rule(self, code: str) -> None:
        rule = {*Locale.parse(code).plural_form.tags, "other"}
        wrong = {}
        for key, text in _shared(code):
            if isinstance(text, str) != isinstance(table()[key], str):
                wrong[key] = "plural in one language, not in the other"
            elif isinstance(text, dict) and not rule - {"many"} <= set(text) <= rule:
                wrong[key] = f"has {sorted(text)}, the rule {sorted(rule)}"
        assert not wrong

    def test_fills_the_same_places(self, code: str) -> None:
        """A form may name a number that English leaves out where it is one; another language says it for 0 too."""
        wrong = {}
        for key, text in _shared(code):
            english = forms(table()[key])
            for name, said in forms(text).items():
                least, most = places(english.get(name, english["other"])), places(english["other"])
                if not least <= places(said) <= least | most:
                    wrong[f"{key}, {name}"] = (sorted(places(said)), sorted(most))
        assert not wrong

    def test_leaves_nothing_empty_or_in_english(self, code: str) -> None:
        """Names, units and signs are the same everywhere."""
        wrong = [
            key
            for key, text in _shared(code)
            for name, said in forms(text).items()
            if not said.strip() or (said == forms(table()[key]).get(name) and not _alike(said, code))
        ]
        assert not wrong


def _alike(said: str, code: str) -> bool:
    """Signs and short units need no translation; names, and words that two languages share, are listed."""
    words = re.sub(r"\{[^}]*\}", "", said)
    return not re.search(r"[A-Za-z]{3}", words) or said in {*ALIKE["all"], *ALIKE.get(code, [])}
