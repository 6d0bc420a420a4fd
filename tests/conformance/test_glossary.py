"""Every term of the glossary has its picture, a name, two sentences and the word of the field, in every language."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from pages._ui import glossary
from pages._ui.theme import ASSETS
from pages._ui.words import GLOSSARY
from tl_core.words import languages, table


def test_pictures_and_words_are_of_the_same_terms() -> None:
    assert {file.stem for file in (ASSETS / "glossary").glob("*.svg")} == set(GLOSSARY)
    spoken = {key.removeprefix("glossary.").removesuffix("_text") for key in table() if key.endswith("_text")}
    assert set(GLOSSARY) <= spoken


@pytest.mark.parametrize("name", GLOSSARY)
def test_a_picture_is_of_the_same_make(name: str) -> None:
    root = ElementTree.parse(ASSETS / "glossary" / f"{name}.svg").getroot()
    assert (root.get("viewBox"), root.get("stroke-width")) == ("0 0 240 120", "3")
    tones = {value.upper() for one in root.iter() for at, value in one.items() if at in ("fill", "stroke")}
    assert tones <= {"NONE", "#75839A", "#5A7BB0", "#3F86D0", "#E0692E", "#FFFFFF"}, "seen on light and dark alike"


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("name", GLOSSARY)
def test_it_is_said_in_two_sentences(name: str, code: str) -> None:
    said = table(code)
    assert said[f"glossary.{name}"]
    assert said[f"glossary.{name}_field"]
    text = str(said[f"glossary.{name}_text"])
    assert len(re.findall(r"[.。](?:\s|$|(?=[^\x00-\x7f]))", text)) == 2


def test_accents_change_no_place_and_hide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAW_LANGUAGE", "pt")
    names = glossary._by_name()
    assert names.index("epoch") < names.index("group"), "Época stands before Grupo"
    assert glossary._holds("epoch", " epoca")
