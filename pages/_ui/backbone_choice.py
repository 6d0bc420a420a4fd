"""The starting model: its card for people, the others to choose from, and any other by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages._ui import fetching, shell
from pages._ui.network.network import short
from pages._ui.words import escape, listed, pair, size, t, term
from tl_core.domain.card import BackboneCard
from tl_core.domain.project import Project
from tl_core.use_cases import data, models

_LARGE = ("en", "zh", "es", "ar", "fr", "de", "pt", "hi")
_FACTS = ("learned_from", "never_seen", "good_for", "known_bias")


def current(project: Project, planned: str) -> BackboneCard:
    """The one chosen on this page, else the ``planned`` one, else the first of the catalogue."""
    known = models.cards(project.modality, project.task)
    wanted = st.session_state.get(_place(project), planned)
    return next((card for card in known if card.name == wanted), known[0])


def show(project: Project, card: BackboneCard, above: Callable[[], None] | None = None, *, named: bool = True) -> None:
    """The card of the one in use; below it the others, and any other by name where one can be ``named``.

    ``above``: draws what compares them.
    """
    with st.expander(
        escape(t("model_page.backbone_title", title=card.title)), icon=":material/deployed_code:", key="backbones"
    ):
        shell.quiet(t("model_page.backbone_help"), help=term("backbone"))
        if above:
            above()
        _card(project, card, chosen=True)
        for other in models.cards(project.modality, project.task):
            if other.name != card.name:
                _card(project, other, chosen=False)
        if named:
            _by_name(project)
    fetching.progress(partial(_fetched, project))


def _card(project: Project, card: BackboneCard, *, chosen: bool) -> None:
    with st.container(border=True, key=f"card-{safe(card.name)}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(str(card.title))}**", width="content")
            shell.quiet(card.name)
            st.space("stretch")
            if chosen:
                st.badge(t("model_page.card_used"), icon=":material/check:", color="blue")
            elif fetching.is_here(card) and shell.secondary(t("model_page.card_use"), key=f"use-{safe(card.name)}"):
                st.session_state[_place(project)] = card.name
                st.rerun()
        if chosen and not fetching.is_here(card):
            shell.quiet(t("model_page.card_not_here"))
        if not fetching.is_here(card):
            fetching.button(card, key=f"fetch-{safe(card.name)}")
        if chosen:
            left, right = st.columns(2, gap="medium")
            for place, name in enumerate(_FACTS):
                with left if place % 2 == 0 else right:
                    _fact(t(f"model_page.card_{name}"), str(getattr(card, name)))
        else:
            _fact(t("model_page.card_good_for"), str(card.good_for))
            _fact(t("model_page.card_never_seen"), str(card.never_seen))
        facts = [
            t("model_page.card_size_value", parameters=short(card.parameters), bytes=size(card.download_bytes))
            if card.download_bytes
            else t("model_page.card_size_value_here", parameters=short(card.parameters)),
            pair(t("model_page.card_licence"), card.licence),
        ]
        if card.languages:
            facts.append(pair(t("model_page.card_languages"), _languages(card.languages)))
        shell.quiet(" · ".join(facts))


def _fact(name: str, text: str) -> None:
    if text:
        with st.container(gap=None, key=None):
            shell.quiet(name)
            st.text(text, width="stretch")


def _languages(known: list[str]) -> str:
    """All of a few; of many those with most readers, and how many more there are."""
    shown = known if len(known) <= len(_LARGE) else [code for code in _LARGE if code in known]
    names = listed(data.language_name(code) for code in shown)
    more = len(known) - len(shown)
    return t("model_page.card_languages_more", names=names, count=more) if more else names


def _by_name(project: Project) -> None:
    st.markdown(f"**{t('model_page.by_name_title')}**")
    shell.quiet(t("model_page.by_name_text"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(
            t("model_page.by_name"),
            placeholder=t("model_page.by_name_placeholder"),
            max_chars=200,
            key=f"by-name-{project.id}",
        ).strip()
        label = t("model_page.by_name_fetch")
        if shell.secondary(label, ":material/download:", key="fetch-by-name", disabled=not name):
            fetching.begin(name)


def _fetched(project: Project, name: str) -> None:
    """What was fetched here was fetched to be used."""
    if models.card(name).modality == project.modality:
        st.session_state[_place(project)] = name


def _place(project: Project) -> str:
    return f"backbone-{project.id}"


def safe(name: str) -> str:
    """A name as part of a widget's key."""
    return "".join(sign if sign.isalnum() else "-" for sign in name)
