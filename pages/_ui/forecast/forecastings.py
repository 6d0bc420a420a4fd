"""The forecastings of a project, as lists and pages name them."""

from __future__ import annotations

from pages._ui import sentences
from pages._ui.trainings import Titled
from pages._ui.words import t
from tl_core.domain.forecast import ForecastReport
from tl_core.domain.plan import ForecastPlan
from tl_core.domain.project import Project
from tl_core.use_cases import forecasts

Forecasting = Titled[ForecastPlan]  # a run that says what comes next. ``model``: there is a way to go on by.


def of_project(project: Project) -> list[Forecasting]:
    """Newest first."""
    return [
        Titled(one.id, one.plan, one.state, one.created, one.model, _title(one), _said(one))
        for one in forecasts.runs(project.id)
    ]


def report_of(shown: Forecasting) -> ForecastReport | None:
    """By which ways are compared and one is recommended."""
    return forecasts.report(shown.id, "validation")


def _title(one: forecasts.Forecasting) -> str:
    """ "Fine-tune · Fracast-0 · 12 steps ahead"."""
    parts = [t(f"forecast_page.recipe_{one.plan.recipe}"), one.title]
    return " · ".join([*parts, t("forecast_page.ahead_short", count=one.plan.horizon)])


def _said(one: forecasts.Forecasting) -> str:
    return t("forecast_page.run_score", score=sentences.figure(one.score)) if one.score is not None else ""
