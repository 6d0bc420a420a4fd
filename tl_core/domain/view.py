"""What a page shows of one sample, whatever kind it is."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun


class View(Noun):
    kind: Literal["image", "text"]
    text: str = ""  # the text, or the beginning of a long one
    thumbnail: str | None = None  # path of a small picture
    picture: str | None = None  # path of the whole picture
    facts: dict[str, str | int | float] = {}  # traits worth a line: width, height, characters, language
