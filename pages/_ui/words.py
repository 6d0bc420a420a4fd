"""Words on a page: the translation table, tooltips for terms, and figures in plain form."""

from __future__ import annotations

import re
import time

from tl_core.words import (
    duration,
    in_rows,
    joined,
    language,
    listed,
    number,
    pair,
    share,
    tenths,
    together,
)  # fmt: skip
from tl_core.words import say as t

__all__ = [
    "GLOSSARY", "clock", "count", "duration", "escape", "in_rows", "joined", "listed", "moment", "number",
    "pair", "picture_of", "separators", "share", "size", "t", "tenths", "term", "together", "within",
]  # fmt: skip

GLOSSARY = (  # each with assets/glossary/<name>.svg, and its words in the table
    "frozen", "stage", "backbone", "probe", "fine_tuning", "from_scratch", "ladder", "validation", "test", "group",
    "class", "label", "hit_rate", "interval", "calibration", "threshold", "not_sure", "confusion", "forgetting",
    "shift", "leak", "confound", "augmentation", "epoch", "adapter", "kappa",
)  # fmt: skip
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$&:@\"'=/])")
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")  # but those that no line is broken at
_WORD_JOINER = "\u2060"  # keeps emoji codes and bare addresses from being recognised after unescaping


def term(name: str, text: str = "") -> str:
    """The tooltip that explains a term of the field, as Markdown: of the glossary's with its picture and ``text``, or
    else the glossary's own two sentences; of others ``terms.<name>``."""
    if name not in GLOSSARY:
        return t(f"terms.{name}")
    said = text or joined((t(f"glossary.{name}_text"), t("glossary.in_field", name=t(f"glossary.{name}_field"))))
    return f"![]({picture_of(name)})\n\n{escape(said)}"


def picture_of(name: str) -> str:
    """Where the browser finds the picture of a term."""
    return f"/thaw/glossary/{name}.svg"


def escape(text: str) -> str:
    """User text for a label, which Streamlit reads as Markdown: every sign stands for itself."""
    text = re.sub(r"(?i)(www)(\.)", rf"\1{_WORD_JOINER}\2", text)
    text = text.replace(":", f":{_WORD_JOINER}").replace("@", f"@{_WORD_JOINER}")
    return _PUNCTUATION.sub(r"\\\1", _SPACE.sub(" ", text).strip())


def within(title: str) -> str:
    """A title within a sentence: with small letters, but in German, whose nouns keep theirs."""
    return title if language() == "de" else title.lower()


def count(amount: int) -> str:
    """1234567 -> "1,234,567"."""
    return number(amount, ",")


def separators() -> str:
    """The signs before decimals and between thousands, as plotly wants them."""
    return number(0.5, ".1f")[1] + number(1000, ",")[1]


def size(amount: int) -> str:
    """Bytes for people: "17 MB"."""
    value = float(amount)
    for unit in ("b", "kb", "mb"):
        if value < 1000:
            return t(f"shell.size_{unit}", value=number(value, ".0f" if value >= 10 or unit == "b" else ".1f"))
        value /= 1000
    return t("shell.size_gb", value=number(value, ".1f"))


def clock(when: float) -> str:
    """Time of day on this machine: "14:05"."""
    return time.strftime("%H:%M", time.localtime(when))


def moment(when: float, stands: bool = False) -> str:
    """A past time for people: "just now", "5 min ago", "yesterday 14:05", "3 March, 14:05".

    ``stands``: the words are not drawn anew while time goes by, so none that soon are untrue.
    """
    ago = time.time() - when
    if ago < 60 and not stands:
        return t("shell.just_now")
    if ago < 3600 and not stands:
        return t("shell.ago", span=duration(ago))
    then, today = time.localtime(when), time.localtime()
    if then[:3] == today[:3]:
        return t("shell.today", clock=clock(when))
    if time.localtime(time.time() - 86400)[:3] == then[:3]:
        return t("shell.yesterday", clock=clock(when))
    return t("shell.on_day", day=then.tm_mday, month=t(f"shell.month_{then.tm_mon}"), clock=clock(when))
