"""Texts of many countries, in the encodings they use there."""

import pytest

from tl_core.data.encodings import CHOICES, guess, guess_encoding, looks_binary

GERMAN = "Das Gerät ist nach zwei Wochen kaputt, für diesen Preis können wir es niemandem empfehlen. " * 3
RUSSIAN = "Телефон сломался через неделю, и продавец ничего не хочет об этом знать. Очень плохо. " * 3
JAPANESE = "この製品はとても良いですが、配送に時間がかかりました。次回も購入したいと思います。" * 3


@pytest.mark.parametrize("encoding", CHOICES)
def test_every_choice_is_a_codec(encoding):
    assert "abc".encode(encoding).decode(encoding) == "abc"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "ascii"),
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "utf-32-be"),
        (GERMAN, "cp1252"),
        ("größer, für 5 Euro", "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        ("这个产品很好，但是送货太慢了。我们还会再买的。" * 5, "gb18030"),
        ("제품이 매우 좋습니다. 배송도 빨랐고 다시 구매하고 싶습니다." * 5, "euc_kr"),
        ("Το προϊόν είναι πολύ καλό αλλά ακριβό και αργό στην παράδοση. " * 3, "iso8859-7"),
    ],
)
def test_the_guess_reads_the_text(text, encoding):
    content = text.encode(encoding)
    assert content.decode(guess(content)).removeprefix("\ufeff") == text


def test_a_character_cut_at_the_end_of_what_is_looked_at(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(b"a" + "ä".encode() * 100_000)
    assert guess_encoding(path) == "utf-8"


def test_nothing_at_all():
    assert guess(b"") == "utf-8"


def test_binary():
    assert looks_binary(bytes(range(256)) * 10, "utf-8")
    assert not looks_binary(GERMAN.encode("cp1252"), "cp1252")
    assert not looks_binary(b"one stray\x00 zero", "utf-8")
