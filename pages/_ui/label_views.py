"""The page Label from its several sides. Who labels stands in the address as a number, not as a name."""

from __future__ import annotations

import streamlit as st

from pages._ui import label_agreement, label_history, labelling, shell, views
from pages._ui.words import count, escape, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import agreements
from tl_core.use_cases import labelling as labels

BY = "by"  # of the address: the number of the person who labels


def show(project: Project, dataset: Dataset) -> None:
    """Who labels is asked once; then the view that the address names."""
    person, waiting = _person(project), labels.unlabelled(dataset)
    if person is None:
        shell.page_head(t("labelling.question"), t("labelling.context" if waiting else "labelling.context_second"))
        _introduction(project)
        return
    parted = len(agreements.disagreements(project.id))
    titles = {
        "label": t("labelling.tab_label"),
        "second": t("labelling.tab_second"),
        "agree": f"{t('labelling.tab_agree')} {count(parted)}" if parted else t("labelling.tab_agree"),
        "history": t("labelling.tab_history"),
    }
    if not waiting:
        del titles["label"]
    head = st.container()
    _who(project, person)
    shown = views.choose("view", titles, label=t("labelling.view"))
    with head:
        shell.page_head(
            t("labelling.question"), t("labelling.context_second" if shown == "second" else "labelling.context")
        )
    match shown:
        case "agree":
            label_agreement.show(project, labels.people(project.id)[person - 1])
        case "history":
            label_history.show(project, dataset)
        case _:
            st.fragment(_table)(project, dataset, person, "second" if shown == "second" else "label")


def _person(project: Project) -> int | None:
    """The number in the address, if there is such a person."""
    told = st.query_params.get(BY, "")
    number = int(told) if told.isdecimal() else 0
    return number if 1 <= number <= len(labels.people(project.id)) else None


def _introduction(project: Project) -> None:
    with st.container(border=True, key="who-labels"):
        with st.form("who", border=False):
            name = st.text_input(t("labelling.who"), placeholder=t("labelling.who_hint"), max_chars=80, key="who-name")
            shell.quiet(t("labelling.who_text"))
            sent = st.form_submit_button(escape(t("labelling.begin")), type="primary", icon=":material/label:")
        if sent:
            with shell.faults_shown():
                st.query_params[BY] = str(labels.introduce(project.id, name))
                st.rerun()
        with st.container(horizontal=True):
            for number, known in enumerate(labels.people(project.id), start=1):
                if shell.secondary(t("labelling.go_as", name=known), ":material/person:", key=f"as-{number}"):
                    st.query_params[BY] = str(number)
                    st.rerun()


def _who(project: Project, person: int) -> None:
    """Who labels now, and a way to be somebody else."""
    with st.container(horizontal=True, vertical_alignment="center", key="labels-as"):
        shell.quiet(t("labelling.labelling_as", name=labels.people(project.id)[person - 1]))
        if st.button(
            escape(t("labelling.other_person")), type="tertiary", icon=":material/group:", key="somebody-else"
        ):
            del st.query_params[BY]
            st.rerun()


def _table(project: Project, dataset: Dataset, person: int, view: labels.View) -> None:
    """The table at which one labels, what the model knows by now, and the way on."""
    by = labels.people(project.id)[person - 1]
    far = labels.standing(project.id, view, by)
    labelling.draw(project, dataset, person, view, far)
    if view == "label":
        labels.learn(project.id)
        shell.quiet(_model(project))
        _trust(project)
    with st.container(horizontal=True, vertical_alignment="center", key="label-next"):
        found = labels.ready(project.id)
        press = shell.primary if far.labelled >= far.total else shell.secondary  # while there is more, keys go on
        if found and press(t("labelling.take", count=found), ":material/arrow_forward:", key="take-labels"):
            with shell.faults_shown():
                labels.take_into_data(project.id)
                shell.go("data")
        shell.link("data", t("labelling.to_data"), icon=shell.ICONS["data"])
    if found:
        shell.quiet(t("labelling.take_text"))
    if parted := len(agreements.disagreements(project.id)):
        shell.quiet(t("labelling.parted_wait", count=parted))


def _model(project: Project) -> str:
    """What is known of suggestions, in one sentence."""
    learned = labels.learned(project.id)
    if learned:
        return t("labelling.model_learned", count=learned, every=labels.EVERY)
    if labels.learner(project.id) is not None:
        return t("labelling.model_going")
    return t("labelling.model_none", first=labels.FIRST)


def _trust(project: Project) -> None:
    """Whether wrong suggestions are seen: those shown and corrected, against those kept back."""
    found = agreements.trust(project.id)
    shown = found.accepted + found.corrected
    if not shown:
        return
    with st.container(key="label-trust", gap=None):
        st.markdown(f"**{escape(t('labelling.trust_title'))}**")
        values = {
            "corrected": count(found.corrected),
            "hidden": count(found.hidden),
            "wrong": count(found.hidden_wrong),
        }
        st.text(t("labelling.trust", shown=count(shown), **values))
        if found.gap is None or found.gap.low is None:
            shell.quiet(t("labelling.trust_wait"))
        elif found.gap.low > 0:
            shell.show_warning(t("labelling.trust_missed"))
        else:
            shell.quiet(t("labelling.trust_fine"))
