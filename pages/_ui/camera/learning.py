"""Between recording and live answers: what is read and learned, on one page that then leads on by itself."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages._ui.shell import go, page_head, show_warning, stop_button
from pages._ui.words import escape, t
from tl_core.domain.run import ENDED
from tl_core.use_cases import predict, runs

TICK = 0.3  # seconds between looks: it takes a few
SELDOM = 5.0  # the same while nobody works at it
PHASES = ("prepare", "features", "probe", "evaluate", "bundle")


def show(reading: runs.RunSummary, training: Callable[[], str | None], over: Callable[[], bool]) -> None:
    """The whole page, until there is a model to be asked.

    ``training``: the job that follows the reading, once it is there; ``over``: whether there is nothing to wait for.
    """
    page_head(t("camera.learning_title"), t("camera.learning_text"))
    alive = runs.worker_alive()
    st.fragment(_watch, run_every=TICK if alive else SELDOM)(reading, training, over, alive)


def _watch(reading: runs.RunSummary, find: Callable[[], str | None], over: Callable[[], bool], alive: bool) -> None:
    view, _, state = runs.view(reading.id)
    training = find() if state == "done" else None
    if training is not None and predict.ready(training):
        predict.warm(training)
        go("use", run=training, way="live")
    if over() or runs.worker_alive() != alive:
        st.rerun(scope="app")  # the page says how it ended, or looks more seldom, or more often
    name = "reading" if state not in ENDED else "waiting"
    before = 0
    if training is not None:
        view, _, state = runs.view(training)
        name = view.phase if view.phase in PHASES else "waiting"
        before = 1 + (PHASES.index(name) if name in PHASES else 0)
    with st.container(border=True, key="learning"):
        if not alive:
            show_warning(t("shell.worker_missing"))
            return
        within = min(1.0, view.done / view.total) if view.total and name != "waiting" else 0.0
        st.progress((before + within) / (len(PHASES) + 1), text=escape(t(f"camera.learning_{name}")))
        if state not in ENDED:
            stopping = state == "stopping"
            stop_button(training or reading.id, t("data_page.reading_stop"), key="learning-stop", disabled=stopping)
