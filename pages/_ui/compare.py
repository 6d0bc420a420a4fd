"""This run beside another one on the same samples: is it better, and is that proven?"""

from __future__ import annotations

import streamlit as st

from pages._ui import decision_charts, decision_sentences, shell, tabled
from pages._ui.trainings import Training
from pages._ui.words import moment, t
from tl_core.domain.report import Report
from tl_core.use_cases import comparisons
from tl_core.use_cases.tables import Row


def show(shown: Training, among: list[Training], report: Report) -> None:
    """The section; nothing where there is no other run to compare with."""
    named = {one.id: one for one in among}
    others = [one for one in comparisons.comparable(shown.id, report.subset) if one in named]
    if not others:
        return
    shell.section(t("compare.title"), help=t("compare.term"))
    other = st.selectbox(
        t("compare.other"),
        others,
        format_func=lambda run_id: f"{named[run_id].title} · {moment(named[run_id].created)}",
        key=f"compare-with-{shown.id}",
    )
    with shell.faults_shown():
        found = comparisons.compare(shown.id, other, report.subset)
        said = decision_sentences.compared(found)
        st.text(said)
        decision_charts.difference(
            t("compare.gain"), found.gain, key=f"gain-{shown.id}-{other}", alt=t("compare.alt", said=said)
        )
        shell.quiet(t("compare.counts", ours=found.only_first, theirs=found.only_second))
        counts = {"both": found.both, "ours": found.only_first, "theirs": found.only_second, "neither": found.neither}
        heading = t("compare.column_right"), t("compare.column_samples")
        rows: list[Row] = [{heading[0]: t("compare.gain"), heading[1]: tabled.change(found.gain)}]
        rows += [{heading[0]: t(f"compare.right_{name}"), heading[1]: number} for name, number in counts.items()]
        tabled.on_demand(rows, title=t("compare.title"), key="compare-runs")
