"""The training a person is putting together on the model page: where it starts from, and the boundary they moved."""

from __future__ import annotations

from pydantic import ValidationError

from pages._ui import again
from pages._ui.boundary import left_at
from tl_core.domain.card import BackboneCard
from tl_core.domain.plan import Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import data, plans, runs


def base(project: Project) -> TrainPlan:
    """The plan the page starts from: the run named in the address, else the
    project's last training, else what is sound when nobody chose anything.

    The data and their split are always those in use now.
    """
    fresh = plans.default_plan(project.id, "finetune", data.split_rule(project.id))
    begun = again.begun_from(project, TrainPlan)
    if begun is not None and begun.modality == fresh.modality:
        return begun.model_copy(update={"dataset": fresh.dataset, "split": fresh.split, "note": ""})
    for one in runs.runs_of(project.id, "train"):
        if isinstance(one.plan, TrainPlan) and one.plan.modality == fresh.modality:
            now = {"dataset": fresh.dataset, "split": fresh.split, "note": ""}
            return one.plan.model_copy(update=now)
    return fresh


def boundary(project: Project, plan: TrainPlan, recipe: Recipe, card: BackboneCard) -> int:
    """Frozen layer groups: where the person left the boundary for this starting model, else the sound place."""
    if recipe != "finetune":
        return 0 if recipe == "scratch" else len(card.stages)
    moved = left_at(project, card)
    if moved is not None:
        return min(moved, len(card.stages))
    same = plan.recipe == "finetune" and plan.backbone == card.name
    asked = plan.frozen_stages if same else None
    open_plan = plan.model_copy(update={"recipe": recipe, "backbone": card.name, "frozen_stages": asked})
    return plans.resolved(open_plan).frozen_stages or 0


def for_ladder(plan: TrainPlan, choices: dict[str, object]) -> TrainPlan:
    """What every rung of a ladder shares: the person's choices, but for how and from where on to learn."""
    return finished(plan, {**choices, "recipe": "finetune", "frozen_stages": None})


def finished(plan: TrainPlan, choices: dict[str, object]) -> TrainPlan:
    """``plan`` with the person's choices, checked as a whole."""
    try:
        return TrainPlan.model_validate({**plan.model_dump(), **choices})
    except ValidationError as error:  # a form that offers what a plan refuses is our mistake
        raise AssertionError(f"the form offered what a plan refuses: {error}") from error
