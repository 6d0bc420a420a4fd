"""A report as a PDF of A4 pages, by reportlab: the same sections, the same charts. Equal reports are equal bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from functools import partial

from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, PolyLine, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import LongTable as Grid
from reportlab.platypus import Paragraph as Text
from reportlab.platypus.tables import TableStyle

from tl_core.domain.reporting import (
    Block,
    Dots,
    Facts,
    Items,
    Lines,
    Paragraph,
    RunReport,
    Samples,
    Section,
    Table,
)
from tl_core.reporting import plots
from tl_core.reporting.fonts import PLAIN, Fonts
from tl_core.words import say

MARGIN, FOOT = 54.0, 28.0  # points
WIDTH = A4[0] - 2 * MARGIN
_INK, _QUIET, _GRID, _WARN = (HexColor(one) for one in ("#16233A", "#4F5F77", "#D3DCE8", "#8A4B00"))
_ROLES = {"ink": _INK, "quiet": _QUIET, "grid": _GRID}
_BASE = ParagraphStyle("base", fontName=PLAIN, fontSize=9, leading=13.5, textColor=_INK, spaceAfter=5)
_STYLES = {
    "plain": _BASE,
    "lead": ParagraphStyle("lead", _BASE, fontSize=10.5, leading=16),
    "quiet": ParagraphStyle("quiet", _BASE, fontSize=8, leading=12, textColor=_QUIET),
    "warning": ParagraphStyle(
        "warning", _BASE, borderColor=_WARN, borderWidth=0, leftIndent=8, borderPadding=2, textColor=_WARN
    ),
    "title": ParagraphStyle("title", _BASE, fontSize=18, leading=23, spaceAfter=6),
    "heading": ParagraphStyle("heading", _BASE, fontSize=12.5, leading=16, spaceBefore=20, spaceAfter=6),
    "caption": ParagraphStyle("caption", _BASE, spaceBefore=8, spaceAfter=4),
    "item": ParagraphStyle("item", _BASE, leftIndent=12, bulletIndent=2, spaceAfter=3),
    "cell": ParagraphStyle("cell", _BASE, fontSize=8, leading=11, spaceAfter=0),
    "small": ParagraphStyle("small", _BASE, fontSize=7, leading=9.5, spaceAfter=0),
    "name": ParagraphStyle("name", _BASE, fontSize=8, leading=11, spaceAfter=0, textColor=_QUIET),
}  # fmt: skip


def write_pdf(report: RunReport) -> bytes:
    """The file. Signs that no font here has are written as codes, and a line says so."""
    fonts = Fonts(chinese=report.language.startswith("zh"))
    flow: list[Flowable] = [
        _text(fonts, report.title, "title", bold=True),
        _text(fonts, report.subtitle, "quiet"),
        _text(fonts, report.made, "quiet"),
    ]
    for number, section in enumerate(report.sections, 1):
        flow += _section(fonts, section, number)
    flow[3:3] = _remarks(fonts)
    stream = io.BytesIO()
    _Pages(stream, report, fonts).build(flow)
    return stream.getvalue()


def _remarks(fonts: Fonts) -> list[Flowable]:
    """What a reader must know of signs that are not there, or may not be."""
    said = [say("report.signs_lost", count=len(fonts.lost))] if fonts.lost else []
    said += [say("report.signs_lent")] if fonts.lent else []
    return [_text(fonts, text, "quiet") for text in said]


class _Pages(BaseDocTemplate):
    """Numbered pages, with the sections in the reader's own table of contents."""

    def __init__(self, stream: io.BytesIO, report: RunReport, fonts: Fonts) -> None:
        super().__init__(
            stream, pagesize=A4, title=report.title, author="Thaw", lang=report.language, invariant=1,
            leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        )  # fmt: skip
        frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=partial(_foot, report.title, fonts)))

    def afterFlowable(self, flowable: Flowable) -> None:
        name = getattr(flowable, "section", None)
        if name:
            self.canv.bookmarkPage(name[0])
            self.canv.addOutlineEntry(name[1], name[0], 0, closed=True)


def _foot(title: str, fonts: Fonts, canvas: Canvas, pages: BaseDocTemplate) -> None:
    canvas.saveState()
    canvas.setFillColor(_QUIET)
    number, x = str(canvas.getPageNumber()), MARGIN
    canvas.setFont(PLAIN, 7)
    canvas.drawRightString(A4[0] - MARGIN, FOOT, number)
    for run in fonts.runs(plots.wrapped(fonts.written(title), WIDTH, 1)[0]):
        canvas.setFont(run.font, 7)
        canvas.drawString(x, FOOT, run.text)
        x += fonts.width(run, 7)
    canvas.restoreState()


def _section(fonts: Fonts, section: Section, number: int) -> Iterator[Flowable]:
    title = f"{number}. {section.title}"
    heading = _text(fonts, title, "heading", bold=True)
    heading.section = (section.name, title)
    yield CondPageBreak(110 + _tall(fonts, section.blocks[0]))
    yield heading
    for block in section.blocks:
        yield from _drawn(fonts, block)


def _tall(fonts: Fonts, block: Block) -> float:
    """Room that a chart takes, which is never parted: no heading stays alone above one. Of others: none."""
    return WIDTH / plots.WIDTH * _laid_out(fonts, block).height if isinstance(block, Dots | Lines) else 0.0


