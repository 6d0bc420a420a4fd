"""What is to be seen of a text without a model: its length, its marks, what is wrong with it. No torch."""

from __future__ import annotations

import re

from tl_core.data.languages import language_of
from tl_core.data.personal import personal_data
from tl_core.domain.dataset import Sample
from tl_core.modalities.look import Look
from tl_core.modalities.text.alike import LINK, sketch

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+(?:['’-]\w+)*")  # Japanese and Chinese: a sign stands for a word
MARK = re.compile(r"[^\w\s]")
ENDED = re.compile(r"[.!?…。!?।؟)\]\"'”’»]\s*$")
MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|li|ul|ol|td|tr|table|font|img|h[1-6])\b[^<>]{0,500}>"
    r"|&(?:amp|nbsp|lt|gt|quot|apos|#\d{2,5}|#x[0-9a-f]{2,4});",
    re.IGNORECASE,
)
# The sign for what could not be decoded; UTF-8 read as Windows-1252: "Ã©", "â€™", "Â°"
MISREAD = re.compile(r"\ufffd|Ã[\u0080-\u00bf„–œŸ]|Â[\u0080-\u00bf]|â€[\u0080-\u00bf™œ“”¦˜]")
LOUD = 0.8  # share of letters that are capitals
ENOUGH = 20  # letters


def look(sample: Sample) -> Look:
    """Traits, flaws and personal data of the whole text; its language as it was told on entry."""
    text = sample.text or ""
    capitals, cased = _capitals(text)
    traits = {
        "characters": float(len(text)),
        "words": float(len(WORD.findall(text))),
        "capitals": capitals / max(1, cased),
        "digits": sum(character.isdigit() for character in text) / max(1, len(text)),
        "punctuation": len(MARK.findall(text)) / max(1, len(text)),
        "links": float(len(LINK.findall(text))),
        "line_breaks": float(text.count("\n")),
        "end_mark": float(ENDED.search(text) is not None),
    }
    flaws = {
        "misread": MISREAD.search(text) is not None,
        "markup": MARKUP.search(text) is not None,
        "shouting": cased >= ENOUGH and capitals >= LOUD * cased,
    }
    return Look(
        traits=traits,
        kinds={"language": str(sample.traits.get("language") or language_of(text))},
        flaws=[name for name, found in flaws.items() if found],
        personal=personal_data(text),
        sketch=sketch(text),
    )


def _capitals(text: str) -> tuple[int, int]:
    """Capital letters, and all letters that could be one."""
    capitals = sum(character.isupper() for character in text)
    return capitals, capitals + sum(character.islower() for character in text)
