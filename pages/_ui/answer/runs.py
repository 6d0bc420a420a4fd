"""Assistants as the page Runs lists and compares them."""

from __future__ import annotations

from pages._ui import paired
from pages._ui.answer import assistants
from pages._ui.runs.kind import Curve, Figure, Kind
from pages._ui.words import t
from tl_core.domain.fault import InputFault
from tl_core.domain.split import Subset
from tl_core.use_cases import assistants as known
from tl_core.use_cases import finding_comparisons


def kind() -> Kind:
    return Kind(
        runs=assistants.of_project,
        figure=_figure,
        name=t("train_page.curve_recall"),
        lower_is_better=False,
        curves=lambda: (Curve(t("train_page.curve_recall"), "validation/recall@5"),),
        compare=_compare,
        paired_term=t("compare.answer_term"),
    )


def _figure(run_id: str, subset: Subset) -> Figure | None:
    return None if subset == "train" else Figure.of(known.found_of(run_id, subset))


def _compare(run_id: str, other_id: str, subset: Subset) -> paired.Shown:
    if subset == "train":
        raise InputFault("results.other_samples")
    return paired.of_questions(finding_comparisons.compare(run_id, other_id, subset))
