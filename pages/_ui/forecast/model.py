"""How far ahead, with which starting model, and how much of it thaws; then one button."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages._ui import (
    again,
    backbone_choice,
    boundary,
    fetching,
    findings,
    ladders,
    learning_form,
    network,
    plan_fields,
    shell,
    tabled,
)
from pages._ui.forecast import wording
from pages._ui.forecast.data import pace_of
from pages._ui.runs import page as runs_page
from pages._ui.words import joined, t
from tl_core.domain.card import BackboneCard, SeriesInput
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ForecastPlan, ForecastRecipe
from tl_core.domain.project import Project
from tl_core.use_cases import checks, forecasts, runs
from tl_core.use_cases.forecasts import Limits

RECIPES: tuple[ForecastRecipe, ...] = get_args(ForecastRecipe)


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    context = t("forecast_page.context_model", count=len(dataset.samples))
    shell.page_head(t("forecast_page.question_model"), context)
    try:
        plan, limits = _base(project), forecasts.limits(project.id)
    except InputFault as fault:
        shell.show_fault(fault)
        shell.link("data", t("data_page.replace"), icon=":material/upload:")
        return
    card = backbone_choice.current(project, plan.backbone)
    horizon = _horizon(project, dataset, plan, limits)
    recipe = _recipe(project, plan)
    frozen = _boundary(project, plan, card, recipe)
    picture = f"network-{project.id}-{recipe}-{backbone_choice.safe(card.name)}"
    _network(project, card, recipe, frozen, picture)
    backbone_choice.show(project, card, named=False)  # few can forecast, and those are known
    choices: dict[str, object] = {"backbone": card.name, "horizon": horizon, "recipe": recipe}
    choices["frozen_stages"] = frozen if recipe == "finetune" else None
    choices |= _advanced(project, plan, recipe)
    chosen = ForecastPlan.model_validate({**plan.model_dump(), **choices})
    again.changes(project, chosen)
    _start(chosen, dataset, card)
    if fetching.is_here(card):
        ladders.offer(project, chosen.model_copy(update={"recipe": "finetune", "frozen_stages": None}))
    runs_page.link(runs.count_of(project.id, ["forecast"]))


def _base(project: Project) -> ForecastPlan:
    """The last forecasting's choices on the data in use now, else what is sound when nobody chose anything."""
    fresh = forecasts.default_plan(project.id)
    begun = again.begun_from(project, ForecastPlan)
    if begun is not None:
        return begun.model_copy(update={"dataset": fresh.dataset, "note": ""})
    for one in forecasts.runs(project.id):
        return one.plan.model_copy(update={"dataset": fresh.dataset, "note": ""})
    return fresh


def _horizon(project: Project, dataset: Dataset, plan: ForecastPlan, limits: Limits) -> int:
    """How many steps, and what more of them cost: moments to judge by."""
    pace = pace_of(dataset)
    with st.container(border=True, key="horizon"):
        chosen = st.slider(
            t("forecast_page.horizon", pace=wording.pace(pace)),
            1,
            max(2, limits.longest),
            min(plan.horizon, limits.longest),
            help=t("forecast_page.horizon_help"),
            key=f"horizon-{project.id}",
            persist_state="session",
        )
        horizon = min(chosen, limits.longest)
        origins = limits.origins_at(horizon)
        ahead = wording.span(horizon, pace)
        st.text(t("forecast_page.horizon_costs", count=origins, ahead=ahead))
        if origins < 5:
            shell.show_warning(t("forecast_page.horizon_few", count=origins))
        if limits.season > 1:
            shell.quiet(t("forecast_page.season", season=wording.span(limits.season, pace), count=limits.season))
        else:
            shell.quiet(t("forecast_page.season_none"))
    return horizon


def _recipe(project: Project, plan: ForecastPlan) -> ForecastRecipe:
    titles = {name: t(f"forecast_page.recipe_{name}") for name in RECIPES}
    about = [t(f"forecast_page.recipe_{name}_about") for name in RECIPES]
    return learning_form.recipe_of(project, titles, about, plan.recipe)


def _boundary(project: Project, plan: ForecastPlan, card: BackboneCard, recipe: ForecastRecipe) -> int:
    """Frozen layer groups: where the person left the boundary, else where the last forecasting had it."""
    if recipe != "finetune":
        return 0 if recipe == "scratch" else len(card.stages)
    moved = boundary.left_at(project, card)
    return min(moved if moved is not None else plan.frozen_stages or 0, len(card.stages))


def _network(project: Project, card: BackboneCard, recipe: ForecastRecipe, frozen: int, picture: str) -> None:
    """The starting model's face; its last block is what turns it into a forecast."""
    spec = card.input
    assert isinstance(spec, SeriesInput)
    alone = t("forecast_page.tells_untuned" if recipe == "untuned" else "forecast_page.tells_head")
    head = network.Head(
        t("forecast_page.head_title"), t("forecast_page.head_said"), alone,
        t("forecast_page.head_about", count=len(spec.quantiles)), spec.head, learns=recipe != "untuned",
    )  # fmt: skip
    with st.container(key="network"):
        shell.quiet(t("model_page.slider"), help=joined((t("model_page.slider_help"), t("model_page.stages_note"))))
        network.draw(
            card.stages, head, frozen, key=picture, still=recipe != "finetune", blank=recipe == "scratch",
            on_change=lambda: boundary.move(project, card, picture),
        )  # fmt: skip
        tabled.on_demand(network.rows(card.stages, None), title=t("model_page.table"), key="network")


def _advanced(project: Project, plan: ForecastPlan, recipe: ForecastRecipe) -> dict[str, object]:
    """What else a plan holds; empty fields take the usual values."""
    choices: dict[str, object] = {}
    with st.expander(t("model_page.advanced"), icon=":material/tune:", key="advanced"):
        shell.quiet(t("model_page.advanced_text"))
        left, right = st.columns(2, gap="medium")
        if recipe != "untuned":
            with left:
                choices["steps"] = plan_fields.number(
                    project, plan, "steps", title="forecast_page", about="forecast_page"
                )
                choices["seed"] = plan_fields.number(project, plan, "seed")
            with right:
                choices["learning_rate"] = plan_fields.number(project, plan, "learning_rate")
        with right:
            choices["device"] = plan_fields.device(project, plan)
    return choices


def _start(plan: ForecastPlan, dataset: Dataset, card: BackboneCard) -> None:
    here = fetching.is_here(card)
    findings.line([f for f in checks.findings_of(plan.project, dataset.id) or [] if f.level == "alarm"])
    with st.container(key="start", horizontal=True, vertical_alignment="center", gap="medium"):
        if shell.primary(t("forecast_page.start"), ":material/play_arrow:", key="start-training", disabled=not here):
            with shell.faults_shown():
                shell.go("train", run=runs.start(plan))
        if here:
            values = {"recipe": t(f"forecast_page.recipe_{plan.recipe}"), "title": card.title}
            shell.quiet(t("forecast_page.start_text", **values, ahead=wording.span(plan.horizon, pace_of(dataset))))
        else:
            fetching.first(card)
