"""The answers themselves: wrong, unsure and right ones to look at, and to correct where the label was at fault."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import picker, shell
from pages._ui.trainings import Training
from pages._ui.words import count, escape, number, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.domain.report import Report
from tl_core.use_cases import data, decisions, results

PAGE = 12  # samples at once
KINDS = ("wrong", "unsure", "right")


def show(project: Project, dataset: Dataset, shown: Training, report: Report) -> None:
    """The section. Samples of the exam are shown and not corrected: it would be an exam no more."""
    shell.section(t("answers.title"), help=t("answers.term"))
    found = _sorted(shown, report)
    kind = st.segmented_control(
        t("answers.kind"),
        KINDS,
        default="wrong",
        required=True,
        format_func=lambda name: escape(f"{t(f'answers.{name}')} {count(len(found[name]))}"),
        label_visibility="collapsed",
        key=f"answers-{shown.id}-{report.subset}",
    )
    some = found[kind]
    shell.quiet(t(f"answers.{kind}_text" if some else f"answers.{kind}_none"))
    if not some:
        return
    key = f"answers-{shown.id}-{report.subset}-{kind}"
    page = st.session_state.get(f"{key}-page", 1)
    said = {one.sample.id: t("evaluate_page.says", label=one.said, part=number(one.probability, ".2f")) for one in some}
    chosen = picker.pick(
        project, [one.sample for one in some[(page - 1) * PAGE : page * PAGE]], key=f"{key}-{page}",
        label=t(f"answers.{kind}"), note=lambda sample: said[sample.id],
    )  # fmt: skip
    if len(some) > PAGE:
        st.pagination(-(-len(some) // PAGE), key=f"{key}-page")
    if dataset.licence:
        shell.quiet(t("evaluate_page.licence", licence=dataset.licence))
    if report.subset == "test":
        shell.quiet(t("answers.exam"))
    else:
        _correct(project, dataset, chosen)


def _sorted(shown: Training, report: Report) -> dict[str, Sequence[results.Answered]]:
    wrong = results.answers(shown.id, report.subset, right=False)
    right = results.answers(shown.id, report.subset, right=True)
    torn = decisions.unsure(shown.id, report.subset)
    unsure = sorted((one for one in (*wrong, *right) if one.sample.id in torn), key=lambda one: one.probability)
    return {"wrong": wrong, "unsure": unsure, "right": right}


def _correct(project: Project, dataset: Dataset, chosen: list[str]) -> None:
    """Chosen samples get another class in the data in use; the next training learns from that."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(t("answers.to"), dataset.classes, key="answers-to", width=280)
        text = t("answers.change_some", count=len(chosen)) if chosen else t("answers.change")
        pressed = shell.secondary(text, ":material/label:", key="answers-go", disabled=not (chosen and label))
        shell.link("model", t("answers.again"), icon=":material/model_training:")
    if pressed and label:
        with shell.faults_shown():
            data.move_samples(project.id, chosen, label)
            st.toast(escape(t("answers.changed", count=len(chosen), label=label)))
