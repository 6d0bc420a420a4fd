"""Draws what each mix of starting model and tuned model is worth. Dragging is answered in the browser.

Every figure and sentence a person reads is made here, one set for every mix that was measured, so that the browser
only looks them up; Python hears of a choice once, on release.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui import sentences
from pages._ui.words import share, t
from tl_core.domain.mixes import Mix, Mixes
from tl_core.domain.report import Metric, MetricName

HERE = Path(__file__).resolve().parent
TASK: MetricName = "balanced_accuracy"


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_mixer", css=(HERE / "mixer.css").read_text("utf-8"), js=(HERE / "mixer.js").read_text("utf-8")
    )


def draw(mixes: Mixes, in_use: int | None, *, key: str) -> int:
    """Show the slider and return the place, in ``mixes.mixes``, of the mix a person has chosen.

    ``in_use``: the place of the mix that is the model now; the slider begins there.
    """
    before = st.session_state.get(key) or {}
    begin = in_use if in_use is not None else len(mixes.mixes) - 1
    at = _within(before.get("at"), len(mixes.mixes), begin)
    result = _component()(key=key, data=picture(mixes, at, in_use), on_at_change=lambda: None)
    return _within(getattr(result, "at", None), len(mixes.mixes), at)


def _within(at: object, count: int, otherwise: int) -> int:
    return at if isinstance(at, int) and 0 <= at < count else otherwise


def picture(mixes: Mixes, at: int, in_use: int | None) -> dict:
    """What the browser needs: two rows, and for each mix its figures and words. Pure."""
    figures = [(one.metrics[TASK], one.kept) for one in mixes.mixes]
    return {
        "rows": [
            {"title": t("kept.row_task"), "about": t("kept.row_task_about")},
            {"title": t("kept.row_old"), "about": t(f"kept.row_old_{mixes.ability}")},
        ],
        "low": _lowest([metric for pair in figures for metric in pair]),
        "mixes": [
            {
                "share": one.share,
                "tick": share(one.share),
                "title": title(one.share),
                "figures": [_figure(metric) for metric in pair],
                "spoken": _spoken(one, pair),
            }
            for one, pair in zip(mixes.mixes, figures, strict=True)
        ],
        "at": at,
        "inUse": in_use,
        "words": {name: t(f"kept.{name}") for name in ("slider", "original", "tuned", "in_use")},
    }


def title(part: float) -> str:
    """A mix in words."""
    if part in (0, 1):
        return t("kept.at_original" if part == 0 else "kept.at_tuned")
    return t("kept.at_mix", share=share(part))


def _figure(metric: Metric) -> dict:
    return {
        "value": metric.value,
        "low": metric.low,
        "high": metric.high,
        "text": sentences.figure(metric.value),
        "doubt": sentences.interval(metric),
    }


def _spoken(one: Mix, pair: Sequence[Metric]) -> str:
    task, kept = (f"{sentences.figure(metric.value)} ({sentences.interval(metric)})" for metric in pair)
    return t("kept.spoken", title=title(one.share), task=task, kept=kept)


def _lowest(metrics: Sequence[Metric]) -> float:
    """Where the axis begins: a round value below everything, so that both rows share one axis that ends at 1."""
    least = min(metric.value if metric.low is None else metric.low for metric in metrics)
    return max(0.0, min(0.8, int(least * 10 - 0.2) / 10))
