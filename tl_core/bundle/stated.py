"""What a person stated about data and use, in the card of a bundle of any kind."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

from tl_core.bundle.card import plain
from tl_core.bundle.folder import CARD, sha256
from tl_core.domain.about import About, AboutData, AboutUse
from tl_core.domain.answer import AssistantManifest
from tl_core.domain.bundle import BundleManifest
from tl_core.domain.forecast import ForecasterManifest
from tl_core.store.atomic import room_expected, whole_folder, write_json, write_text
from tl_core.words import say

_BEGIN, _END = "<!-- stated -->", "<!-- /stated -->"  # unseen where Markdown is shown
_PART = re.compile(rf"\n*{_BEGIN}.*?{_END}\n*", re.DOTALL)
FIELDS = (*get_args(AboutUse), *get_args(AboutData))


def with_stated(card: str, about: About) -> str:
    """The card with a section of what is stated now, in place of what it said before."""
    card = _PART.sub("\n", card).rstrip() + "\n"
    if not any(about.said(field) for field in FIELDS):
        return card
    lines = [f"- {say(f'about.{field}')}: {_said(about.said(field))}" for field in FIELDS]
    return "\n".join([card, _BEGIN, f"## {say('about.card_title')}", "", *lines, _END, ""])


def _said(text: str) -> str:
    return plain(text) if text else say("report.not_stated")


def state(
    folder: Path, name: str, manifest: BundleManifest | ForecasterManifest | AssistantManifest, about: About,
    card: str | None = None,
) -> None:  # fmt: skip
    """Bring the card of the bundle in ``folder`` up to date; ``name``: of the file that ``manifest`` lies in.

    ``card``: what it says now without what is stated, in the language of whoever asks; None: as it is written there.
    The folder changes in one step, and only where the card does. Raises ``InputFault`` when the disk is full.
    """
    if CARD not in manifest.files or not (folder / CARD).is_file():
        return
    before = (folder / CARD).read_text("utf-8")
    after = with_stated(card or before, about)
    if after == before:
        return
    with whole_folder(folder) as beside:
        with room_expected():
            for file in folder.rglob("*"):
                if file.is_file():
                    copy = beside / file.relative_to(folder)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    linked(file, copy)
        write_text(beside / CARD, after)
        files = {**manifest.files, CARD: sha256(beside / CARD)}
        write_json(beside / name, manifest.model_copy(update={"files": files}))


def linked(source: Path, target: Path) -> None:
    """The same file under another name, or a copy of it where the file system has no hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
