"""Scans that may have writing burned into them: nothing of their upload is stored before a person has looked."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.excited import Box


class Suspect(Noun):
    code: str  # pseudonym of its name in the upload
    boxes: list[Box]  # where writing may be; none: only the file itself says so
    preview: str  # name of the picture beside the upload, in ``REVIEW``


class Suspects(Noun):
    """All that one intake found."""

    suspects: list[Suspect]


REVIEW = ".review"  # folder of an upload for previews: goes with it, and is never read as data
