"""The ways to begin: one's own examples for one of several purposes, or a set of sample data."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui.shell import faults_shown, go, quiet, secondary
from pages._ui.words import escape, size, t, within
from tl_core.domain.project import Purpose
from tl_core.use_cases import data, projects

ICONS: dict[Purpose, str] = {
    "photos": ":material/photo_camera:",
    "scans": ":material/radiology:",
    "sounds": ":material/graphic_eq:",
    "signals": ":material/monitoring:",
    "forecasts": ":material/timeline:",
    "reviews": ":material/reviews:",
    "texts": ":material/description:",
    "support": ":material/support_agent:",
}


def own() -> None:
    """A card for each purpose; pressing one asks for a name and opens the project at its data."""
    with st.grid(4, min_column_width=210):
        for purpose in projects.purposes():
            with st.container(border=True, height="stretch", key=f"purpose-{purpose}"):
                st.subheader(t(f"home.{purpose}"), anchor=False, icon=ICONS[purpose])
                st.text(t(f"home.{purpose}_text"))
                st.space("stretch")
                if secondary(t(f"home.start_{purpose}"), key=f"start-{purpose}", wide=True):
                    _name(purpose)


@st.dialog(t("home.new_title"))
def _name(purpose: Purpose) -> None:
    with st.form("new-project", border=False):
        name = st.text_input(t("home.name_label"), value=t(f"home.name_{purpose}"), max_chars=80)
        pressed = st.form_submit_button(t("home.create"), type="primary", icon=":material/arrow_forward:")
    if pressed:
        with faults_shown():
            project = projects.create(name, purpose)
            go("data", project=project.id)


def samples() -> None:
    """A card for each sample set, the first of each purpose in sight; pressing one makes the project, fetches the set
    and trains a first model."""
    quiet(t("home.samples_text"))
    sets = data.sample_sets()
    first = {card.purpose: card for card in reversed(sets)}
    _cards([card for card in sets if first[card.purpose] is card])
    if more := [card for card in sets if first[card.purpose] is not card]:
        with st.expander(t("home.samples_more", count=len(more))):
            _cards(more)


def _cards(sets: Sequence[data.SampleCard]) -> None:
    with st.grid(3, min_column_width=280):
        for card in sets:
            with st.container(border=True, height="stretch", key=f"sample-{card.name}"):
                st.subheader(escape(card.title), anchor=False)
                st.text(card.about)
                key = "home.try_about_both" if card.model_bytes else "home.try_about"
                model = size(card.model_bytes)
                quiet(t(key, size=size(card.download_bytes), model=model, licence=card.licence))
                st.space("stretch")
                label = t("home.try", title=within(card.title))
                if secondary(label, ":material/play_arrow:", key=f"try-{card.name}", wide=True):
                    with faults_shown():
                        _try(card)


def _try(card: data.SampleCard) -> None:
    project = projects.create(card.title, card.purpose, sample_set=card.name)
    run = data.start_sample_intake(project.id, card.name, then_train=True)
    go("data", project=project.id, run=run)
