"""A freeze ladder of classes: average hit rates, and what each depth still knows of what the starting model could."""

from __future__ import annotations

from pages._ui import ladders, not_labelled, rungs, shell, trainings
from pages._ui.words import t
from tl_core.domain.ladder import Advice
from tl_core.domain.project import Project
from tl_core.use_cases import data


def show(project: Project) -> None:
    not_labelled.end_unless_learnable(shell.current_dataset(project))
    ladders.page(project, MANNER)


def _in_use(project: Project) -> dict[str, object]:
    return {"dataset": project.dataset, "split": data.split_rule(project.id)}


def _depth(advice: Advice) -> dict[str, object]:
    depth: dict[str, object] = {"recipe": advice.recipe, "frozen_stages": advice.frozen_stages}
    # the quick look takes each sample as it is
    return {**depth, "augmentations": []} if advice.recipe == "probe" else depth


MANNER = ladders.Manner(
    scale=lambda view: rungs.hits(),
    title=lambda plan: trainings.model_title(plan.backbone),
    phase=lambda name: t(f"train_page.phase_{name}"),
    in_use=_in_use,
    depth=_depth,
)
