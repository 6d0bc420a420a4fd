"""HTML: the page's own content, without the menus, scripts and footers around it."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten

from lxml import etree, html

from tl_core.data.documents.document import Block, Document, Kind
from tl_core.data.encodings import LOOKED_AT, guess
from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size

LARGEST = 50_000_000  # bytes
HEAD = 4096  # bytes in which a page says its encoding
DECLARED = re.compile(
    rb"""(?:<meta[^>]{1,200}?charset|<\?xml[^>]{1,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.I
)
MAIN = ("//main", "//*[@role='main']", "//article")  # the first that is there once
AROUND_TAGS = frozenset(
    ["script", "style", "nav", "footer", "noscript", "template", "svg", "iframe", "head", "button", "select"]
)
AROUND_ROLES = frozenset(["navigation", "search", "banner", "contentinfo", "doc-backlink"])
AROUND_CLASSES = frozenset(["headerlink", "sphinxsidebar", "toc"])
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr"
)
INLINE = frozenset(_INLINE.split())
AT_LENGTH = 1000  # characters that explain a term, from which on it is a title
LONGEST_TERM = 60  # characters of such a title
DEEPEST = 200  # elements within each other; what lies deeper is read as one paragraph


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    check_size(path, LARGEST)
    content = path.read_bytes()
    encoding = _encoding(content)
    text = content.decode(encoding, "replace")
    return Document(list(of_text(text))).with_doubt(text, encoding)


def of_text(text: str) -> Iterator[Block]:
    """Blocks of HTML that is a text already."""
    return blocks(_parsed(text))


def blocks(root: html.HtmlElement) -> Iterator[Block]:
    return _Walk().through(_main(root))


def _is_around(element: html.HtmlElement) -> bool:
    """Whether it is no part of what the page says: a menu, a script, a link to itself."""
    if element.tag in AROUND_TAGS:
        return True
    if not element.attrib:
        return element.tag == "header" and element.getparent().tag == "body"
    told = element.attrib
    return (
        told.get("role") in AROUND_ROLES
        or ("class" in told and not AROUND_CLASSES.isdisjoint(told["class"].split()))
        or "hidden" in told
        or told.get("aria-hidden") == "true"
        or (element.tag == "header" and element.getparent().tag == "body")
    )


def _encoding(content: bytes) -> str:
    """As the page says, where that is an encoding that reads it; else a guess."""
    head = content[:LOOKED_AT]
    told = DECLARED.search(head[:HEAD])
    if told and b"\0" not in head:
        try:
            name = io.TextIOWrapper(io.BytesIO(), told[1].decode("ascii")).encoding  # of texts, and none else
            codecs.getincrementaldecoder(name)().decode(head)
        except (LookupError, UnicodeError):
            return guess(head)
        return name
    return guess(head)


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Refused("refusals.empty_text") from None


def _main(root: html.HtmlElement) -> html.HtmlElement:
    for path in MAIN:
        found = root.xpath(path)
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


class _Walk:
    """Through an element's children; text is gathered until a block ends."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._kind: Kind = "paragraph"  # of the block that is being gathered
        self._lists = 0  # of terms, that it is in

    def through(self, element: html.HtmlElement) -> Iterator[Block]:
        yield from self._inside(element, 0)
        yield from self._end()

    def _inside(self, element: html.HtmlElement, depth: int) -> Iterator[Block]:
        self._pieces.append(element.text or "")
        for child in element:
            yield from self._child(child, depth + 1)
            self._pieces.append(child.tail or "")

    def _child(self, child: html.HtmlElement, depth: int) -> Iterator[Block]:
        tag = child.tag
        if not isinstance(tag, str) or _is_around(child):
            return
        if tag in INLINE or depth > DEEPEST:
            if len(child):
                yield from self._inside(child, depth) if depth <= DEEPEST else self._deep(child)
            else:
                self._pieces.append(child.text or "")
        elif tag == "br":
            self._pieces.append("\n")
        else:
            yield from self._end()
            if tag in HEADINGS:
                yield from _one("heading", _title(child), HEADINGS[tag])
            elif tag == "pre":
                code = child.text_content().strip("\n")
                if code.strip():
                    yield Block("code", code)
            elif tag == "table" and (rows := _rows(child)):
                yield Block("table", rows=rows)
            elif tag == "dl":
                yield from self._terms(child, depth)
            else:
                own = _kind(child)
                self._kind = own or self._kind
                yield from self._inside(child, depth)
                yield from self._end()
                if own:
                    self._kind = "paragraph"

    def _terms(self, child: html.HtmlElement, depth: int) -> Iterator[Block]:
        """A term that is explained at length is a title of its own, until its explanation ends."""
        self._lists += 1
        level, titled = len(HEADINGS) + self._lists, False
        for one in child:
            told = one.getnext() if one.tag == "dt" else None
            if told is not None and told.tag == "dd" and len(told.text_content()) > AT_LENGTH:
                yield from self._end()
                yield from _one("heading", shorten(_title(one), LONGEST_TERM, placeholder=" …"), level)
                titled = True
                continue
            yield from self._child(one, depth + 1)
            if titled and one.tag == "dd":
                yield Block("heading", "", level)
                titled = False
        self._lists -= 1
        yield from self._end()

    def _deep(self, child: html.HtmlElement) -> Iterator[Block]:
        self._pieces.append(child.text_content())
        return iter(())

    def _end(self) -> Iterator[Block]:
        found = list(_one(self._kind, "".join(self._pieces)))
        self._pieces.clear()
        if found:
            self._kind = "paragraph"  # an item's first paragraph is the item, what follows belongs to it
        yield from found


def _title(heading: html.HtmlElement) -> str:
    """Without the link to itself."""
    return "".join(
        [heading.text or "", *(("" if _is_around(one) else one.text_content()) + (one.tail or "") for one in heading)]
    )


def _kind(element: html.HtmlElement) -> Kind | None:
    """Of the first paragraph in it; None: it says nothing of that."""
    if element.tag == "dt" or "admonition-title" in element.get("class", ""):
        return "term"
    return "item" if element.tag == "li" else None


def _one(kind: Kind, text: str, level: int = 0) -> Iterator[Block]:
    line = " ".join(text.split())
    if line:
        yield Block(kind, line, level)


def _rows(table: html.HtmlElement) -> tuple[tuple[str, ...], ...]:
    """None at all for a table that only lays out a page: with one cell a row, or with tables or headings in it."""
    if table.xpath(".//table | .//h1 | .//h2 | .//h3 | .//h4 | .//pre"):
        return ()
    rows = []
    for row in table.iter("tr"):
        cells = tuple(" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th"))
        if any(cells):
            rows.append(cells)
    return tuple(rows) if rows and max(map(len, rows)) > 1 else ()
