"""Trainings of classes as the page Runs lists and compares them."""

from __future__ import annotations

from pages._ui import paired, trainings
from pages._ui.runs.kind import Curve, Figure, Kind
from pages._ui.words import t
from tl_core.domain.split import Subset
from tl_core.use_cases import comparisons, results


def kind() -> Kind:
    return Kind(
        runs=trainings.of_project,
        figure=_figure,
        name=t("train_page.curve_balanced_accuracy"),
        lower_is_better=False,
        curves=lambda: (
            Curve(t("train_page.curve_balanced_accuracy"), "validation/balanced_accuracy"),
            Curve(t("train_page.curve_loss"), "validation/loss"),
        ),
        compare=_compare,
        paired_term=t("compare.term"),
        parted=comparisons.parted,
    )


def _figure(run_id: str, subset: Subset) -> Figure | None:
    return Figure.of(results.hit_rate(run_id, subset))


def _compare(run_id: str, other_id: str, subset: Subset) -> paired.Shown:
    return paired.of_answers(comparisons.compare(run_id, other_id, subset))
