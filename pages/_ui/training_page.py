"""The frame of the page Train: which run is shown, how it goes, the way on, and the others of this project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui import shell, trainings, watching
from pages._ui.trainings import K
from pages._ui.words import moment, t
from tl_core.domain.run import ENDED, RunView, State

_QUESTIONS = {"stopped": "question_stopped", "failed": "question_failed"}
_QUESTIONS |= {"queued": "question_queued", "no_worker": "question_queued"}
LISTED = 8  # trainings seen at once; older ones on demand


def show(
    among: Sequence[K],
    tell: Callable[[K, RunView, State], watching.Told],
    done: Callable[[K], str] = lambda one: t("train_page.question_done"),
) -> None:
    """``among``: the project's, newest first. ``tell``: what there is to say of one, at each look. ``done``: the title
    once it has ended well."""
    shown = trainings.named(among)

    if shown is None:
        shell.page_head(t("train_page.question"))
        shell.empty_state(
            shell.ICONS["train"],
            t("train_page.empty_title"),
            t("train_page.empty_text"),
            action=t("train_page.to_model"),
            page="model",
        )
    shell.keep_run(shown.id)

    going = shown.state not in ENDED
    shell.page_head(
        done(shown) if shown.state == "done" else t(f"train_page.{_QUESTIONS.get(shown.state, 'question')}"),
        f"{shown.title} · {t('train_page.started', when=moment(shown.created, stands=going))}",
    )
    look = st.fragment(watching.show, run_every=watching.TICK if going else None)
    look(shown, shown.state, lambda view, state: tell(shown, view, state))

    if not going:
        with st.container(key="onward", horizontal=True, vertical_alignment="center", gap="medium"):
            if shown.model and shell.primary(
                t("train_page.to_evaluate"), ":material/arrow_forward:", key="to-evaluate"
            ):
                shell.go("evaluate", run=shown.id)
            if shell.secondary(t("train_page.again"), ":material/tune:", key="again"):
                shell.go("model")

    if len(among) > 1:
        st.space("medium")
        shell.section(t("train_page.runs_title"))
        with st.container(key="trainings", gap=None):
            for one in among[:LISTED]:
                watching.line(one, shown=one.id == shown.id)
            if among[LISTED:]:
                with st.expander(t("train_page.runs_older", count=len(among) - LISTED)):
                    for one in among[LISTED:]:
                        watching.line(one, shown=one.id == shown.id)
