"""Plans for trainings: what is sound when nobody chose anything."""

from __future__ import annotations

from tl_core import backbones, modalities
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.split import SplitRule
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.training import recipes


def default_plan(project_id: str, recipe: Recipe = "finetune", split: SplitRule | None = None) -> TrainPlan:
    """A plan for the project's data in use, open choices left to the recipe. Raises InputFault when there are no data.

    ``split`` is the rule the data page keeps; without one, the default shares.
    """
    project = read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("plans.no_data")
    return TrainPlan(
        project=project.id,
        dataset=project.dataset,
        modality=project.modality,
        backbone=backbones.default(project.modality),
        recipe=recipe,
        split=split or SplitRule(),
        augmentations=suitable_augmentations(project, recipe),
    )


def suitable_augmentations(project: Project, recipe: Recipe) -> list[str]:
    """The augmentations that are on unless switched off: none that could change what this kind of data means."""
    if recipe == "probe":
        return []
    offered = modalities.get(project.modality).augmentations()
    return [a.name for a in offered if a.default and project.purpose not in a.unsuitable]


def resolved(plan: TrainPlan) -> TrainPlan:
    """The plan with the values its recipe takes where nothing was chosen; what "Advanced" shows as defaults."""
    return recipes.resolve(plan, backbones.card(Home.default(), plan.backbone))
