"""With which starting model passages are found, and how much of it thaws; then one button."""

from __future__ import annotations

import streamlit as st

from pages._ui import (
    again,
    backbone_choice,
    boundary,
    fetching,
    findings,
    learning_form,
    network,
    plan_fields,
    shell,
    tabled,
)
from pages._ui.answer import searching, wording
from pages._ui.runs import page as runs_page
from pages._ui.words import joined, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastRecipe
from tl_core.domain.project import Project
from tl_core.use_cases import assistants, checks, questions, runs

RECIPES: tuple[ForecastRecipe, ...] = ("untuned", "finetune")  # from nothing no encoder learns from a team's questions
_WEIGHED = 3  # numbers that are always chosen: what words, meaning and the rest of a page count


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    known = questions.needed(project.id)
    context = t("answer_page.context_model", count=known.judged, passages=wording.passages(len(dataset.samples)))
    shell.page_head(t("model_page.question"), context)
    searching.needed(project)
    try:
        plan = _base(project)
    except InputFault as fault:
        shell.show_fault(fault)
        shell.link("data", t("answer_page.update"), icon=":material/upload:")
        return
    card = backbone_choice.current(project, plan.backbone)
    titles = {name: t(f"answer_page.recipe_{name}") for name in RECIPES}
    about = [t(f"answer_page.recipe_{name}_about") for name in RECIPES]
    enough = known.judged >= known.least
    recipe = learning_form.recipe_of(project, titles, about, plan.recipe if enough else "untuned")
    frozen = _boundary(project, plan, card, recipe)
    face = st.container(key="network")
    with face:  # at once, so that what is below begins below
        shell.quiet(t("model_page.slider"), help=joined((t("model_page.slider_help"), t("model_page.stages_note"))))
    backbone_choice.show(project, card)
    choices: dict[str, object] = {"backbone": card.name, "recipe": recipe}
    choices["frozen_stages"] = frozen if recipe == "finetune" else None
    choices |= _advanced(project, plan, card, recipe)
    chosen = AnswerPlan.model_validate({**plan.model_dump(), **choices})
    with face:
        _network(project, card, chosen, frozen)
    again.changes(project, chosen)
    _start(chosen, dataset, card, enough)
    runs_page.link(runs.count_of(project.id, ["answer"]))


def _base(project: Project) -> AnswerPlan:
    """The last training's choices on the data in use now, else what is sound when nobody chose anything."""
    fresh = assistants.default_plan(project.id)
    begun = again.begun_from(project, AnswerPlan)
    if begun is not None:
        return begun.model_copy(update={"dataset": fresh.dataset, "split": fresh.split, "note": ""})
    for one in assistants.runs(project.id):
        return one.plan.model_copy(update={"dataset": fresh.dataset, "split": fresh.split, "note": ""})
    return fresh


def _boundary(project: Project, plan: AnswerPlan, card: BackboneCard, recipe: ForecastRecipe) -> int:
    """Frozen layer groups: where the person left the boundary, else where the last training had it, else the middle."""
    if recipe != "finetune":
        return len(card.stages)
    moved = boundary.left_at(project, card)
    if moved is None:
        moved = plan.frozen_stages if plan.frozen_stages is not None else len(card.stages) // 2
    return min(moved, len(card.stages))


def _network(project: Project, card: BackboneCard, chosen: AnswerPlan, frozen: int) -> None:
    """The starting model's face; its last block is how passages are ranked."""
    picture = f"network-{project.id}-{chosen.recipe}-{backbone_choice.safe(card.name)}"

    head = network.Head(
        t("answer_page.head_title"), t("answer_page.head_said"), t("answer_page.tells_head"),
        t("answer_page.head_about"), _WEIGHED,
    )  # fmt: skip
    tunes = chosen.recipe == "finetune"
    network.draw(
        card.stages, head, frozen, key=picture, still=not tunes, rank=chosen.lora_rank if tunes else None,
        on_change=lambda: boundary.move(project, card, picture),
    )  # fmt: skip
    tabled.on_demand(network.rows(card.stages, None), title=t("model_page.table"), key="network")


def _advanced(project: Project, plan: AnswerPlan, card: BackboneCard, recipe: ForecastRecipe) -> dict[str, object]:
    """What else a plan holds; empty fields take the usual values."""
    choices: dict[str, object] = {}
    with st.expander(t("model_page.advanced"), icon=":material/tune:", key="advanced"):
        shell.quiet(t("model_page.advanced_text"))
        left, right = st.columns(2, gap="medium")
        if recipe == "finetune":
            with left:
                choices["epochs"] = plan_fields.number(project, plan, "epochs", about="answer_page")
                choices["learning_rate"] = plan_fields.number(project, plan, "learning_rate")
            with right:
                choices["batch_size"] = plan_fields.number(
                    project, plan, "batch_size", title="answer_page", about="answer_page", least=2
                )
                if any(stage.adapter_width for stage in card.stages):
                    choices["lora_rank"] = plan_fields.rank(project, plan)
        with left:
            choices["seed"] = plan_fields.number(project, plan, "seed")
        with right:
            choices["device"] = plan_fields.device(project, plan)
    return choices


def _start(plan: AnswerPlan, dataset: Dataset, card: BackboneCard, enough: bool) -> None:
    here = fetching.is_here(card)
    findings.line([f for f in checks.findings_of(plan.project, dataset.id) or [] if f.level == "alarm"])
    with st.container(key="start", horizontal=True, vertical_alignment="center", gap="medium"):
        if shell.primary(t("answer_page.start"), ":material/play_arrow:", key="start-training", disabled=not here):
            with shell.faults_shown():
                shell.go("train", run=assistants.start(plan))
        if not here:
            fetching.first(card)
        elif not enough:
            shell.quiet(t("answer_page.start_few"))
        else:
            values = {"recipe": t(f"answer_page.recipe_{plan.recipe}"), "title": card.title}
            shell.quiet(t("answer_page.start_text", **values))
