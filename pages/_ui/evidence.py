"""Samples behind a figure: pictures as a grid, texts as a list, each with what the model said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui.gallery import gallery
from pages._ui.shell import quiet
from pages._ui.words import t
from tl_core.domain.dataset import Sample

LONGEST = 600  # characters of a text shown


def show(
    project_id: str,
    samples: Sequence[Sample],
    *,
    key: str,
    label: str,
    note: Callable[[Sample], str],
    licence: str | None = None,
) -> None:
    """``label`` says aloud what these are, ``note`` is the line under each. The licence of a sample set is shown."""
    pictures = [sample for sample in samples if sample.text is None]
    if pictures:
        gallery(project_id, pictures, key=key, label=label, note=note, side=112)
    texts = [sample for sample in samples if sample.text is not None]
    with st.container(key=f"{key}-texts", gap="small"):
        for place, sample in enumerate(texts):
            _text(sample, note(sample), key=f"{key}-text-{place}")
    if licence:
        quiet(t("evaluate_page.licence", licence=licence))


def _text(sample: Sample, said: str, key: str) -> None:
    body = sample.text or ""
    with st.container(border=True, key=key, gap=None):
        st.text(body if len(body) <= LONGEST else body[:LONGEST] + " …", width="stretch")
        quiet(f"{sample.label or ''} · {said}" if sample.label else said)
