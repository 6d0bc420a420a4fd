"""Words on a page: the translation table, tooltips for terms, and figures in plain form."""

from __future__ import annotations

import re
import time

from tl_core.words import say as t

__all__ = ["clock", "count", "duration", "escape", "moment", "share", "size", "t", "term"]

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$&:@\"'=/])")
_WORD_JOINER = "\u2060"  # keeps emoji codes and bare addresses from being recognised after unescaping


def term(name: str) -> str:
    """The tooltip that explains a term of the field: ``terms.<name>``."""
    return t(f"terms.{name}")


def escape(text: str) -> str:
    """User text for a label, which Streamlit reads as Markdown: every sign stands for itself."""
    text = re.sub(r"(?i)(www)(\.)", rf"\1{_WORD_JOINER}\2", text)
    text = text.replace(":", f":{_WORD_JOINER}").replace("@", f"@{_WORD_JOINER}")
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def count(number: int) -> str:
    """1234567 -> "1,234,567"."""
    return f"{number:,}"


def share(part: float) -> str:
    """0.237 -> "24 %"; small shares keep a digit so that they do not read as nothing."""
    percent = 100 * part
    if 0 < percent < 1:
        return t("shell.percent", value=f"{percent:.1f}")
    return t("shell.percent", value=f"{percent:.0f}")


def size(amount: int) -> str:
    """Bytes for people: "17 MB"."""
    value = float(amount)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """Seconds for people: "8 s", "3 min", "2 h 10 min"."""
    seconds = max(0.0, seconds)
    if seconds < 59.5:
        return t("shell.seconds", value=f"{seconds:.0f}" if seconds >= 10 or seconds < 0.05 else f"{seconds:.2g}")
    minutes = round(seconds / 60)
    if minutes < 60:
        return t("shell.minutes", value=minutes)
    return t("shell.hours", hours=minutes // 60, minutes=minutes % 60)


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
