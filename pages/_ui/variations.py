"""Variations of samples while training (augmentation): which are on, and how they look on the person's own samples."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.words import t
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.plan import Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import models

EXAMPLES = 4
TEXTS = 2  # examples of a text, which are long
LONGEST = 160  # characters of one shown


def show(project: Project, dataset: Dataset, plan: TrainPlan, recipe: Recipe) -> list[str]:
    """The form; returns the names of those that are on. The quick look uses samples as they are."""
    offered = models.augmentations(project.modality, project.purpose)
    suitable = [one for one in offered if not one.unsuitable]
    keys = {one.name: f"vary-{project.id}-{one.name}" for one in suitable}
    chosen = [name for name, key in keys.items() if st.session_state.get(key, _at_first(plan, recipe, name))]
    title = t("model_page.vary_title", count=len(chosen)) if chosen else t("model_page.vary_title_none")
    if recipe == "probe":
        title = t("model_page.vary_title_none")
    with st.expander(title, icon=":material/shuffle:", key="variations", on_change="rerun") as box:
        if recipe == "probe":
            shell.quiet(t("model_page.vary_scratch_only"))
            return []
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(width="stretch"):
                shell.quiet(t("model_page.vary_text"))
            sample = _sample(project, dataset) if box.open else None
        for one in sorted(offered, key=lambda one: bool(one.unsuitable)):
            with st.container(key=f"variation-{one.name}", gap="small"):
                left, right = st.columns([5, 6], vertical_alignment="center", gap="medium")
                with left, st.container(key=f"under-{one.name}"):
                    st.checkbox(
                        one.title,
                        value=not one.unsuitable and _at_first(plan, recipe, one.name),
                        disabled=one.unsuitable,
                        key=keys.get(one.name, f"vary-not-{project.id}-{one.name}"),
                        persist_state="session",
                    )
                    shell.quiet(one.why if one.unsuitable else one.about)
                if sample is not None and not one.unsuitable:
                    with right:
                        _examples(project, sample, one.name, one.title)
    return chosen


def _at_first(plan: TrainPlan, recipe: Recipe, name: str) -> bool:
    return name in plan.augmentations


def _sample(project: Project, dataset: Dataset) -> Sample:
    """One of the person's own samples, another one on request."""
    place = f"vary-sample-{project.id}"
    number = st.session_state.setdefault(place, 0)
    if shell.secondary(t("model_page.vary_other"), ":material/casino:", key=f"{place}-other"):
        number = st.session_state[place] = number + 1
    return dataset.samples[(number * 7919) % len(dataset.samples)]  # a prime step wanders through all classes


def _examples(project: Project, sample: Sample, name: str, title: str) -> None:
    """The same sample, changed a few times. Pictures in a row, texts one below the other."""
    examples = _preview(project.id, sample.id, name)
    with st.container(horizontal=True, gap="small", key=f"examples-{name}"):
        for place, one in enumerate(examples):
            if isinstance(one, bytes):
                st.image(one, width=96, alt=t("model_page.vary_alt", title=title, number=place + 1))
    for one in examples[:TEXTS]:
        if isinstance(one, str):
            shell.quiet(one if len(one) <= LONGEST else one[:LONGEST] + " …")


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def _preview(project_id: str, sample_id: str, name: str) -> list[bytes] | list[str]:
    return models.preview_augmentation(project_id, sample_id, name, EXAMPLES)
