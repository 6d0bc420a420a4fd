"""The frame of the page Train: which run is shown, how it goes, the way on, and the others of this project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui import again, shell, trainings, watching
from pages._ui.runs import page as runs_page
from pages._ui.trainings import K
from pages._ui.words import moment, t
from tl_core.domain.run import ENDED, RunView, State

_QUESTIONS = {"stopped": "question_stopped", "failed": "question_failed"}
_QUESTIONS |= {"queued": "question_queued", "no_worker": "question_queued"}
LISTED = 8  # trainings seen at once; all of them are on the page Runs


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

    going = shown.state not in ENDED
    shell.page_head(
        done(shown) if shown.state == "done" else t(f"train_page.{_QUESTIONS.get(shown.state, 'question')}"),
        f"{shown.title} · {t('train_page.started', when=moment(shown.created, stands=going))}",
    )
    trainings.say_if_gone(among)
    shell.keep_run(shown.id)
    look = st.fragment(watching.show, run_every=watching.TICK if going else None)
    look(shown, shown.state, lambda view, state: tell(shown, view, state))

    if not going:
        with st.container(key="onward", horizontal=True, vertical_alignment="center", gap="medium"):
            if shown.model and shell.primary(
                t("train_page.to_evaluate"), ":material/arrow_forward:", key="to-evaluate"
            ):
                shell.go("evaluate", run=shown.id)
            again_button = shell.secondary if shown.model else shell.primary
            if again_button(t("train_page.again"), ":material/tune:", key="again"):
                again.go(shown.id)

    if len(among) > 1:
        st.space("medium")
        shell.section(t("train_page.runs_title"))
        with st.container(key="trainings", gap=None):
            for one in among[:LISTED]:
                watching.line(one, shown=one.id == shown.id)
        runs_page.link(len(among))
