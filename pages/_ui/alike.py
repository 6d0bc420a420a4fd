"""Is a batch like the samples its model was chosen by, and how good will the answers be?"""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, moved, sentences, shell, tabled
from pages._ui.words import share, t, term
from tl_core.domain.shift import Shift
from tl_core.use_cases import predict
from tl_core.use_cases.tables import Exact, Row

UNLIKE = 0.6  # area under the curve of the classifier from which it is said; below, little can be told


def show(job_id: str) -> None:
    """Under an answered batch; nothing for one that is too small to compare."""
    found = predict.shift_of(job_id)
    if found is None:
        return
    with st.expander(t("alike.title"), icon=":material/compare:", key=f"alike-{job_id}"):
        for line in said(found):
            st.text(line)
        tabled.on_demand(_figures(found), title=t("alike.title"), key=f"alike-{job_id}")
        st.markdown(f"**{shell.escape(t('alike.shares'))}**", help=term("shift"))
        tabled.on_demand(_shares(found), title=t("alike.shares"), key=f"shares-{job_id}")
        if found.slices:
            st.markdown(f"**{shell.escape(t('alike.slices'))}**", help=t("alike.slices_about"))
            for line in moved.said(found.slices):
                st.text(line)
            tabled.on_demand(moved.rows(found.slices), title=t("alike.slices"), key=f"slices-{job_id}")
        st.download_button(
            t("alike.foreign"), predict.foreign_csv(job_id).read_bytes, file_name=t("alike.foreign_name"),
            mime="text/csv", icon=":material/download:", type="tertiary", key=f"foreign-{job_id}", on_click="ignore",
        )  # fmt: skip
        shell.quiet(t("alike.limits"))


def said(found: Shift) -> list[str]:
    """What was seen, the gravest first. Pure."""
    apart = found.told_apart
    sure = apart.low is not None and apart.low > 0.5
    unlike = "unlike" if sure and apart.value >= UNLIKE else "a_little" if sure else "like"
    lines = [t(f"alike.{unlike}", area=charts.says(apart), count=found.samples)]
    shifted = [one for one in found.shares if one.proven]
    if shifted:
        most = max(shifted, key=lambda one: abs(one.gap.value))
        lines.append(t("alike.moved", label=most.label, before=share(most.before), now=share(most.now)))
    if found.expected is not None:
        expected, before = charts.says(found.expected), charts.says(found.before)
        lines.append(t("alike.expected", expected=expected, before=before))
    if found.balanced is not None and found.drop is not None:
        drop = found.drop
        proven = drop.low is not None and drop.low > 0
        values = {"now": charts.says(found.balanced), "drop": sentences.figure(drop.value)}
        values |= {"interval": sentences.interval(drop)}
        lines.append(t("alike.drop_proven" if proven else "alike.drop_unproven", **values))
    return lines


def _figures(found: Shift) -> list[Row]:
    rows = {"told_apart": found.told_apart, "before": found.before, "expected": found.expected}
    rows |= {"measured": found.measured, "balanced": found.balanced, "drop": found.drop}
    name, value = t("alike.heading_what"), t("alike.heading_value")
    return [{name: t(f"alike.row_{key}"), value: one} for key, one in rows.items() if one is not None]


def _shares(found: Shift) -> list[Row]:
    return [
        {
            t("alike.heading_class"): one.label,
            t("alike.heading_before"): Exact(share(one.before), one.before),
            t("alike.heading_now"): Exact(share(one.now), one.now),
            t("alike.heading_gap"): tabled.change(one.gap),
            t("alike.heading_proven"): t("fairness.yes" if one.proven else "fairness.no"),
        }
        for one in found.shares
    ]
