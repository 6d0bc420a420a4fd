"""Draws the curves of a run. Refreshing keeps the plots: zoom and hover stay where the person left them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.live_curves import library
from pages._ui.words import number, separators, t
from tl_core.domain.event import Epoch
from tl_core.domain.run import RunView

HERE = Path(__file__).resolve().parent
POINTS = 1000  # of one curve; more are thinned
LOSS = "loss"
HIT_RATE = "balanced_accuracy"


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_live_curves",
        css=(HERE / "live_curves.css").read_text("utf-8"),
        js=(HERE / "live_curves.js").read_text("utf-8"),
        isolate_styles=False,  # Plotly puts its own style sheet at the head of the page
    )


class Panel(NamedTuple):
    """One plot. ``ours`` and ``theirs``: metrics of training and validation; empty: no such curve."""

    name: str  # of its texts
    ours: str = ""
    theirs: str = ""
    level: float | None = None  # what is to be beaten
    digits: str = ".3~r"  # d3's format of the axis
    span: tuple[float, float] | None = None


def of_classes(view: RunView) -> tuple[Panel, Panel]:
    """Loss and average hit rate per class."""
    quick = view.probe.metrics.get(f"validation/{HIT_RATE}") if view.probe else None
    level = quick.value if quick else None
    return (
        Panel(LOSS, f"train/{LOSS}", f"validation/{LOSS}"),
        Panel(HIT_RATE, f"train/{HIT_RATE}", f"validation/{HIT_RATE}", level, ".2f", (0, 1.04)),
    )


def draw(view: RunView, panels: Sequence[Panel], *, planned: int, unit: str = "epoch", key: str) -> None:
    """The ``panels`` of a run of which ``planned`` epochs, or other ``unit``, are to come in all."""
    _component()(key=key, data=picture(view, panels, planned, unit))


def picture(view: RunView, panels: Sequence[Panel], planned: int, unit: str = "epoch") -> dict:
    """What the browser needs: panels and their words. Pure."""
    last = max([planned, *(e.number for e in view.epochs)])
    shown = thinned(view.epochs)
    best = next((e for e in view.epochs if e.number == view.best_epoch), None)
    named = {"epoch": unit, "best": f"best_{unit}", "level": f"level_{unit}", "empty": f"empty_{unit}"}
    return {
        "plotly": library.address(),
        "last": last,
        "separators": separators(),
        "panels": [_panel(panel, shown, best) for panel in panels],
        "words": {
            name: t(f"train_page.curve_{named.get(name, name)}")
            for name in ("train", "validation", "level", "best", "epoch", "empty", "missing", "whole")
        },
    }


def _panel(panel: Panel, epochs: list[Epoch], best: Epoch | None) -> dict:
    name, theirs = panel.name, panel.theirs
    if best is not None and theirs in best.metrics:
        alt = t(f"train_page.alt_{name}", epoch=best.number, value=number(best.metrics[theirs], ".2f"))
    else:
        alt = t(f"train_page.alt_{name}_empty")
    least, most = panel.span or (None, None)
    return {
        "key": name,
        "title": t(f"train_page.curve_{name}"),
        "about": t(f"train_page.curve_{name}_about"),
        "alt": alt,
        "format": panel.digits,
        "least": least,
        "most": most,
        "x": [e.number for e in epochs],
        "train": [_finite(e.metrics.get(panel.ours)) for e in epochs] if panel.ours else None,
        "validation": [_finite(e.metrics.get(theirs)) for e in epochs] if theirs else None,
        "best": [best.number, best.metrics[theirs]] if best is not None and theirs in best.metrics else None,
        "level": panel.level,
    }


def _finite(value: float | None) -> float | None:
    """A gap in the curve instead of what no browser can read."""
    return value if value is not None and isfinite(value) else None


def thinned(epochs: list[Epoch]) -> list[Epoch]:
    """At most ``POINTS`` epochs, evenly chosen, the last one always among them."""
    if len(epochs) <= POINTS:
        return epochs
    step = len(epochs) / POINTS
    return [epochs[int(i * step)] for i in range(POINTS - 1)] + [epochs[-1]]
