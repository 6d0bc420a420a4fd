"""What is to be seen of a text without a model."""

from __future__ import annotations

import pytest

from tl_core import modalities
from tl_core.domain.dataset import Sample
from tl_core.modalities.look import Look
from tl_core.store.home import Home

PROSE = "The battery lasted two days, but the screen was broken when it came out of the box."


def look(text: str, **traits: str) -> Look:
    return modalities.get("text").look(Home.default(), "p", Sample(id="a", source="a", text=text, traits=traits))


def test_length_and_marks() -> None:
    traits = look("Is it 42? See www.example.org NOW\nor never").traits
    assert traits == {
        "characters": 42,
        "words": 10,
        "capitals": pytest.approx(5 / 30),
        "digits": pytest.approx(2 / 42),
        "punctuation": pytest.approx(3 / 42),
        "links": 1,
        "line_breaks": 1,
        "end_mark": 0,
    }


def test_words_of_other_scripts_are_counted() -> None:
    assert look("電池は良い").traits["words"] == 5
    assert look("батарея очень хорошая").traits["words"] == 3


@pytest.mark.parametrize("text", ["Done.", "Done!", "“Done.”", "(done)", "好。", "क्या?", "Done. "])
def test_ends_of_sentences(text: str) -> None:
    assert look(text).traits["end_mark"] == 1


def test_the_language_is_that_told_on_entry() -> None:
    assert look(PROSE, language="de").kinds == {"language": "de"}
    assert look(PROSE).kinds == {"language": "en"}


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        (PROSE, []),
        ("", []),
        ("Great&nbsp;camera &amp; lens", ["markup"]),
        ("Great<br/>camera", ["markup"]),
        ('See <a href="https://example.org">this</a>', ["markup"]),
        ("Fish & chips; a < b, c > d; R&D", []),
        ("Das Ger\ufffdt ist gut", ["misread"]),
        ("Das GerÃ¤t ist schÃ¶n", ["misread"]),
        ("It didnâ€™t work", ["misread"]),
        ("NÃO É BOM, IRMÃO, A MAÇÃ “BOA MANHÃ” ESTÁ ÓTIMA", ["shouting"]),
        ("THIS IS THE WORST CAMERA EVER", ["shouting"]),
        ("OK, DVD and CD-ROM", []),
        ("НЕ ПОКУПАЙТЕ ЭТОТ ТЕЛЕФОН", ["shouting"]),
        ("这个相机很好用，我非常喜欢这个相机的照片", []),
    ],
)
def test_flaws(text: str, flaws: list[str]) -> None:
    assert look(text).flaws == flaws
