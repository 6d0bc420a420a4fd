"""What the data doctor found in a dataset, before any model learns from it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric
from tl_core.domain.split import Concern, SplitRule
from tl_core.domain.text import Value

Level = Literal["alarm", "warning", "note"]  # no figure can be trusted; the model suffers; good to know
LEVELS: tuple[Level, ...] = ("alarm", "warning", "note")


class GroupRemedy(Noun):
    """Keep samples that belong together in one subset."""

    kind: Literal["group"] = "group"
    groups: dict[str, str]  # sample id -> group; samples not named keep theirs


class DropRemedy(Noun):
    """Leave samples out."""

    kind: Literal["drop"] = "drop"
    samples: list[str]


class RelabelRemedy(Noun):
    """Give samples the class that is suggested; a person may pick some of them."""

    kind: Literal["relabel"] = "relabel"
    labels: dict[str, str]  # sample id -> class


Remedy = Annotated[Union[GroupRemedy, DropRemedy, RelabelRemedy], Field(discriminator="kind")]


class Finding(Noun):
    """One thing to know. Its texts are ``findings.<code>_title``, ``_why`` and ``_do``, filled from ``values``."""

    code: str  # check and aspect: "copies_across", "names_leak", "labels_wrong" ...
    level: Level
    values: dict[str, Value] = {}
    samples: list[str] = []  # ids behind it, the surest first
    clusters: list[list[str]] = []  # ids that belong together: copies of each other, scans of one patient
    figures: dict[str, Metric] = {}  # name (text ``findings.figure_<name>``) -> balanced accuracy of it
    remedies: list[Remedy] = []  # none: there is nothing but to bring other samples

    @property
    def key(self) -> str:
        """The same for the same thing found again, so that a decision about it lasts. 16 hexadecimal digits."""
        told = "\n".join([self.code, *sorted(self.samples)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class Findings(Noun):
    """All that one examination of a dataset version found, the gravest first."""

    dataset: str
    rule: SplitRule  # the split it looked at
    backbone: str  # whose features it compared samples by
    findings: list[Finding]
    omitted: list[Concern] = []  # checks that could not be made, and why
    seconds: float

    def of_level(self, level: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == level]
