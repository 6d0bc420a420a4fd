"""What did not get in, or got in with a remark: each with its reason."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pages._ui.shell import quiet
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset, Refusal

_LISTED = 2000  # rows a browser gets at once


def line(dataset: Dataset) -> None:
    """How much of what was brought is in, and under which licence it may be used."""
    if dataset.licence:
        quiet(t("data_page.licence", licence=dataset.licence))
    out, inside = sum(not refusal.kept for refusal in dataset.refusals), len(dataset.samples)
    if out:
        quiet(t("data_page.left_out_line", count=out, number=count(out), received=count(dataset.received)))
    else:
        quiet(t("data_page.all_in", count=inside, number=count(inside)))


def show(dataset: Dataset) -> None:
    """The sums by reason, then every sample."""
    if not dataset.refusals:
        st.text(t("data_page.left_none"))
        return
    st.text(t("data_page.left_text"))
    rows = [_row(refusal) for refusal in dataset.refusals]
    for (reason, state), number in Counter((row["reason"], row["state"]) for row in rows).most_common(12):
        quiet(t("data_page.left_by_reason", reason=reason, state=state, count=count(number)))
    st.dataframe(
        rows[:_LISTED],
        hide_index=True,
        height=min(420, 38 + 35 * len(rows)),
        column_config={
            "source": t("data_page.left_source"),
            "reason": st.column_config.TextColumn(t("data_page.left_reason"), width="large"),
            "state": t("data_page.left_state"),
        },
        alt=t("data_page.left_alt"),
        key="left-out",
    )
    if len(rows) > _LISTED:
        quiet(t("data_page.left_more", count=count(len(rows) - _LISTED)))


def _row(refusal: Refusal) -> dict[str, str]:
    return {
        "source": refusal.name,
        "reason": refusal.why,
        "state": t("data_page.left_kept" if refusal.kept else "data_page.left_out"),
    }
