"""The languages of texts, in one line."""

from __future__ import annotations

from pages._ui.shell import quiet
from pages._ui.words import listed, share, t, term
from tl_core.use_cases import data

_WORTH_SAYING = 0.01  # of the texts; below it is mostly a wrong guess


def line(found: dict[str, int]) -> None:
    """``found``: texts of each language code. The most frequent first, at most four."""
    total = sum(found.values())
    frequent = sorted(found.items(), key=lambda pair: -pair[1])[:4]
    parts = [
        t("data_page.language_share", name=data.language_name(code), share=share(number / total))
        for code, number in frequent
        if number / total >= _WORTH_SAYING
    ]
    if parts:
        quiet(t("data_page.language_line", languages=listed(parts)), help=term("language"))
    else:
        quiet(t("data_page.language_unknown"))
