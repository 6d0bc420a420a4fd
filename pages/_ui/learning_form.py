"""How a model learns: the recipe as three clear choices, class weights, and the rest under Advanced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, get_args

import streamlit as st

from pages._ui import plan_fields, shell
from pages._ui.words import count, t, term
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import Precision, Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import estimates, models, plans

R = TypeVar("R", bound=str)
RECIPES: tuple[Recipe, ...] = ("probe", "finetune", "scratch")
_FIELDS = ("epochs", "batch_size", "learning_rate", "patience", "views", "rate_decay", "weight_decay", "seed")
_OPEN = ("epochs", "batch_size", "learning_rate")  # the recipe fills these in where a plan leaves them open
_OF_PROBE = ("seed",)  # all that a quick look has to choose


def recipe(project: Project, plan: TrainPlan) -> Recipe:
    """Quick look, fine-tune or from scratch."""
    titles = {name: t(f"model_page.recipe_{name}") for name in RECIPES}
    about = [t(f"model_page.recipe_{name}_about") for name in RECIPES]
    return recipe_of(project, titles, about, plan.recipe, help=term("fine_tuning", t("model_page.recipe_help")))


def recipe_of(project: Project, titles: dict[R, str], about: Sequence[str], chosen: R, *, help: str | None = None) -> R:
    """One of the recipes named by ``titles``, with a sentence ``about`` each."""
    with st.container(key=f"recipe-of-{len(titles)}"):
        return st.radio(
            t("model_page.recipe"),
            list(titles),
            index=list(titles).index(chosen),
            format_func=lambda name: titles[name],
            captions=about,
            horizontal=True,
            help=help,
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
    names = _OF_PROBE if recipe == "probe" else _FIELDS
    choices: dict[str, object] = {}
    with st.expander(t("model_page.advanced"), icon=":material/tune:", key="advanced"):
        shell.quiet(t("model_page.advanced_text"))
        fields = [*names, "device"]
        if recipe == "finetune" and any(stage.adapter_width for stage in card.stages):
            fields.append("lora_rank")
        else:
            choices["lora_rank"] = None  # the last training may have had another starting model
        if recipe != "scratch" and (plan.precision != "f32" or estimates.computes_bf16(plan)):
            fields.append("precision")
        for first in range(0, len(fields), 2):
            for column, name in zip(st.columns(2, gap="medium"), fields[first : first + 2], strict=False):
                with column:
                    if name == "device":
                        choices[name] = plan_fields.device(project, plan)
                    elif name == "precision":
                        choices[name] = plan_fields.choice(project, plan, name, get_args(Precision))
                    elif name == "lora_rank":
                        choices[name] = plan_fields.rank(project, plan)
                    else:
                        usual_value = getattr(usual, name)
                        choices[name] = plan_fields.number(project, plan, name, usual=usual_value, of=recipe)
        choices["options"] = _options(project, plan)
    return choices


def _options(project: Project, plan: TrainPlan) -> dict[str, int | float | str | bool]:
    """The modality's own part of a plan: whatever fields it has, it says itself what they are."""
    chosen: dict[str, int | float | str | bool] = {}
    offered = models.options(project.modality)
    for first in range(0, len(offered), 2):
        for column, one in zip(st.columns(2, gap="medium"), offered[first : first + 2], strict=False):
            with column, st.container(key=f"under-option-{one.name}"):
                chosen[one.name] = _option(project, one, plan.options.get(one.name, one.default))
                shell.quiet(one.about)
    return models.checked_options(project.modality, chosen)


def _option(project: Project, one: models.OptionView, value: int | float | str | bool) -> int | float | str | bool:
    key = f"option-{one.name}-{project.id}"
    if one.choices:
        names = list(one.choices)
        return st.selectbox(
            one.title,
            names,
            index=names.index(str(value)),
            format_func=lambda name: one.choices[name],
            key=key,
            persist_state="session",
        )
    if isinstance(value, bool):
        return st.toggle(one.title, value=value, key=key, persist_state="session")
    if isinstance(value, str):
        return st.text_input(one.title, value=value, key=key, persist_state="session")
    if isinstance(one.default, int):
        low, high = (None if limit is None else int(limit) for limit in (one.low, one.high))
        return st.number_input(one.title, low, high, int(value), step=1, key=key, persist_state="session")
    return st.number_input(one.title, one.low, one.high, float(value), key=key, persist_state="session")
