"""Which item of the common reporting guidelines stands where in a report, and which are not answered.

Mitchell et al. 2019, "Model Cards for Model Reporting"; Collins et al. 2024, TRIPOD+AI, doi:10.1136/bmj-2023-078378;
Tejani et al. 2024, CLAIM 2024 update, doi:10.1148/ryai.240300. Numbers are those of the guidelines' items;
docs/reports.md says what they were checked against.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tl_core.domain.about import About, AboutField
from tl_core.domain.reporting import Block, Paragraph, Table
from tl_core.words import listed, say


class Item(NamedTuple):
    name: str  # text ``report.asked_<name>``
    cards: str  # parts of a model card, texts ``report.cards_<name>``, with spaces between; empty: none
    tripod: str
    claim: str
    section: str = ""  # where it is answered; "raters", "identifiers": among the data, if at all; empty: nowhere
    field: AboutField | None = None  # ... if a person stated this


ITEMS = (
    Item("purpose", "use", "3b", "3, 41", "use", "purpose"),
    Item("users", "use", "3b, 27b", "", "use", "users"),
    Item("out_of_scope", "use", "", "41", "use", "out_of_scope"),
    Item("contact", "details", "", "", "use", "contact"),
    Item("source", "data", "5a, 5b", "7", "data", "origin"),
    Item("eligibility", "data", "6b", "8"),
    Item("reference", "data", "8a, 8b", "14, 16, 17", "data", "labelling"),
    Item("raters", "", "", "18", "raters"),
    Item("ethics", "ethics", "17", "", "data", "consent"),
    Item("gaps", "caveats", "5a, 26", "7, 40", "data", "gaps"),
    Item("flow", "data", "20a, 21", "35", "data"),
    Item("missing", "", "7, 11", "12", "findings"),
    Item("prepared", "data evaluation", "12b", "9"),
    Item("identifiers", "", "", "11", "identifiers"),
    Item("partitions", "evaluation", "12a", "19, 20", "split"),
    Item("sample_size", "", "10", "21"),
    Item("model", "details", "12c", "22, 24", "model"),
    Item("training", "details", "12c, 13", "25, 26", "training"),
    Item("software", "details", "", "23", "versions"),
    Item("metrics", "metrics", "12e", "28, 29", "figures"),
    Item("performance", "quantitative", "23a", "32, 37, 38", "figures"),
    Item("calibration", "metrics", "12e, 15, 23a", "38", "deciding"),
    Item("fairness", "factors quantitative", "14, 23a", "37, 38", "fairness"),
    Item("external", "evaluation", "16", "33", "external"),
    Item("robustness", "", "12d, 23b", "30"),
    Item("explaining", "", "", "31", "explaining"),
    Item("failures", "quantitative", "", "39", "failures"),
    Item("limits", "caveats", "26", "40", "limits"),
    Item("funding", "", "18a, 18b", "44"),
    Item("protocol", "", "18c, 18d", "34, 42"),
    Item("sharing", "details", "18e, 18f, 22", "43"),
    Item("public", "", "19", ""),
)


def table(about: About, numbers: Mapping[str, int]) -> list[Block]:
    """``numbers``: of the sections that this report has, by their names."""
    rows = [
        [
            say(f"report.asked_{item.name}"),
            listed(say(f"report.cards_{name}") for name in item.cards.split()) or "–",
            item.tripod or "–",
            item.claim or "–",
            _where(item, about, numbers),
        ]
        for item in ITEMS
    ]
    head = [say("report.asked"), "Model Cards", "TRIPOD+AI", "CLAIM", say("report.stands")]
    return [
        Paragraph(text=say("report.crosswalk_text")),
        Table(title=say("report.crosswalk_table"), head=head, rows=rows, words=True),
    ]


def _where(item: Item, about: About, numbers: Mapping[str, int]) -> str:
    if item.section not in numbers or (item.field and not about.said(item.field)):
        return say("report.not_stated")
    return say("report.section", number=numbers[item.section])
