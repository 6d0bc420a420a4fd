"""All that was said: who, what, when, how; and taking it back."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.words import count, moment, t
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.labelling import Labelling
from tl_core.domain.project import Project
from tl_core.use_cases import labelling as labels

LISTED = 200  # labellings
CUT = 80  # characters of a text


def show(project: Project, dataset: Dataset) -> None:
    said = labels.history(project.id)
    if not said:
        shell.quiet(t("labelling.history_none"))
        return
    shown = said[:LISTED]
    by_id = {sample.id: sample for sample in dataset.samples}
    shell.quiet(t("labelling.history_choose"))
    event = st.dataframe(
        [_row(one, by_id.get(one.sample)) for one in shown],
        hide_index=True, on_select="rerun", selection_mode="multi-row", key=f"label-history-{len(said)}",
        alt=t("labelling.tab_history"),
    )  # fmt: skip
    if len(said) > LISTED:
        shell.quiet(t("labelling.history_page", shown=LISTED, count=count(len(said))))
    chosen = [shown[row].id for row in event.selection.rows if row < len(shown) and not shown[row].undone]
    if shell.secondary(t("labelling.history_take_back"), ":material/undo:", key="take-back", disabled=not chosen):
        with shell.faults_shown():
            labels.take_back(project.id, chosen)
            st.rerun()


def _row(one: Labelling, sample: Sample | None) -> dict[str, str]:
    what = one.label if one.label is not None else t("labelling.skipped")
    shown = "" if sample is None else (sample.text or sample.name)
    return {
        t("labelling.history_who"): one.by,
        t("labelling.history_what"): f"{what} ({t('labelling.history_undone')})" if one.undone else what,
        t("labelling.history_when"): moment(one.time),
        t("labelling.history_how"): t(f"labelling.way_{one.way}"),
        t("labelling.history_sample"): shown[:CUT],
    }
