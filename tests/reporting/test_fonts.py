"""Signs in a PDF: drawn where a font has them, else told, never left as boxes."""

from __future__ import annotations

import pytest

from tl_core.reporting import fonts
from tl_core.reporting.fonts import BOLD, PLAIN, Fonts, Run


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Fonts:
    """On a machine without any font of its own."""
    monkeypatch.setattr(fonts, "_machine", list)
    return Fonts()


def test_latin_needs_no_other_font(bare: Fonts) -> None:
    assert bare.runs("Größe – “é” −0.5 ≤ 1") == [Run(PLAIN, "Größe – “é” −0.5 ≤ 1")]
    assert bare.runs("a\nb", bold=True) == [Run(BOLD, "a b")]
    assert not bare.lost
    assert not bare.lent


def test_others_are_drawn_by_those_who_have_them(bare: Fonts) -> None:
    assert {run.font for run in bare.runs("Ω я かな")} - {PLAIN} == {"HeiseiKakuGo-W5"}
    assert Fonts(chinese=True).runs("汉")[0].font == "STSong-Light"
    assert bare.lent
    assert not bare.lost


def test_what_nobody_can_draw_is_a_code(bare: Fonts) -> None:
    assert bare.written("cat 🐈!") == "cat [U+1F408]!"
    assert bare.written("مر\u202ex") == "[U+0645 U+0631]x"  # and marks of direction are gone
    assert bare.lost == {"🐈", "م", "ر"}


def test_markup_stays_text(bare: Fonts) -> None:
    assert bare.marked("<b>&") == f'<font name="{PLAIN}">&lt;b&gt;&amp;</font>'
