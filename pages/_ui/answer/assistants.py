"""The assistants of a project, as lists and pages name them."""

from __future__ import annotations

from pages._ui import sentences
from pages._ui.trainings import Titled
from pages._ui.words import t
from tl_core.domain.answer import AnswerReport
from tl_core.domain.plan import AnswerPlan
from tl_core.domain.project import Project
from tl_core.use_cases import assistants

Assistant = Titled[AnswerPlan]  # a run that made an assistant. ``model``: it can be asked.


def of_project(project: Project) -> list[Assistant]:
    """Newest first."""
    return [
        Titled(one.id, one.plan, one.state, one.created, one.model, _title(one), _said(one))
        for one in assistants.runs(project.id)
    ]


def report_of(shown: Assistant) -> AnswerReport | None:
    """By which ways to find are compared and one is recommended."""
    return assistants.report(shown.id, "validation")


def _title(one: assistants.AssistantRun) -> str:
    """ "Fine-tune · MiniLM · 3 layer groups frozen"."""
    parts = [t(f"answer_page.recipe_{one.plan.recipe}"), one.title]
    if one.plan.recipe == "finetune" and one.plan.frozen_stages is not None:
        parts.append(t("model_page.frozen_short", count=one.plan.frozen_stages))
    return " · ".join(parts)


def _said(one: assistants.AssistantRun) -> str:
    return t("answer_page.run_score", score=sentences.figure(one.score)) if one.score is not None else ""
