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
from pages._ui.words import t
from tl_core.domain.project import Project
from tl_core.use_cases import checks, results

LOOKS = ("classes", "answers", "decide", "slices", "transfer")


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    among = trainings.of_project(project)
    shown = trainings.named([one for one in among if results.report(one.id, "validation")] or among)

    report = results.report(shown.id, "validation") if shown else None
    if shown is None or report is None:
        trainings.nothing_to_judge(shown, t("evaluate_page.empty_text"))

    shell.keep_run(shown.id)
    examined = results.report(shown.id, "test")
    validated = report
    head = st.container()
    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        trainings.choose([one for one in among if results.report(one.id, "validation")], shown)
        if examined is not None and exam.looked_at(shown.id, lambda part: t(f"evaluate_page.subset_{part}")):
            report = examined
    with head:
        samples = sum(map(sum, report.confusion))
        shell.page_head(t("evaluate_page.question"), t(f"evaluate_page.context_{report.subset}", count=samples))

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
            kept.show(project, shown, validated, examined is not None)
        case _:
            judgement.details(project, dataset, shown, report)
    st.space("medium")
    shell.link("use", t("evaluate_page.to_use"), icon=":material/arrow_forward:", run=shown.id)
