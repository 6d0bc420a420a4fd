"""Draws the curves of a run. Refreshing keeps the plots: zoom and hover stay where the person left them."""

from __future__ import annotations

from functools import cache
from math import isfinite
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.live_curves import library
from pages._ui.words import t
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


def draw(view: RunView, epochs: int, *, key: str) -> None:
    """Loss and average hit rate per class of ``view``, for training and validation; ``epochs`` were planned."""
    _component()(key=key, data=picture(view, epochs))


def picture(view: RunView, epochs: int) -> dict:
    """What the browser needs: two panels and their words. Pure."""
    last = max([epochs, *(e.number for e in view.epochs)])
    shown = thinned(view.epochs)
    best = next((e for e in view.epochs if e.number == view.best_epoch), None)
    return {
        "plotly": library.address(),
        "last": last,
        "panels": [_panel(LOSS, shown, best, view), _panel(HIT_RATE, shown, best, view)],
        "words": {
            name: t(f"train_page.curve_{name}")
            for name in ("train", "validation", "level", "best", "epoch", "empty", "missing", "whole")
        },
    }


def _panel(name: str, epochs: list[Epoch], best: Epoch | None, view: RunView) -> dict:
    ours, theirs = f"train/{name}", f"validation/{name}"
    level = None
    if view.probe and name == HIT_RATE and (quick := view.probe.metrics.get(theirs)):
        level = quick.value
    if best is not None and theirs in best.metrics:
        alt = t(f"train_page.alt_{name}", epoch=best.number, value=f"{best.metrics[theirs]:.2f}")
    else:
        alt = t(f"train_page.alt_{name}_empty")
    return {
        "key": name,
        "title": t(f"train_page.curve_{name}"),
        "about": t(f"train_page.curve_{name}_about"),
        "alt": alt,
        "format": ".2f" if name == HIT_RATE else ".2~r",
        "least": 0 if name == HIT_RATE else None,
        "most": 1.04 if name == HIT_RATE else None,
        "x": [e.number for e in epochs],
        "train": [_finite(e.metrics.get(ours)) for e in epochs],
        "validation": [_finite(e.metrics.get(theirs)) for e in epochs],
        "best": [best.number, best.metrics[theirs]] if best is not None and theirs in best.metrics else None,
        "level": level,
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
