"""Why this answer: what in the sample counted, whether covering it changes the answer, and whether it is learned."""

from __future__ import annotations

import base64

import streamlit as st

from pages._ui import evidence, lit, shell
from pages._ui.trainings import Training
from pages._ui.words import joined, number, share, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.explanation import Explanation
from tl_core.domain.project import Project
from tl_core.use_cases import predict

_KEPT = "why"  # in the session: the last explanation, and of what


def show(project: Project, dataset: Dataset, shown: Training, content: bytes | str) -> None:
    """A button; then the explanation, until the question changes."""
    question = (shown.id, content)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != question:
        if not shell.secondary(t("why.ask"), ":material/lightbulb:", key="ask-why"):
            return
        with st.spinner(t("why.looking")):
            kept = st.session_state[_KEPT] = (question, predict.explain(shown.id, content))
    found: Explanation = kept[1]
    with st.container(key="why", gap="xsmall"):
        draw(found, key=f"lit-{shown.id}")
        _nearest(project, dataset, found)


def draw(found: Explanation, *, key: str) -> None:
    """The explanation, and how far it can be relied on."""
    st.text(t(f"why.says_{_kind(found)}", label=found.label))
    lit.draw(found, key=key)
    if found.sound:
        shell.quiet(t("why.heard"))
        st.audio(base64.b64decode(found.sound), format="audio/flac")
    st.text(said(found))
    if found.unlearned is not None:
        st.text(of_learning(found), help=t("why.shuffled_help"))
    shell.quiet(t("why.limits"))


def _nearest(project: Project, dataset: Dataset, found: Explanation) -> None:
    """Samples it learned from that it sees alike; those taken out of the data since are left out."""
    by_id = {sample.id: sample for sample in dataset.samples}
    likeness = {near.sample: near.likeness for near in found.nearest if near.sample in by_id}
    if not likeness:
        return
    st.text(t("why.nearest"))
    evidence.show(
        project.id, [by_id[one] for one in likeness], key="nearest", label=t("why.nearest"),
        note=lambda sample: t("why.likeness", value=number(likeness[sample.id], ".2f")), licence=dataset.licence,
    )  # fmt: skip


def _kind(found: Explanation) -> str:
    if found.picture:
        return "sound" if found.sound else "curves" if found.curves else "picture"
    return "words"


def said(found: Explanation) -> str:
    """The deletion check in words. Pure."""
    kind = _kind(found)
    values = {
        "covered": share(found.covered), "label": found.label, "certain": number(found.certain, ".2f"),
        "without": number(found.without, ".2f"), "elsewhere": number(found.elsewhere, ".2f"),
    }  # fmt: skip
    return joined((t(f"why.check_{kind}", **values), t("why.holds" if found.holds else "why.does_not_hold")))


def of_learning(found: Explanation) -> str:
    """Whether it comes from what the model has learned, in words; empty where that was not looked at. Pure."""
    if found.unlearned is None:
        return ""
    kind = _kind(found)
    told = t(f"why.shuffled_{kind}" if found.learned else f"why.same_{kind}", value=number(found.unlearned, ".2f"))
    return joined((told, t("why.learned" if found.learned else "why.not_learned")))
