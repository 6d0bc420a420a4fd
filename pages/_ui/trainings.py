"""The trainings of a project: what each was asked, in words, and which one a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, NoReturn, Protocol, TypeVar

import streamlit as st

from pages._ui import shell
from pages._ui.words import moment, t
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, State
from tl_core.words import language

P = TypeVar("P")
_AFTER = {"wait": "to_train", "unjudged": "to_data"}  # what to do where there is nothing to judge


class Kept(Protocol):
    """A run that learns, whatever its task, as lists and pages name it."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def created(self) -> float: ...
    @property
    def model(self) -> bool: ...  # a usable model came of it
    @property
    def title(self) -> str: ...
    @property
    def said(self) -> str: ...  # its result in a few words; empty while there is none


class Titled(NamedTuple, Generic[P]):
    """Such a run with its title."""

    id: str
    plan: P
    state: State
    created: float
    model: bool
    title: str
    said: str = ""


class Identified(Protocol):
    @property
    def id(self) -> str: ...


K = TypeVar("K", bound=Kept)
One = TypeVar("One", bound=Identified)


class Training(NamedTuple):
    """A training of classes."""

    id: str
    plan: TrainPlan
    state: State
    created: float
    score: float | None  # validation/balanced_accuracy of the best so far
    model: bool  # a usable model came of it

    @property
    def title(self) -> str:
        return title(self.plan)

    @property
    def said(self) -> str:
        from pages._ui.sentences import figure

        return t("train_page.run_score", score=figure(self.score)) if self.score is not None else ""


def of_project(project: Project) -> list[Training]:
    """Newest first."""
    from tl_core.use_cases import runs

    return [
        Training(one.id, one.plan, one.state, one.created, one.score, one.model)
        for one in runs.runs_of(project.id, "train")
        if isinstance(one.plan, TrainPlan)
    ]


def named(among: Sequence[One]) -> One | None:
    """The run of the address; without one, or when it is gone, the first of ``among``, the newest."""
    wanted = shell.run_id()
    for one in among:
        if one.id == wanted:
            return one
    return among[0] if among else None


def say_if_gone(among: Sequence[Identified]) -> None:
    """Below the title, before the address forgets it: the run it names is none of ``among`` any more."""
    if shell.run_id() and not any(one.id == shell.run_id() for one in among):
        shell.show_warning(t("shell.gone_run"))


def title(plan: TrainPlan) -> str:
    """ "Fine-tune · EfficientNet-Lite0 · 5 layer groups frozen"."""
    frozen = plan.frozen_stages if plan.recipe == "finetune" else None
    return _title(plan.recipe, model_title(plan.backbone), frozen, language())


@lru_cache(maxsize=512)
def _title(recipe: str, model: str, frozen: int | None, spoken: str) -> str:
    """Kept by all that it says, in the language ``spoken`` here: lists say it of hundreds of runs."""
    parts = [t(f"model_page.recipe_{recipe}"), model]
    if frozen is not None:
        parts.append(t("model_page.frozen_short", count=frozen))
    return " · ".join(parts)


def model_title(name: str) -> str:
    """The starting model's name for people; its registry name when it is not in the catalogue any more."""
    from tl_core.use_cases import models

    try:
        return models.title(name)
    except InputFault:
        return name


def choose(among: Sequence[K], shown: K) -> K:
    """A select box over several trainings; the choice goes into the address."""
    if len(among) < 2:
        return shown
    by_id = {one.id: one for one in among}
    picked = st.selectbox(
        t("evaluate_page.run"),
        list(by_id),
        index=list(by_id).index(shown.id),
        format_func=lambda run_id: f"{by_id[run_id].title} · {moment(by_id[run_id].created)}",
        help=t("evaluate_page.run_help"),
        key=f"run-of-{shown.id}",
    )
    if picked != shown.id:
        st.query_params["run"] = picked
        st.rerun()
    return shown


def nothing_to_judge(shown: Kept | None, empty: str) -> NoReturn:
    """On the page Evaluate, where there is nothing to judge, or not yet; ``empty`` says what it would be. Ends it."""
    shell.page_head(t("evaluate_page.question"))
    going = shown is not None and shown.state not in ENDED
    name = "empty" if shown is None else "wait" if going else "unjudged" if shown.model else "no_report"
    shell.empty_state(
        shell.ICONS["evaluate"],
        t(f"evaluate_page.{name}_title"),
        empty if shown is None else t(f"evaluate_page.{name}_text"),
        action=t(f"evaluate_page.{_AFTER.get(name, 'to_model')}"),
        page="train" if going else "data" if name == "unjudged" else "model",
        run=shown.id if shown is not None and going else "",
    )
