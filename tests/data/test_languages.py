"""The language is told where it can be, and not guessed where it cannot."""

import json

import pytest

from tl_core.data.languages import LISTS, OWN_SCRIPT, UNKNOWN, language_of
from tl_core.words import say

SENTENCES = {
    "en": "The battery died after two weeks and they did not want to replace it.",
    "de": "Der Akku war nach zwei Wochen leer und niemand wollte ihn ersetzen.",
    "fr": "La batterie est morte après deux semaines et on ne veut pas la remplacer.",
    "es": "La batería se murió después de dos semanas y no la quieren cambiar.",
    "it": "La batteria è morta dopo due settimane e non vogliono cambiarla.",
    "pt": "A bateria morreu depois de duas semanas e não querem trocar para mim.",
    "nl": "De batterij was na twee weken leeg en ze willen hem niet vervangen.",
    "sv": "Batteriet dog efter två veckor och de vill inte byta det.",
    "pl": "Bateria padła po dwóch tygodniach i nie chcą jej wymienić na nową.",
    "cs": "Baterie se po dvou týdnech vybila a nechtějí ji vyměnit za novou.",
    "hu": "Az akkumulátor két hét után lemerült, és nem akarják kicserélni.",
    "ro": "Bateria a murit după două săptămâni și nu vor să o schimbe.",
    "tr": "Pil iki hafta sonra bitti ve değiştirmek istemiyorlar, çok kötü.",
    "fi": "Akku kuoli kahden viikon jälkeen, eikä sitä haluta vaihtaa, mutta se on hyvä.",
    "ru": "Батарея умерла через две недели, и они не хотят её менять.",
    "uk": "Батарея померла через два тижні, і вони не хочуть її міняти.",
    "bg": "Батерията умря след две седмици и не искат да я сменят.",
    "ar": "ماتت البطارية بعد أسبوعين ولا يريدون استبدالها في هذا المتجر",
    "fa": "باتری بعد از دو هفته تمام شد و نمی خواهند آن را عوض کنند",
    "hi": "बैटरी दो हफ्ते में खराब हो गई और वे इसे बदलना नहीं चाहते",
    "el": "Η μπαταρία χάλασε μετά από δύο εβδομάδες",
    "he": "הסוללה מתה אחרי שבועיים",
    "zh": "电池两周后就坏了，他们不想换",
    "ja": "バッテリーは二週間で切れて、交換してくれません",
    "ko": "배터리가 두 주 만에 고장났는데 교환해 주지 않아요",
    "th": "แบตเตอรี่เสียหลังจากสองสัปดาห์",
    "vi": "Pin đã hỏng sau hai tuần và họ không muốn đổi cho tôi",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence(code):
    assert language_of(SENTENCES[code]) == code


@pytest.mark.parametrize("text", ["", "12345", "👍👍👍", "xkcd", "Zyxgrf 77 blorp", "BMW i3 94Ah"])
def test_unknown_is_said(text):
    assert language_of(text) == UNKNOWN


def test_a_foreign_word_changes_nothing():
    assert language_of("I had to laugh at the schadenfreude of it, c'est la vie.") == "en"


def test_every_code_has_a_name():
    codes = {
        *json.loads(LISTS.read_text("utf-8")),
        *(code for code in OWN_SCRIPT if len(code) == 2),
        "zh",
        "ja",
        UNKNOWN,
    }
    assert all(say(f"data.language_{code}") for code in codes)


def test_a_long_text_is_quick():
    assert language_of("the cat and the dog " * 100_000) == "en"
