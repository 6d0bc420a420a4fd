"""Pictures of samples in a grid, to look at or to choose from; those of sounds can be played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from pages._ui.words import t
from tl_core.domain.dataset import Sample
from tl_core.use_cases import uploads

PICTURES, SOUNDS = "/thaw/pictures", "/thaw/sounds"  # the addresses pages/_ui/doors.py answers
_HERE = Path(__file__).parent
_gallery = st.components.v2.component(
    "thaw_gallery",
    html='<div class="list"></div>\n',
    css=(_HERE / "gallery.css").read_text("utf-8"),
    js=(_HERE / "gallery.js").read_text("utf-8"),
)


@st.cache_data(ttl=3600, max_entries=256, show_spinner=False)
def _token(project_id: str) -> str:
    """The same for an hour, so that browsers keep the pictures they have."""
    return uploads.picture_token(project_id)


def address(project_id: str) -> str:
    """Where a browser finds a project's thumbnails: ``<address>/<sample id>.webp``."""
    return f"{PICTURES}/{_token(project_id)}"


def sounds(project_id: str) -> str:
    """Where it finds its sounds: ``<address>/<sample id>.flac``."""
    return f"{SOUNDS}/{_token(project_id)}"


def gallery(
    project_id: str,
    samples: Sequence[Sample],
    *,
    key: str,
    label: str,
    choice: bool = False,
    chosen: Sequence[str] = (),
    side: int = 88,
    note: Callable[[Sample], str] | None = None,
) -> list[str]:
    """Thumbnails with their class beneath, ``side`` pixels or a little more each; returns the ids chosen.

    ``label`` says aloud what the whole is; ``note`` adds a second line under each, as "says defective, 0.98".
    """
    items = [
        {
            "id": sample.id,
            "caption": sample.label or t("shell.no_class"),
            "alt": t("shell.picture_alt", source=sample.name, label=sample.label or t("shell.no_class")),
            "note": note(sample) if note else "",
            "play": t("shell.play", source=sample.name) if sample.heard else "",
        }
        for sample in samples
    ]
    result = _gallery(
        key=key,
        data={
            "url": address(project_id),
            "sounds": sounds(project_id),
            "items": items,
            "label": label,
            "choice": choice,
            "chosen": list(chosen),
            "side": side,
        },
        default={"chosen": list(chosen)},
        on_chosen_change=lambda: None,
    )
    shown = {sample.id for sample in samples}
    return [one for one in result.chosen or [] if one in shown]
