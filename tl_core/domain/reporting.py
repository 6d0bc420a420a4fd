"""A report about one run as a tree of sections: what it says, apart from how it is drawn as HTML or PDF.

All texts are plain: whoever draws them lets every sign stand for itself.
"""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun

Where = Literal["data", "use"]  # page that asks for what is missing
Look = Literal["ours", "other", "plain"]  # what the report is about; what it is beside; neither


class Paragraph(Noun):
    kind: Literal["paragraph"] = "paragraph"
    text: str
    tone: Literal["plain", "lead", "quiet", "warning"] = "plain"


class Items(Noun):
    kind: Literal["items"] = "items"
    items: list[str]


class Fact(Noun):
    name: str
    value: str
    missing: Where | None = None  # nobody stated it: where that is asked


class Facts(Noun):
    kind: Literal["facts"] = "facts"
    facts: list[Fact]


class Table(Noun):
    kind: Literal["table"] = "table"
    title: str
    head: list[str]
    rows: list[list[str]]  # as many cells each as ``head``; the first one names the row
    words: bool = False  # cells hold sentences, not figures


class Dot(Noun):
    """A figure with its interval, drawn as a dot with whiskers."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    look: Look = "other"
    said: str = ""  # the figure in words; empty: value and interval


class Dots(Noun):
    """Figures below each other on one axis."""

    kind: Literal["dots"] = "dots"
    title: str
    about: str  # what is seen, for those who cannot
    axis: str
    dots: list[Dot]
    span: tuple[float, float] | None = None  # of the axis; None: as the figures need
    mark: float | None = None  # a dashed line: what must be beaten
    table: Table


class Line(Noun):
    """``low`` and ``high``, where there are any, are the whiskers of each point."""

    label: str
    x: list[float]
    y: list[float]
    low: list[float | None] = []
    high: list[float | None] = []
    look: Look = "other"
    dashed: bool = False


class Lines(Noun):
    """Lines over one another."""

    kind: Literal["lines"] = "lines"
    title: str
    about: str
    x_axis: str
    y_axis: str
    lines: list[Line]
    x_span: tuple[float, float] | None = None
    y_span: tuple[float, float] | None = None
    table: Table


class Shown(Noun):
    """A sample that a person wants to be seen. ``picture``: base64 of a PNG; ``text``: itself."""

    note: str
    text: str = ""
    picture: str = ""


class Samples(Noun):
    kind: Literal["samples"] = "samples"
    samples: list[Shown]


Block = Annotated[Union[Paragraph, Items, Facts, Table, Dots, Lines, Samples], Field(discriminator="kind")]


class Section(Noun):
    name: str  # stands in addresses: "intended-use"
    title: str
    blocks: list[Block]


class RunReport(Noun):
    """``language`` is that of its texts, ISO 639-1 or a tag such as zh-Hans."""

    language: str
    title: str
    subtitle: str
    made: str  # when, in words
    project: str  # its id, for addresses of pages
    sections: list[Section]
