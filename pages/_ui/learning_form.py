"""How a model learns: the recipe as three clear choices, class weights, and the rest under Advanced."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages._ui import shell
from pages._ui.words import count, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import DeviceChoice, Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import plans

RECIPES: tuple[Recipe, ...] = ("probe", "finetune", "scratch")
_NUMBERS: dict[str, dict[str, float | int]] = {  # name -> limits of the field, as in TrainPlan
    "epochs": {"min_value": 1, "max_value": 1000, "step": 1},
    "batch_size": {"min_value": 1, "max_value": 4096, "step": 1},
    "learning_rate": {"min_value": 0.000001, "max_value": 1.0, "step": 0.0001},
    "patience": {"min_value": 1, "max_value": 1000, "step": 1},
    "views": {"min_value": 1, "max_value": 20, "step": 1},
    "rate_decay": {"min_value": 0.01, "max_value": 1.0, "step": 0.05},
    "weight_decay": {"min_value": 0.0, "max_value": 1.0, "step": 0.01},
    "seed": {"min_value": 0, "max_value": 2**31 - 1, "step": 1},
}
_OPEN = ("epochs", "batch_size", "learning_rate")  # the recipe fills these in where a plan leaves them open
_OF_PROBE = ("seed",)  # all that a quick look has to choose


def recipe(project: Project, plan: TrainPlan) -> Recipe:
    """Quick look, fine-tune or from scratch."""
    with st.container(key="recipe"):
        return st.radio(
            t("model_page.recipe"),
            RECIPES,
            index=RECIPES.index(plan.recipe),
            format_func=lambda name: t(f"model_page.recipe_{name}"),
            captions=[t(f"model_page.recipe_{name}_about") for name in RECIPES],
            horizontal=True,
            help=t("model_page.recipe_help"),
            width="stretch",
            key=f"recipe-{project.id}",
            persist_state="session",
        )


def class_weights(project: Project, dataset: Dataset, plan: TrainPlan) -> bool:
    """Whether rare classes count as much as common ones; the counts stand beside it."""
    with st.container(key="class-weights", gap=None):
        chosen = st.toggle(
            t("model_page.class_weights"),
            value=plan.class_weights,
            help=t("model_page.class_weights_help"),
            key=f"weights-{project.id}",
            persist_state="session",
        )
        counts = sorted(dataset.counts().items(), key=lambda pair: -pair[1])
        shown = [f"{name} {count(number)}" for name, number in counts[:6]]
        shell.quiet(" · ".join([*shown, "…"] if counts[6:] else shown))
    return chosen


def advanced(project: Project, plan: TrainPlan, recipe: Recipe, card: BackboneCard) -> dict[str, object]:
    """What else a plan holds, with the usual values in the empty fields; returns only what belongs to ``recipe``."""
    asked = {"recipe": recipe, "backbone": card.name, **dict.fromkeys((*_OPEN, "frozen_stages"))}
    usual = plans.resolved(plan.model_copy(update=asked))
    names = _OF_PROBE if recipe == "probe" else tuple(_NUMBERS)
    choices: dict[str, object] = {}
    with st.expander(t("model_page.advanced"), icon=":material/tune:", key="advanced"):
        shell.quiet(t("model_page.advanced_text"))
        fields = [*names, "device"]
        for first in range(0, len(fields), 2):
            for column, name in zip(st.columns(2, gap="medium"), fields[first : first + 2], strict=False):
                with column, st.container(key=f"under-{name}"):
                    if name == "device":
                        choices[name] = _device(project, plan)
                    else:
                        choices[name] = _number(project, recipe, name, getattr(plan, name), getattr(usual, name))
                    shell.quiet(t(f"model_page.{name}_about"))
    return choices


def _number(
    project: Project, recipe: Recipe, name: str, chosen: float | int | None, usual: float | int
) -> float | int | None:
    """Empty means: as usual. For fields a plan always fills, empty gives the usual value back."""
    limits = _NUMBERS[name]
    whole = isinstance(limits["step"], int)
    default = TrainPlan.model_fields[name].default
    kept = chosen if chosen != default else None
    value = st.number_input(
        t(f"model_page.{name}"),
        value=kept,
        placeholder=t("model_page.usual", value=f"{default if default is not None else usual:g}"),
        format=None if whole else "%g",
        key=f"{name}-{project.id}-{recipe}",
        persist_state="session",
        **limits,
    )
    return default if value is None else int(value) if whole else float(value)


def _device(project: Project, plan: TrainPlan) -> str:
    choices = get_args(DeviceChoice)
    return st.selectbox(
        t("model_page.device"),
        choices,
        index=choices.index(plan.device),
        format_func=lambda name: t(f"model_page.device_{name}"),
        key=f"device-{project.id}",
        persist_state="session",
    )
