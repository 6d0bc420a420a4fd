"""Try it: one sample in, one answer out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages._ui import bars, picture, shell, tabled, why
from pages._ui.trainings import Training
from pages._ui.upload import KIND, Kind
from pages._ui.words import joined, listed, number, share, size, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import predict, uploads
from tl_core.use_cases.tables import Row

IMAGES = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"]
SIGNALS = ["csv", "tsv", "txt", "ts", "xlsx", "jsonl"]
SOUNDS = ["wav", "flac", "ogg", "oga", "opus", "mp3", "m4a", "aac"]
LARGEST = 20  # megabytes of a file to ask about
DRAWN = 256  # pixels
LONGEST = 20_000  # characters of a pasted text


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    with st.container(key="pair-try"):
        left, right = st.columns([11, 9], gap="large")
    with left, st.container(key="ask"):
        asked = _ASKS[KIND[project.purpose]](project, shown)
        seen = st.container()
    with right, st.container(border=True, key="answer"):
        if asked is None:
            _nothing(dataset)
        else:
            _answer(project, dataset, shown, asked, seen)
    if st.session_state.get("warmed") != shown.id:
        st.session_state["warmed"] = shown.id
        predict.warm(shown.id)  # loaded while the person looks for a sample


def _file(label: str, endings: Sequence[str] | None, key: str, **more: Any) -> UploadedFile | None:
    """The field for a file. Its words are Streamlit's, in English alone: ours take their place, as names too."""
    kinds = listed(ending.upper() for ending in endings or ())
    said = {"choose": t("use_page.choose"), "limit": joined((t("use_page.at_most", size=size(LARGEST * 10**6)), kinds))}
    lines = "".join(f"--file-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in said.items())
    st.html(f"<style>.st-key-ask {{{lines}}}</style>")
    return st.file_uploader(
        label, type=endings, key=key, max_upload_size=LARGEST, label_visibility="collapsed", **more
    )  # fmt: skip


def _ask_image(project: Project, shown: Training) -> bytes | None:
    endings = None if project.purpose == "scans" else IMAGES  # scans often have no ending
    file = _file(t("use_page.drop_image"), endings, f"try-image-{shown.id}")
    if file is None:
        return None
    content = file.getvalue()
    picture.draw(content, key=f"picture-{shown.id}")
    return content


def _ask_sound(project: Project, shown: Training) -> bytes | None:
    """A file, or what the microphone hears; the newer of the two counts."""
    keys = {name: f"try-{name}-{shown.id}" for name in ("sound", "heard")}
    newest = f"try-newest-{shown.id}"

    def note(name: str) -> None:
        st.session_state[newest] = name

    file = _file(t("use_page.drop_sound"), SOUNDS, keys["sound"], on_change=note, args=("sound",))
    heard = st.audio_input(
        t("use_page.record"), sample_rate=uploads.SOUND_RATE, key=keys["heard"], on_change=note, args=("heard",)
    )
    found = (heard or file) if st.session_state.get(newest) == "heard" else (file or heard)
    if found is None:
        return None
    if found is file:
        st.audio(file)
    return found.getvalue()


def _ask_text(project: Project, shown: Training) -> str | None:
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


def _ask_signal(project: Project, shown: Training) -> bytes | None:
    file = _file(t("use_page.drop_signal"), SIGNALS, f"try-signal-{shown.id}")
    shell.quiet(t("use_page.one_signal"))
    return file.getvalue() if file is not None else None


_ASKS: dict[Kind, Callable[[Project, Training], bytes | str | None]] = {
    "images": _ask_image, "scans": _ask_image, "sounds": _ask_sound, "signals": _ask_signal,
    "tables": _ask_text,
}  # fmt: skip


def _nothing(dataset: Dataset) -> None:
    st.markdown(f"**{t('use_page.answer_title')}**")
    more = ["…"] if dataset.classes[6:] else []
    shell.quiet(t("use_page.answer_waiting", classes=" · ".join([*dataset.classes[:6], *more])))


def _answer(
    project: Project, dataset: Dataset, shown: Training, content: bytes | str, seen: DeltaGenerator
) -> None:  # fmt: skip
    """``seen``: where to show what was read of a sample that is no picture by itself."""
    with shell.faults_shown():
        answer = _asked(shown, content)
        if answer.picture:
            seen.image(answer.picture, width=DRAWN, alt=t("use_page.drawn_alt"))
        with st.container(key="said", gap="xsmall"):
            title = t(f"use_page.unsure_{answer.not_sure}") if answer.not_sure else answer.label
            st.subheader(shell.escape(title), anchor=False)
            st.text(_reads(answer))
        if answer.not_sure != "far":  # percentages of things it does not know mean nothing
            bars.draw(answer.probabilities, key=f"bars-{shown.id}")
            rows: list[Row] = [
                {t("alike.heading_class"): label, t("use_page.column_likely"): tabled.rounded(part)}
                for label, part in answer.probabilities.items()
            ]
            tabled.on_demand(rows, title=t("use_page.answer_title"), key="bars")
        shell.quiet(t("use_page.seconds", seconds=number(answer.seconds, ".2f")))
        if not answer.judged:
            shell.quiet(t("training.not_judged"))
        else:
            shell.quiet(t("use_page.corrected" if answer.decided else "use_page.not_certain"))
        if answer.not_sure != "far":  # why it says what it does not mean is nothing to know
            why.show(project, dataset, shown, content)


def _asked(shown: Training, content: bytes | str) -> predict.Answer:
    """The answer to the question on the page: asked once, kept until the question or the model changes."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    question = (shown.id, hashlib.sha256(raw).hexdigest())
    kept = st.session_state.get("answer")
    if kept is None or kept[0] != question:
        with st.spinner(t("use_page.answering")):
            answer = predict.ask(shown.id, content)
        kept = st.session_state["answer"] = (question, answer)
    return kept[1]


def _reads(answer: predict.Answer) -> str:
    """The answer in a sentence: how sure, or why not."""
    if answer.not_sure == "far":
        return t("use_page.unsure_far_about", label=answer.label)
    if answer.not_sure == "torn":
        named = answer.possible if answer.label in answer.possible else [answer.label, *answer.possible]
        return t("use_page.unsure_torn_about", classes=" · ".join(named[:4]))
    likely = answer.probabilities[answer.label]
    if answer.threshold is not None and answer.label == answer.found:
        return t("use_page.called", label=answer.label, threshold=share(answer.threshold), likely=share(likely))
    return _sure(likely)


def _sure(likely: float) -> str:
    for least, name in ((0.95, "sure"), (0.75, "likely"), (0.0, "torn")):
        if likely >= least:
            return t(f"use_page.{name}")
    return ""
