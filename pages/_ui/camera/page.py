"""Classes from the camera: name them, record each, and one button that learns from them and leads to live answers."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pages._ui.camera import Asked, recorder
from pages._ui.shell import faults_shown, go, primary, quiet, show_fault, show_hint
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import captures, predict, uploads
from tl_core.use_cases.captures import ENOUGH, Captured

PART = "camera"  # in the address: the inbox, so that a reload finds what was recorded
BY = "by"  # in the address: "camera" where a link leads here, before anything is recorded
CLASSES = 2  # cards that stand there at first


def asked_for() -> bool:
    """Whether the address says so."""
    return PART in st.query_params or st.query_params.get(BY) == PART


def forget() -> None:
    """Another way of bringing pictures is looked at."""
    for name in (PART, BY):
        st.query_params.pop(name, None)


def show(project: Project, dataset: Dataset | None, inbox: uploads.Inbox) -> None:
    """``dataset``: what is recorded joins; None: it is all there will be."""
    if st.session_state.get("prepared") != inbox.name:
        st.session_state["prepared"] = inbox.name
        predict.prepare(project.modality)  # loaded while the person records
    quiet(t("camera.context"))
    groups = _groups(dataset)
    known = {label: some.total() for label, some in groups.items()}
    recorded = {one.label: one for one in captures.captured(inbox.name)}
    labels = _labels(inbox, [*known, *recorded])
    cards = [recorded.get(label, Captured(label=label, recordings=[])) for label in labels]
    refused = st.session_state.pop(f"camera-refused-{inbox.name}", None)
    if refused:
        show_fault(refused)
    asked = recorder(inbox, cards, known, key=f"camera-{inbox.name}")
    if asked is not None:
        _do(inbox, asked, labels)
        st.rerun()
    _learn(project, groups, inbox, cards)


def _learn(
    project: Project, groups: dict[str, Counter[str]], inbox: uploads.Inbox, cards: list[Captured]
) -> None:  # fmt: skip
    filled = [one for one in cards if one.recordings]
    once = [one.label for one in filled if len(one.recordings) + len(groups.get(one.label, ())) < ENOUGH]
    ready = len({*(one.label for one in filled), *groups}) >= CLASSES and bool(filled)
    with st.container(horizontal=True, vertical_alignment="center", key="camera-learn"):
        pressed = primary(t("camera.learn"), ":material/arrow_forward:", key="learn", disabled=not ready)
        quiet(t("camera.learn_hint" if ready else "camera.learn_more" if groups else "camera.learn_wait"))
    if ready and once:
        show_hint(t("camera.once", count=len(once), labels=" · ".join(once[:6])))
    if pressed:
        with faults_shown():
            run = captures.learn(project.id, inbox.name, add=bool(groups))
            for name in (f"place-{PART}", f"camera-labels-{inbox.name}"):
                st.session_state.pop(name, None)
            go("data", project=project.id, run=run)


def _groups(dataset: Dataset | None) -> dict[str, Counter[str]]:
    """Samples of each group of each class in the data, classes by their folder; a sample of none is one."""
    found: dict[str, Counter[str]] = {}
    for sample in dataset.samples if dataset else ():
        if sample.label is not None:
            group = sample.group if sample.group is not None else f"\0{sample.id}"
            found.setdefault(captures.folder_of(sample.label), Counter())[group] += 1
    return found


def _labels(inbox: uploads.Inbox, found: list[str]) -> list[str]:
    """The classes in the order of their cards: as they were, then what else there is, then names to begin with."""
    kept: list[str] = st.session_state.setdefault(f"camera-labels-{inbox.name}", [])
    kept += [label for label in found if label not in kept]
    while len(kept) < CLASSES:
        kept.append(_unused(kept))
    return kept


def _unused(labels: list[str]) -> str:
    number = len(labels) + 1
    while (name := t("camera.class_default", number=number)) in labels:
        number += 1
    return name


def _do(inbox: uploads.Inbox, asked: Asked, labels: list[str]) -> None:
    """``labels`` is the session's own list and changes with it."""
    if asked.do == "add":
        labels.append(_unused(labels))
    elif asked.do == "remove":
        captures.remove(inbox.name, asked.label, asked.recording)
        if asked.recording is None and asked.label in labels:
            labels.remove(asked.label)
    elif asked.do == "rename" and asked.label in labels:
        with faults_shown():
            name = captures.class_name(asked.to) if asked.to.strip() else asked.label
            if name != asked.label and name.casefold() in (one.casefold() for one in labels if one != asked.label):
                st.session_state[f"camera-refused-{inbox.name}"] = t("camera.name_taken", label=name)
                return
            captures.rename(inbox.name, asked.label, name)
            labels[labels.index(asked.label)] = name
