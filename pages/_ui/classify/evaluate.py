"""How good a model of classes is, with its doubt, beside what it must beat; and the sealed exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import (
    answers,
    bought,
    compare,
    crossed,
    decide,
    exam,
    fairness,
    findings,
    judgement,
    kept,
    sentences,
    shell,
    trainings,
    views,
)
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.domain.report import Report
from tl_core.use_cases import checks, results

LOOKS = ("classes", "answers", "decide", "slices", "transfer")


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    among = trainings.of_project(project)
    known = results.judged(project.id, "validation")
    judged = [one for one in among if one.id in known]
    shown = trainings.named(judged or among)

    report = results.report(shown.id, "validation") if shown else None
    if shown is None or report is None:
        trainings.nothing_to_judge(shown, t("evaluate_page.empty_text"))

    examined = results.report(shown.id, "test")
    validated = report
    head = st.container()
    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        trainings.choose(judged, shown)
        if examined is not None and exam.looked_at(shown.id, lambda part: t(f"evaluate_page.subset_{part}")):
            report = examined
    with head:
        samples = sum(map(sum, report.confusion))
        shell.page_head(t("evaluate_page.question"), t(f"evaluate_page.context_{report.subset}", count=samples))

    trainings.say_if_gone(among)
    shell.keep_run(shown.id)
    findings.line(checks.findings_of(project.id, shown.plan.dataset) or [])
    fairness.warn(shown, report)
    judgement.overview(project, dataset, shown, among, report)
    st.space("small")
    compare.show(shown, among, report)
    waiting = results.exam_size(shown.id)
    exam.show(
        project,
        shown.id,
        waits=t("evaluate_page.exam_text", count=waiting) if waiting else "",
        result=sentences.exam(examined) if examined else "",
    )
    crossed.show(project, shown)
    st.space("medium")
    st.fragment(_look)(project, dataset, shown, report, validated, examined is not None)
    st.space("medium")
    shell.link("use", t("evaluate_page.to_use"), icon=":material/arrow_forward:", run=shown.id)


def _look(project: Project, dataset: Dataset, shown: Training, report: Report, validated: Report, opened: bool) -> None:
    """One of several looks at the figures; ``validated``: those from before the exam. Alone drawn anew for another."""
    look = views.choose(
        "look", {name: t(f"evaluate_page.look_{name}") for name in LOOKS}, label=t("evaluate_page.look")
    )
    st.space("small")
    match look:
        case "answers":
            answers.show(project, dataset, shown, report)
        case "decide":
            decide.show(project, dataset, shown, report)
        case "slices":
            fairness.show(project, dataset, shown, report)
        case "transfer":
            bought.show(shown, validated)
            st.space("small")
            kept.show(project, shown, validated, opened)
        case _:
            judgement.details(project, dataset, shown, report)
