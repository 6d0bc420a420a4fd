"""What a model learns from: samples with their targets, and what was refused."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.answer import Place
from tl_core.domain.base import Noun
from tl_core.domain.forecast import Frequency
from tl_core.domain.plan import Columns
from tl_core.domain.project import Task
from tl_core.domain.scan import ScanReading
from tl_core.domain.split import SplitRule, Subset
from tl_core.domain.text import Said, Value, said_name
from tl_core.words import say

SOUND = ".flac"  # how files of sounds end
NAMED = {"first", "file"}  # values of a refusal that name another sample
SERIES = ".npz"  # how files of time series end


class ClassTarget(Noun):
    kind: Literal["class"] = "class"
    label: str


Target = Annotated[Union[ClassTarget], Field(discriminator="kind")]  # multilabel, value, boxes ... join here


class Sample(Noun):
    id: str  # ours: the first 16 hexadecimal digits of the content's sha256
    source: str  # for people, never used as a path: path below the upload's root or "row 17"; a pseudonym when private
    target: Target | None = None
    group: str | None = None  # patient, document ...: samples of one group never part
    given_test: bool = False  # the upload said: this one belongs to the test set
    drawn: Subset | None = None  # where ``Dataset.drawn_by`` put it in an earlier version; None: it is new
    text: str | None = None  # the sample itself, when it is a text
    file: str | None = None  # else its file's name in the project's folder of samples
    place: Place | None = None  # of a passage: where in its document it stands
    traits: dict[str, str | int | float] = {}  # width, height, bytes, characters, language, cell ...
    attributes: dict[str, str] = {}  # what its table said of it besides: age band, sex, site; compared, never learned

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return said_name(self.source)

    @property
    def label(self) -> str | None:
        return self.target.label if self.target else None

    @property
    def heard(self) -> bool:
        """Whether it is to be heard: its file is a sound, and its small picture a picture of that."""
        return self.file is not None and self.file.endswith(SOUND)

    @property
    def measured(self) -> bool:
        """Whether it is a time series; its small picture is a drawing of it."""
        return self.file is not None and self.file.endswith(SERIES)


class Refusal(Noun):
    """A sample that did not get in, or got in with a remark; nothing is dropped without one."""

    source: str  # as that of a sample
    reason: str  # a key of the translation table, area "refusals"
    values: dict[str, Value] = {}
    kept: bool = False  # True: a remark on a sample that stayed (a near-duplicate's first copy, say)

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return said_name(self.source)

    @property
    def why(self) -> str:
        """The reason, in the reader's language."""
        names = {name: said_name(str(self.values[name])) for name in self.values.keys() & NAMED}
        return say(self.reason, **self.values | names)


ChangeKind = Literal["group", "drop", "relabel", "add", "label"]


class Change(Noun):
    """What made a version out of the one before it."""

    kind: ChangeKind
    samples: int  # that it touched
    finding: str | None = None  # code of the doctor's finding that it remedies; None: a person's own idea
    values: dict[str, Value] = {}  # of that finding's texts


class Dataset(Noun):
    """One immutable version of a project's data. ``id`` is a digest of the content, so equal data have equal ids.

    Data to forecast have no classes: each sample is a series without a target, ``source`` its name. Nor have documents:
    each sample is a passage, ``source`` its document.
    """

    id: str
    modality: str
    task: Task = "classify"
    classes: list[str]  # sorted; a model's output i means classes[i]
    samples: list[Sample]
    refusals: list[Refusal] = []
    received: int  # items the upload held
    group_rule: Said | None = None  # how groups were made, for people; none: every sample for itself
    licence: str | None = None  # of a sample set; shown wherever its samples are
    languages: dict[str, int] = {}  # ISO 639-1 code -> samples, texts only
    scan: ScanReading | None = None  # how scans became pictures, when a person chose; new ones are read so too
    frequency: Frequency | None = None  # of series to forecast: all of them come at one pace
    known: list[str] = []  # columns known beforehand of each of those, numbers by now
    columns: Columns | None = None  # how the table of those was read; newer data are read so too
    parent: str | None = None  # the version this one was made of; None: an upload
    change: Change | None = None  # how; neither is part of the content
    drawn_by: SplitRule | None = None  # the rule in use when this version was made of another; None: an upload

    def counts(self) -> dict[str, int]:
        """Samples per class, in the order of ``classes``."""
        found = Counter(sample.target.label if sample.target else None for sample in self.samples)
        return {name: found[name] for name in self.classes}
