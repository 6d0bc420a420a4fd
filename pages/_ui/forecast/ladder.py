"""A freeze ladder of forecasts: errors at the same moments, beside what repeating the past comes to."""

from __future__ import annotations

from pages._ui import ladders, rungs, trainings
from pages._ui.forecast.train import NAIVE
from pages._ui.words import t
from tl_core.domain.ladder import Advice
from tl_core.domain.plan import ForecastPlan
from tl_core.domain.project import Project
from tl_core.domain.run import RunView


def show(project: Project) -> None:
    ladders.page(project, MANNER)


def _scale(view: RunView) -> rungs.Scale:
    quick = view.probe.metrics if view.probe else {}
    return rungs.mase(quick[NAIVE].value if NAIVE in quick else None)


def _title(plan: rungs.Planned) -> str:
    """ "Fracast-0 · 12 steps ahead"."""
    parts = [trainings.model_title(plan.backbone)]
    if isinstance(plan, ForecastPlan):
        parts.append(t("forecast_page.ahead_short", count=plan.horizon))
    return " · ".join(parts)


def _depth(advice: Advice) -> dict[str, object]:
    return {"recipe": advice.recipe, "frozen_stages": advice.frozen_stages if advice.recipe == "finetune" else None}


MANNER = ladders.Manner(
    scale=_scale,
    title=_title,
    phase=lambda name: t(f"forecast_page.phase_{name}"),
    in_use=lambda project: {"dataset": project.dataset},
    depth=_depth,
)
