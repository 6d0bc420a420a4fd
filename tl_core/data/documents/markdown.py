"""Markdown: by way of HTML, which it may hold anyway."""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt

from tl_core.data.documents import html
from tl_core.data.documents.document import Document
from tl_core.data.texts import composed, decoded

LARGEST = 20_000_000  # bytes
FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)  # what a site's generator is told


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    text, encoding = decoded(path, LARGEST)
    rendered = MarkdownIt("commonmark").enable("table").render(FRONT.sub("", composed(text)))
    return Document(list(html.of_text(rendered))).with_doubt(text, encoding)