def _drawn(fonts: Fonts, block: Block) -> Iterator[Flowable]:
    match block:
        case Paragraph():
            said = f"{say('report.warning')} {block.text}" if block.tone == "warning" else block.text
            yield _text(fonts, said, block.tone)
        case Items():
            yield from (Text(fonts.marked(item), _STYLES["item"], bulletText="•") for item in block.items)
        case Facts():
            rows = [
                [_text(fonts, fact.name, "name"), [_text(fonts, line, "cell") for line in fact.value.split("\n")]]
                for fact in block.facts
            ]
            yield Grid(rows, [WIDTH * 0.28, WIDTH * 0.72], style=_ruled(head=False))
            yield Spacer(0, 8)
        case Table():
            yield from _table(fonts, block)
        case Samples():
            yield from _samples(fonts, block)
        case Dots() | Lines():
            caption = _text(fonts, block.title, "caption", bold=True)
            yield KeepTogether([caption, _chart(fonts, block)])
            yield from _table(fonts, block.table)


def _text(fonts: Fonts, text: str, style: str, bold: bool = False) -> Text:
    return Text(fonts.marked(text, bold), _STYLES[style])


def _table(fonts: Fonts, table: Table) -> Iterator[Flowable]:
    yield CondPageBreak(70)
    yield _text(fonts, table.title, "caption")
    count = len(table.head)
    style = "small" if count > 5 else "cell"
    rows = [[_text(fonts, cell, style, bold=True) for cell in table.head]]
    rows += [[_text(fonts, cell, style) for cell in row] for row in table.rows]
    first = {2: 0.4, 3: 0.36}.get(count, 0.28 if count < 6 else 0.18)
    widths = [WIDTH * first] + [WIDTH * (1 - first) / max(1, count - 1)] * (count - 1)
    yield Grid(rows, widths if count > 1 else [WIDTH], style=_ruled(head=True), repeatRows=1)
    yield Spacer(0, 8)


def _ruled(head: bool) -> TableStyle:
    rules: list[tuple] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _GRID),
    ]  # fmt: skip
    return TableStyle([*rules, *([("LINEBELOW", (0, 0), (-1, 0), 1, _QUIET)] if head else [])])


def _samples(fonts: Fonts, block: Samples) -> Iterator[Flowable]:
    for sample in block.samples:
        parts: list[Flowable] = []
        if sample.picture:
            picture = Image(io.BytesIO(base64.b64decode(sample.picture)))
            scale = min(1.0, 130 / picture.imageWidth, 130 / picture.imageHeight)
            picture.drawWidth, picture.drawHeight = scale * picture.imageWidth, scale * picture.imageHeight
            picture.hAlign = "LEFT"
            parts.append(picture)
        if sample.text:
            parts.append(_text(fonts, sample.text, "plain"))
        yield KeepTogether([*parts, _text(fonts, sample.note, "quiet"), Spacer(0, 6)])


def _chart(fonts: Fonts, block: Dots | Lines) -> Drawing:
    chart = _laid_out(fonts, block)
    scale = WIDTH / plots.WIDTH
    drawn = Group(transform=(scale, 0, 0, -scale, 0, scale * chart.height))
    for mark in chart.marks:
        match mark:
            case plots.Stroke():
                flat = [value for point in mark.points for value in point]
                line = PolyLine(flat, strokeColor=_ROLES[mark.role], strokeWidth=mark.width, strokeLineJoin=1)
                line.strokeDashArray = [5, 5] if mark.dashed else None
                drawn.add(line)
            case plots.Sign(filled=True):
                drawn.add(Circle(mark.x, mark.y, 5, fillColor=_INK, strokeColor=None))
            case plots.Sign():
                x, y = mark.x, mark.y
                corners = [x - 5, y, x, y - 5, x + 5, y, x, y + 5]
                white = HexColor("#FFFFFF")
                drawn.add(Polygon(corners, fillColor=white, strokeColor=_QUIET, strokeWidth=1.75))
            case plots.Word():
                drawn.add(_word(fonts, mark))
    drawing = Drawing(WIDTH, scale * chart.height)
    drawing.add(drawn)
    return drawing


def _laid_out(fonts: Fonts, block: Dots | Lines) -> plots.Chart:
    """Names are written as they will be read before a place is found for them."""
    if isinstance(block, Dots):
        dots = [one.model_copy(update={"label": fonts.written(one.label)}) for one in block.dots]
        return plots.dots(block.model_copy(update={"dots": dots}))
    lines = [one.model_copy(update={"label": fonts.written(one.label)}) for one in block.lines]
    return plots.lines(block.model_copy(update={"lines": lines}))


def _word(fonts: Fonts, word: plots.Word) -> Group:
    """Upright again within the drawing, whose y grows downwards; a run of each font after the other."""
    size = plots.SIZE - 1.5  # this font is wider than those of browsers
    placed = Group(transform=(0, -1, -1, 0, word.x, word.y) if word.turned else (1, 0, 0, -1, word.x, word.y))
    runs = fonts.runs(word.text, word.bold)
    widths = [fonts.width(run, size) for run in runs]
    x = {"start": 0.0, "middle": -sum(widths) / 2, "end": -sum(widths)}[word.anchor]
    for run, wide in zip(runs, widths, strict=True):
        placed.add(String(x, 0, run.text, fontName=run.font, fontSize=size, fillColor=_ROLES[word.role]))
        x += wide
    return placed
