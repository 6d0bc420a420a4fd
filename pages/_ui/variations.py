"""Variations of samples while training (augmentation): which are on, and how they look on the person's own samples."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.words import t, term
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.plan import Recipe, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import data, models

EXAMPLES = 4
FEW = 2  # examples of a text or a sound, which take a line each
LONGEST = 160  # characters of one shown


def show(project: Project, dataset: Dataset, plan: TrainPlan, recipe: Recipe) -> list[str]:
    """The form; returns the names of those that are on. The quick look uses samples as they are."""
    offered = models.augmentations(project.modality, project.purpose)
    suitable = [one for one in offered if not one.unsuitable]
    keys = {one.name: f"vary-{project.id}-{one.name}" for one in suitable}
    chosen = [one.name for one in suitable if st.session_state.get(keys[one.name], _at_first(plan, one))]
    title = t("model_page.vary_title", count=len(chosen)) if chosen else t("model_page.vary_title_none")
    if recipe == "probe":
        title = t("model_page.vary_title_none")
    with st.expander(title, icon=":material/shuffle:", key="variations", on_change="rerun") as box:
        if recipe == "probe":
            shell.quiet(t("model_page.vary_scratch_only"))
            return []
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            sample = _sample(project, dataset) if box.open else None
            if sample is not None:
                _original(project, sample)
            with st.container(width="stretch"):
                shell.quiet(t("model_page.vary_text"), help=term("augmentation"))
            if shell.secondary(t("model_page.vary_other"), ":material/casino:", key=f"vary-other-{project.id}"):
                st.session_state[_place(project)] += 1
                st.rerun()
        for one in sorted(offered, key=lambda one: bool(one.unsuitable)):
            with st.container(key=f"variation-{one.name}", gap="small"):
                left, right = st.columns([5, 6], vertical_alignment="center", gap="medium")
                with left, st.container(key=f"under-{one.name}"):
                    st.checkbox(
                        one.title,
                        value=not one.unsuitable and _at_first(plan, one),
                        disabled=one.unsuitable,
                        key=keys.get(one.name, f"vary-not-{project.id}-{one.name}"),
                        persist_state="session",
                    )
                    shell.quiet(one.why if one.unsuitable else one.about)
                if sample is not None and not one.unsuitable:
                    with right:
                        _examples(project, sample, one.name, one.title)
    return chosen


def _at_first(plan: TrainPlan, one: models.AugmentationView) -> bool:
    """As in the plan the page starts from; a quick look has none, which says nothing about the next training."""
    return one.default if plan.recipe == "probe" else one.name in plan.augmentations


def _place(project: Project) -> str:
    return f"vary-sample-{project.id}"


def _sample(project: Project, dataset: Dataset) -> Sample:
    """One of the person's own samples; a prime step wanders through all classes."""
    number = st.session_state.setdefault(_place(project), 0)
    return dataset.samples[(number * 7919) % len(dataset.samples)]


def _original(project: Project, sample: Sample) -> None:
    picture = data.thumbnail_path(project.id, sample)
    if picture is not None:
        st.image(str(picture), width=96, alt=t("model_page.vary_original"))
        sound = data.sound_path(project.id, sample)
        if sound is not None:
            st.audio(str(sound), width=240)
    elif sample.text:
        with st.container(width=320):
            st.text(_shortened(sample.text), width="stretch")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _examples(project: Project, sample: Sample, name: str, title: str) -> None:
    """The same sample, changed a few times. Pictures in a row, texts and sounds one below the other."""
    examples = _preview(project.id, sample.id, name)
    with st.container(horizontal=True, gap="small", key=f"examples-{name}"):
        for place, one in enumerate(examples):
            if isinstance(one, bytes):
                st.image(one, width=96, alt=t("model_page.vary_alt", title=title, number=place + 1))
    for place, one in enumerate(examples[:FEW]):
        if isinstance(one, str):
            shell.quiet(_shortened(one))
        elif isinstance(one, models.Heard):
            with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"heard-{name}-{place}"):
                st.image(one.picture, width=64, alt=t("model_page.vary_alt", title=title, number=place + 1))
                st.audio(one.sound, format="audio/flac")


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def _preview(project_id: str, sample_id: str, name: str) -> list[bytes] | list[str] | list[models.Heard]:
    return models.preview_augmentation(project_id, sample_id, name, EXAMPLES)
