"""A written answer with the parts that its passages do not hold marked."""

from __future__ import annotations

from collections.abc import Sequence

from pages._ui import quoted
from pages._ui.quoted.quoted import Mark
from pages._ui.words import t
from tl_core.domain.answer import Doubt


def draw(answer: str, doubts: Sequence[Doubt], *, key: str) -> None:
    """``doubts`` of this answer; without any it is a text like others."""
    alt = t("answer_page.answer_alt")
    if not doubts:
        quoted.plain(answer, alt=alt, key=key)
        return
    marks = [Mark(one.span.start, one.span.end, "doubt", t(f"answer_page.doubt_{one.kind}")) for one in doubts]
    quoted.draw(answer, marks, alt=alt, key=key, whole=True)
