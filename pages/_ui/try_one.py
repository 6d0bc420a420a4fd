"""Try it: one sample in, one answer out."""

from __future__ import annotations

import hashlib

import streamlit as st

from pages._ui import bars, picture, shell, why
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import predict

IMAGES = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"]
LONGEST = 20_000  # characters of a pasted text


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    with st.container(key="pair-try"):
        left, right = st.columns([11, 9], gap="large")
    with left, st.container(key="ask"):
        asked = {"image": _ask_image, "text": _ask_text}[project.modality](shown)
    with right, st.container(border=True, key="answer"):
        if asked is None:
            _nothing(dataset)
        else:
            _answer(shown, asked)
    if st.session_state.get("warmed") != shown.id:
        st.session_state["warmed"] = shown.id
        predict.warm(shown.id)  # loaded while the person looks for a sample


def _ask_image(shown: Training) -> bytes | None:
    file = st.file_uploader(
        t("use_page.drop_image"),
        type=IMAGES,
        key=f"try-image-{shown.id}",
        max_upload_size=20,
        label_visibility="collapsed",
    )
    if file is None:
        return None
    content = file.getvalue()
    picture.draw(content, key=f"picture-{shown.id}")
    return content


def _ask_text(shown: Training) -> str | None:
    with st.form(key=f"try-text-{shown.id}", border=False):
        text = st.text_area(
            t("use_page.paste_text"),
            height=180,
            max_chars=LONGEST,
            placeholder=t("use_page.paste_placeholder"),
            key=f"try-text-area-{shown.id}",
        )
        st.form_submit_button(t("use_page.ask"), type="primary", icon=":material/play_arrow:")
    return text if text.strip() else None


def _nothing(dataset: Dataset) -> None:
    st.markdown(f"**{t('use_page.answer_title')}**")
    shell.quiet(t("use_page.answer_waiting", classes=" · ".join(dataset.classes[:6])))


def _answer(shown: Training, content: bytes | str) -> None:
    with shell.faults_shown():
        answer = _asked(shown, content)
        with st.container(key="said", gap="xsmall"):
            st.subheader(shell.escape(answer.label), anchor=False)
            st.text(_sure(answer.probabilities[answer.label]))
        bars.draw(answer.probabilities, key=f"bars-{shown.id}")
        shell.quiet(t("use_page.seconds", seconds=f"{answer.seconds:.2f}"))
        shell.quiet(t("use_page.not_certain"))
        why.show(shown, content)


def _asked(shown: Training, content: bytes | str) -> predict.Answer:
    """The answer to the question on the page: asked once, kept until the question or the model changes."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    question = (shown.id, hashlib.sha256(raw).hexdigest())
    kept = st.session_state.get("answer")
    if kept is None or kept[0] != question:
        with st.spinner(t("use_page.answering")):
            if isinstance(content, bytes):
                answer = predict.try_image(shown.id, content)
            else:
                answer = predict.try_text(shown.id, content)
        kept = st.session_state["answer"] = (question, answer)
    return kept[1]


def _sure(likely: float) -> str:
    for least, name in ((0.95, "sure"), (0.75, "likely"), (0.0, "torn")):
        if likely >= least:
            return t(f"use_page.{name}")
    return ""
