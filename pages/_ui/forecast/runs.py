"""Forecastings as the page Runs lists and compares them."""

from __future__ import annotations

from pages._ui import paired
from pages._ui.forecast import forecastings, sentences
from pages._ui.runs.kind import Curve, Figure, Kind
from pages._ui.words import t
from tl_core.domain.fault import InputFault
from tl_core.domain.split import Subset
from tl_core.use_cases import forecast_comparisons, forecasts


def kind() -> Kind:
    return Kind(
        runs=forecastings.of_project,
        figure=_figure,
        name=t("train_page.curve_mase"),
        lower_is_better=True,
        curves=lambda: (Curve(t("train_page.curve_mase"), "validation/mase"),),
        compare=_compare,
        paired_term=t("compare.forecast_term"),
    )


def _figure(run_id: str, subset: Subset) -> Figure | None:
    spread = None if subset == "train" else forecasts.error_of(run_id, subset)
    return Figure(spread.mean, sentences.spread(spread), sentences.spread(spread)) if spread else None


def _compare(run_id: str, other_id: str, subset: Subset) -> paired.Shown:
    if subset == "train":
        raise InputFault("compare.no_moments")
    found = forecast_comparisons.compare(run_id, other_id, subset)
    return paired.Shown(
        gain=found.gain,
        label=t("compare.forecast_gain"),
        said=sentences.compared(found),
        shared=sentences.shared(found),
        heading=(t("compare.column_closer"), t("compare.column_forecasts")),
        counts={t("compare.closer_first"): found.closer, t("compare.closer_other"): found.further},
    )
