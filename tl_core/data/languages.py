"""Which language a text is in: by its script, then by the small words that every sentence of a language has.

Made for the question "are these texts in a language the starting model has seen?", over many texts. A text too short
or too odd to tell is ``UNKNOWN``, never a guess. No network and no model: a list a language, all in assets/catalogue.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tl_core.domain.dataset import Sample
from tl_core.domain.text import Text
from tl_core.words import table

LISTS = Path(__file__).resolve().parents[2] / "assets" / "catalogue" / "languages.json"
UNKNOWN = "und"  # ISO 639's word for it
LOOKED_AT = 2000  # characters from the start
CLEAR = 1.25  # score of the best language / score of the next
ENOUGH = 1.0  # score: one word that no other listed language has

# Scripts with one common language of their own
OWN_SCRIPT = {
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "th": "\u0e00-\u0e7f",
    "km": "\u1780-\u17ff",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "kana": "\u3040-\u30ff",
    "han": "\u3400-\u4dbf\u4e00-\u9fff",
}
SHARED_SCRIPT = {
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u04ff",
    "arabic": "\u0600-\u06ff",
    "devanagari": "\u0900-\u097f",
}
SCRIPTS = {name: re.compile(f"[{letters}]") for name, letters in {**OWN_SCRIPT, **SHARED_SCRIPT}.items()}
WORD = re.compile(r"[^\s\d_.,;:!?…()\[\]{}<>\"“”„«»‹›/\\|@#*+=~^&%$।،؛؟•–—]+")  # \w would cut Indian words
# Letters that hardly any other language of the script uses; each kind found counts like a word
LETTERS = {
    "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łążśź", "cs": "řěů", "sk": "ľĺŕ", "hu": "őű", "ro": "țșţ", "tr": "ğı",
    "vi": "đơưạếộ", "lt": "ėįų", "lv": "ļņķģ", "uk": "їєґ", "be": "ў", "ru": "ыэ", "sr": "ђћ", "mk": "ѓќѕ",
    "fa": "گچپژ", "ur": "ٹڈڑںے", "fr": "œ", "hr": "đ",
}  # fmt: skip


@cache
def _lists() -> dict[str, dict[str, float]]:
    """word -> {language: weight}; a word shared by several languages of a list tells less."""
    found: dict[str, list[str]] = {}
    for language, words in json.loads(LISTS.read_text("utf-8")).items():
        for word in words.split():
            found.setdefault(word, []).append(language)
    return {word: {name: 1 / len(names) for name in names} for word, names in found.items()}


def language_text(code: str) -> str | Text:
    """A language's name for people, to be kept."""
    return Text(key=f"data.language_{code}") if f"data.language_{code}" in table() else code


def language_name(code: str) -> str:
    """The same, said."""
    return str(language_text(code))


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of ``text``, or ``UNKNOWN``."""
    text = text[:LOOKED_AT].lower()
    letters = {name: len(pattern.findall(text)) for name, pattern in SCRIPTS.items()}
    total = sum(letters.values())
    if not total:
        return UNKNOWN
    if letters["kana"] + letters["han"] > total / 3:
        return "ja" if letters["kana"] * 10 > letters["han"] else "zh"
    script = max(letters, key=lambda name: letters[name])
    if letters[script] < total / 2:
        return UNKNOWN
    return script if script in OWN_SCRIPT else _by_words(text)


def _by_words(text: str) -> str:
    scores: defaultdict[str, float] = defaultdict(float)
    lists = _lists()
    for word in WORD.findall(text.replace("’", "'")):
        for language, weight in lists.get(word.strip("'-"), {}).items():
            scores[language] += weight
    for language, letters in LETTERS.items():
        kinds = sum(letter in text for letter in letters)
        if kinds:
            scores[language] += kinds
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked:
        return UNKNOWN
    (best, score), (_, runner_up) = [*ranked, ("", 0.0)][:2]
    return best if score >= ENOUGH and score >= CLEAR * runner_up else UNKNOWN


def language_counts(samples: Iterable[Sample]) -> dict[str, int]:
    """Samples per language, the most frequent first; empty where samples have none, such as images."""
    found = Counter(str(sample.traits.get("language", UNKNOWN)) for sample in samples if "language" in sample.traits)
    return dict(found.most_common())
