"""Who learns, who chooses, who is examined: shares, counts and concerns."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import faults_shown, primary, quiet, secondary, show_warning
from pages._ui.words import count, joined, listed, share, t, term
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.domain.split import SUBSETS, Split, SplitRule
from tl_core.use_cases import data, results

_SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)


def show(project: Project, dataset: Dataset) -> None:
    """The split trainings will use, and how else it could be."""
    st.text(t("data_page.split_text"))
    kept = data.split_rule(project.id)
    rule = _rule(kept, given_test=any(sample.given_test for sample in dataset.samples))
    with faults_shown():
        split = data.split(project.id, rule)
        _counts(dataset, split)
        if rule == kept:
            quiet(t("data_page.split_in_use"))
            if dataset.drawn_by == rule:
                quiet(t("data_page.split_stays"))
            return
        if results.openings(project.id):
            show_warning(t("data_page.split_opened"))
        for concern in split.concerns:
            show_warning(t(concern.key, **concern.values))
        if primary(t("data_page.split_save"), ":material/check:", key="split-save"):
            data.save_split(project.id, rule)
            st.toast(t("data_page.split_saved"))
            st.rerun()


def _rule(kept: SplitRule, *, given_test: bool) -> SplitRule:
    seed = st.session_state.setdefault("split-seed", kept.seed)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        validation = _share("validation", kept.validation)
        test = kept.test if given_test else _share("test", kept.test)
        if secondary(t("data_page.split_seed"), ":material/shuffle:", key="split-shuffle", help=term("seed")):
            st.session_state["split-seed"] = seed + 1
            st.rerun()
    return SplitRule(validation=validation, test=test, seed=seed)


def _share(part: str, kept: float) -> float:
    return st.selectbox(
        t(f"data_page.split_share_{part}"),
        sorted({*_SHARES, kept}),
        index=sorted({*_SHARES, kept}).index(kept),
        format_func=share,
        help=term(part),
        key=f"split-{part}",
    )


def _counts(dataset: Dataset, split: Split) -> None:
    """How many of each class go where: the three totals, then a table."""
    for place, subset in zip(st.columns(3), SUBSETS, strict=True):
        with place:
            st.metric(t(f"data_page.split_{subset}"), count(len(split.ids(subset))), help=term(subset), border=True)
    labels = {sample.id: sample.label for sample in dataset.samples}
    rows = []
    for label in dataset.classes:
        row: dict[str, str | int] = {t("data_page.class_heading"): label}
        for subset in SUBSETS:
            row[t(f"data_page.split_{subset}")] = sum(labels[one] == label for one in split.ids(subset))
        rows.append(row)
    facts = listed(
        t("data_page.split_fact", part=t(f"data_page.split_{subset}"), count=count(len(split.ids(subset))))
        for subset in SUBSETS
    )
    st.dataframe(rows, hide_index=True, alt=t("data_page.split_alt", facts=facts), key="split-table")
    remarks = []
    if split.given_test:
        remarks.append(t("data_page.split_given"))
    if split.grouped:
        remarks.append(t("data_page.split_grouped"))
    if remarks:
        quiet(joined(remarks))
