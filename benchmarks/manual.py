"""A manual in HTML as passages: a section's heading, then its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

LONGEST = 1000  # characters


def passages_of(manual: Path, below: Sequence[str]) -> list[str]:
    """Of the pages in the folders ``below``; heading path on the first line."""
    from lxml import html

    found = []
    for file in sorted(file for folder in below for file in (manual / folder).rglob("*.html")):
        page = html.parse(str(file), parser=html.HTMLParser(encoding="utf-8")).getroot()
        for link in page.xpath("//a[contains(@class, 'headerlink')]"):
            link.drop_tree()
        for section in page.xpath("//section"):
            heading = " ".join("".join(section.xpath("(./h1|./h2|./h3|./h4)[1]//text()")).split())
            found += _cut(heading, [" ".join(p.text_content().split()) for p in section.xpath("./p|./dl//p|./ul//p")])
    return found


def _cut(heading: str, paragraphs: Sequence[str]) -> list[str]:
    passages: list[str] = []
    size = 0
    for text in filter(None, paragraphs):
        if not passages or size + len(text) > LONGEST:
            passages.append(heading + "\n" + text)
            size = len(text)
        else:
            passages[-1] += "\n\n" + text
            size += len(text)
    return passages
