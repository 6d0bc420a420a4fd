"""The guide as a small static site: ``python docs/build.py OUT``.

Each Markdown file here becomes a page; ``index.md`` holds the navigation, as headings and lists of links. The pages
need no script and load nothing from elsewhere. A picture ``x-light.png`` with an ``x-dark.png`` beside it follows the
reader's colours.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
COLOURS = {  # our names -> those of Streamlit's theme, which the app is drawn with
    "back": "backgroundColor", "part": "secondaryBackgroundColor", "ink": "textColor", "line": "borderColor",
    "link": "linkColor",
}  # fmt: skip


class Heading(NamedTuple):
    """A place on a page that can be linked to."""

    level: int
    text: str
    anchor: str


class Section(NamedTuple):
    """A part of the navigation: its title, and (page, title) of what belongs to it."""

    title: str
    pages: list[tuple[str, str]]


def markdown() -> MarkdownIt:
    """CommonMark with tables; what looks like HTML is text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def parse(file: Path) -> list[Token]:
    return markdown().parse(file.read_text("utf-8"))


def headings(tokens: Sequence[Token]) -> list[Heading]:
    """All of a page in order; anchors as forges make them, each once."""
    found: list[Heading] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            text = "".join(child.content for child in inline.children or [])
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            taken = sum(one.anchor == slug or one.anchor.startswith(f"{slug}-") for one in found)
            found.append(Heading(int(token.tag[1]), text, f"{slug}-{taken}" if taken else slug))
    return found


def navigation() -> list[Section]:
    """The sections of ``index.md``: every second-level heading with links to pages beneath it."""
    sections = [Section("", [("index.md", "Thaw")])]
    for token, before in _inlines(parse(DOCS / "index.md")):
        if before.type == "heading_open" and before.tag == "h2":
            sections.append(Section(token.content, []))
        else:
            links = [one for one in token.children or [] if one.type == "link_open"]
            if links and (page := str(links[0].attrs["href"])).endswith(".md") and before.level == 2:
                children = token.children or []
                title = children[children.index(links[0]) + 1].content
                sections[-1].pages.append((page, title))
    return [section for section in sections if section.pages]


def build(out: Path) -> list[Path]:
    """Write the site into ``out``; the pages written. What else lies there stays."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(DOCS / "screenshots", out / "screenshots", dirs_exist_ok=True)
    shutil.copyfile(ROOT / "assets" / "logo" / "thaw.svg", out / "thaw.svg")
    (out / "style.css").write_text(_colours() + (DOCS / "site" / "style.css").read_text("utf-8"), "utf-8")
    template = Environment(loader=FileSystemLoader(DOCS / "site"), autoescape=True).get_template("page.html")
    sections, written = navigation(), []
    for page in [name for section in sections for name, _ in section.pages]:
        tokens = parse(DOCS / page)
        places = headings(tokens)
        text = template.render(
            title=places[0].text, body=_html(tokens, places), sections=sections, here=page, places=places,
            address=address,
        )  # fmt: skip
        written.append(out / address(page))
        written[-1].write_text(text, "utf-8")
    return written


def address(link: str) -> str:
    """Where a link between Markdown files leads on the site."""
    return re.sub(r"\.md(?=#|$)", ".html", link) if "://" not in link else link


def _inlines(tokens: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Each stretch of text with the token that opened it."""
    return [(token, tokens[place - 1]) for place, token in enumerate(tokens) if token.type == "inline"]


def _html(tokens: list[Token], places: list[Heading]) -> str:
    rest = iter(places)
    for token in tokens:
        if token.type == "heading_open":
            token.attrSet("id", next(rest).anchor)
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", address(str(child.attrs["href"])))
    made = markdown()
    html = str(made.renderer.render(tokens, made.options, {}))
    html = re.sub(r"<table>.*?</table>", r'<div class="wide" tabindex="0">\g<0></div>', html, flags=re.DOTALL)
    html = html.replace("<pre>", '<pre tabindex="0">')
    return re.sub(r'<img src="([^"]+)-light\.png"[^>]*>', _both, html)


def _both(picture: re.Match[str]) -> str:
    """The dark one, too, where there is one."""
    dark = f"{picture[1]}-dark.png"
    if not (DOCS / dark).is_file():
        return picture[0]
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
    return f"<picture>{source}{picture[0]}</picture>"


def _colours() -> str:
    """The app's own colours as the sheet's variables, light and dark."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    light, dark = (
        " ".join(f"--{ours}: {theme[name][theirs]};" for ours, theirs in COLOURS.items()) for name in ("light", "dark")
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the guide as a static site.")
    parser.add_argument("out", type=Path, metavar="OUT")
    print(f"{len(build(parser.parse_args().out))} pages")
