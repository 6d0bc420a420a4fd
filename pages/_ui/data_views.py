"""The data in use, seen from several sides: classes, samples, groups, split, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import dotted, groups_form, languages, left_out, samples_view, split_form, tabled, views
from pages._ui.shell import faults_shown, quiet, section, show_warning
from pages._ui.words import count, listed, t, tenths, term
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data
from tl_core.use_cases.tables import Row

_SHOWN = 30  # classes drawn; the rest is in the split's table
_FOUND_TOO = {  # said by the split, and by which finding
    "data.concern_few_groups": "balance_groups",
    "data.concern_few_samples": "balance_few",
    "data.concern_narrow_class": "balance_narrow",
}
_EVEN = 1.5  # the largest class is at most so many times the smallest


def counts(dataset: Dataset) -> None:
    """Samples per class: the sentence first, then a dot for each class."""
    found = dataset.counts()
    if not found:
        return
    section(t("data_page.counts_title"), help=term("class"))
    most, least = max(found, key=lambda name: found[name]), min(found, key=lambda name: found[name])
    if found[most] <= _EVEN * found[least]:
        st.text(t("data_page.counts_even"))
    else:
        times = found[most] / max(1, found[least])
        st.text(t("data_page.counts_uneven", most=most, least=least, times=tenths(times)))
    drawn = dict(sorted(found.items(), key=lambda pair: -pair[1])[:_SHOWN])
    facts = listed(t("data_page.counts_fact", label=label, count=count(number)) for label, number in drawn.items())
    alt = t("data_page.counts_alt", facts=facts)
    dotted.counts(drawn, key="counts", alt=alt, on_press=lambda: _open_class(list(drawn)))
    quiet(t("evaluate_page.dot_hint"))
    heading = t("alike.heading_class"), t("evaluate_page.column_samples")
    rows: list[Row] = [dict(zip(heading, pair, strict=True)) for pair in found.items()]
    tabled.on_demand(rows, title=t("data_page.counts_title"), key="counts")
    if len(found) > len(drawn):
        quiet(t("data_page.counts_more", count=len(found) - len(drawn)))
    if dataset.languages:
        languages.line(dataset.languages)


def _open_class(labels: Sequence[str]) -> None:
    """A dot of ``counts`` was pressed: the samples below are those of its class."""
    row = dotted.pressed_row("counts")
    if row is not None and row < len(labels):
        samples_view.look_at(labels[row])
        views.open_first("view")


def concerns(project: Project) -> set[str]:
    """What to know before a model learns from these data: too few samples, too few groups ... Returns the codes of the
    findings that would say the same."""
    said = set()
    with faults_shown():
        for concern in data.split(project.id).concerns:
            show_warning(t(concern.key, **concern.values))
            said.add(_FOUND_TOO.get(concern.key, ""))
    return said


def tabs(project: Project, dataset: Dataset) -> None:
    """What can be looked at and changed. Only the open one is computed, and another alone drawn anew."""
    st.fragment(_tabs)(project, dataset)


def _tabs(project: Project, dataset: Dataset) -> None:
    titles = {
        "samples": t(f"data_page.tab_samples_{project.modality}"),
        "groups": t("data_page.tab_groups"),
        "split": t("data_page.tab_split"),
        "left-out": t("data_page.tab_left_out", count=count(len(dataset.refusals))),
    }
    shown = views.choose("view", titles, label=t("data_page.view_label"))
    match shown:
        case "groups":
            groups_form.show(project, dataset)
        case "split":
            split_form.show(project, dataset)
        case "left-out":
            left_out.show(dataset)
        case _:
            st.fragment(samples_view.show)(project, dataset)
