"""Samples page by page, pictures or texts, and moving some of them to another class."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pages._ui.picker import pick
from pages._ui.shell import faults_shown, quiet, secondary
from pages._ui.words import count, escape, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data, labelling

PAGE = 60  # samples at once
_FEW = 8  # classes that fit in a row of buttons
WITHOUT = "\n"  # stands for samples that have no class yet; no class is called so


def show(project: Project, dataset: Dataset) -> None:
    """One page of samples of one class or all, with what is chosen among them."""
    label = _class(dataset)
    wanted = None if label == WITHOUT else label
    samples = [sample for sample in dataset.samples if label is None or sample.label == wanted]
    pages = max(1, -(-len(samples) // PAGE))
    page = min(st.session_state.get("samples-page", 1), pages)
    shown = samples[(page - 1) * PAGE : page * PAGE]
    key = f"samples-{dataset.id}-{label}-{page}"
    bar = st.container(key="move-bar")
    chosen = pick(project, shown, key=key, label=t(f"data_page.shown_{project.modality}"))
    if pages > 1:
        st.pagination(pages, key="samples-page")
    with bar:
        if curves := _curves(dataset):
            quiet(curves)
        quiet(t(f"data_page.choose_{project.modality}"))
        _move(project, dataset, chosen)


def _curves(dataset: Dataset) -> str:
    """What the drawings show, of samples that are measured over time; else empty."""
    traits = [sample.traits for sample in dataset.samples if sample.measured]
    if not traits:
        return ""
    lengths = [int(one["moments"]) for one in traits]
    low, high = count(min(lengths)), count(max(lengths))
    moments = t("data_page.moments_range", low=low, high=high) if low != high else t("data_page.moments", number=low)
    [(names, _)] = Counter(str(one["channel_names"]) for one in traits).most_common(1)
    if traits[0]["series_channels"] == 1:
        return t("data_page.curves_one", moments=moments)
    return t("data_page.curves_many", moments=moments, names=names)


def look_at(label: str) -> None:
    """Show the samples of one class; for a callback, before the page is drawn anew."""
    st.session_state["samples-class"] = label
    st.session_state["samples-page"] = 1


def _class(dataset: Dataset) -> str | None:
    """The class to look at; None for all."""
    found = dataset.counts()
    total = count(len(dataset.samples))

    def named(label: str) -> str:
        if label == WITHOUT:
            return f"{t('labelling.filter')} {count(without)}"
        return f"{label} {count(found[label])}" if label else f"{t('data_page.filter_all')} {total}"

    without = labelling.unlabelled(dataset)
    options = ["", *dataset.classes, *([WITHOUT] if without else [])]  # no class has an empty name
    if len(dataset.classes) <= _FEW:
        label = st.pills(
            t("data_page.filter_class"),
            options,
            default="",
            required=True,
            format_func=lambda label: escape(named(label)),
            label_visibility="collapsed",
            key="samples-class",
        )
    else:
        label = st.selectbox(t("data_page.filter_class"), options, format_func=named, key="samples-class", width=320)
    return label or None


def _move(project: Project, dataset: Dataset, chosen: list[str]) -> None:
    """Chosen samples go to another class, or to a new one."""
    new = t("data_page.new_class")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(
            t("data_page.move_label"),
            [*dataset.classes, ""],
            format_func=lambda name: name or new,
            key="move-to",
            width=280,
        )
        if not target:
            target = st.text_input(t("data_page.new_class_label"), max_chars=80, key="move-new", width=280).strip()
        label = t("data_page.move_some", count=len(chosen)) if chosen else t("data_page.move")
        if secondary(label, ":material/drive_file_move:", key="move-go", disabled=not (target and chosen)):
            with faults_shown():
                data.move_samples(project.id, chosen, target)
                st.toast(escape(t("data_page.moved", count=len(chosen), label=target)))
                st.rerun(scope="app")
