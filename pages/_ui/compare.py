"""This run beside another one on the same samples: is it better, and is that proven?"""

from __future__ import annotations

import streamlit as st

from pages._ui import paired, shell
from pages._ui.runs import page as runs_page
from pages._ui.trainings import Training
from pages._ui.words import moment, t
from tl_core.domain.report import Report
from tl_core.use_cases import comparisons


def show(shown: Training, among: list[Training], report: Report) -> None:
    """The section; nothing where there is no other run to compare with."""
    named = {one.id: one for one in among}
    others = [one for one in comparisons.comparable(shown.id, report.subset) if one in named]
    if not others:
        runs_page.link(len(among))
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
        told = paired.of_answers(found)
        st.text(told.said)
        under = t("compare.counts", ours=found.only_first, theirs=found.only_second)
        paired.show(told, under, t("compare.title"), key=f"compare-{shown.id}-{other}")
    runs_page.link(len(among), compare=f"{shown.id},{other}")
