"""A bundle judged on labelled data that never were in a project."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tl_core.bundle.load import Predictor
from tl_core.data.incoming import Incoming
from tl_core.data.refused import Refused
from tl_core.domain.decision import Coverage
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.reliability import Reliability
from tl_core.domain.report import Metric, Report
from tl_core.domain.screening import Screening
from tl_core.domain.slices import Sliced
from tl_core.domain.text import Text
from tl_core.evaluation.coverage import coverage, reached
from tl_core.evaluation.intervals import Groups
from tl_core.evaluation.reliability import reliability
from tl_core.evaluation.report import Answers, build_report
from tl_core.evaluation.screening import screening
from tl_core.evaluation.slices import sliced
from tl_core.runs.intake import reading_of
from tl_core.runs.uploads import answer_upload


class Held(NamedTuple):
    """How the bundle's decision fares."""

    corrected: Reliability
    network: Reliability  # before correction
    screening: Screening | None  # None, as all below: the bundle holds no decision
    coverage: Coverage | None
    reached: Metric | None  # how often the true class is among the possible ones


class Judged(NamedTuple):
    report: Report
    held: Held
    slices: list[Sliced]  # by the columns that were asked for
    unread: int  # samples that could not be read, or have no class
    unknown: int  # samples of classes that the model does not know
    seconds: float


def judge(predictor: Predictor, data: Path, columns: Columns | None, work: Path) -> Judged:
    """Answer for everything in ``data`` that has a class, and compare. ``work`` is an empty folder.

    Groups come from the table's group column, if it has one. Raises InputFault when nothing is left to judge.
    """
    manifest = predictor.manifest
    number = {label: k for k, label in enumerate(manifest.classes)}
    true: list[int] = []
    rows: list[np.ndarray] = []
    distances: list[float | None] = []
    groups: list[str | None] = []
    attributes: list[dict[str, str]] = []
    unread = unknown = 0
    first: Refused | None = None
    for part in ("upload", "read"):
        (work / part).mkdir()
    began = time.monotonic()
    reading = reading_of(manifest.modality)
    with Incoming(
        [data], work=work / "upload", accepts_tables=reading.accepts_tables, accepts_lists=reading.accepts_lists,
        converter=reading.converter, columns=columns,
    ) as upload:  # fmt: skip
        for item, answer in answer_upload(predictor, upload, work / "read"):
            if isinstance(answer, Refused):
                unread, first = unread + 1, first or answer
            elif item.label not in number:
                unknown += 1
            else:
                true.append(number[item.label])
                rows.append(answer.network)
                distances.append(answer.distance)
                groups.append(item.group)
                attributes.append(item.attributes)
    if not true and unknown:
        raise InputFault("predict.no_known_class", known=", ".join(manifest.classes[:20]))
    if not true:
        raise InputFault(
            "predict.nothing_read", count=unread, reason=Text(key=first.reason, values=first.values) if first else ""
        )
    seconds = time.monotonic() - began
    answers = {manifest.candidate: Answers(np.stack(rows), seconds)}
    ids = [str(i) for i in range(len(true))]
    grouped = groups if any(groups) else None
    report, _ = build_report("test", manifest.classes, manifest.candidate, answers, np.array(true), ids, grouped)
    far = None if None in distances else np.array(distances, dtype=np.float64)
    held = _held(predictor, np.array(true), np.stack(rows), far, grouped)
    names = dict.fromkeys(name for own in attributes for name in own)
    by_column = {name: [own.get(name, "") for own in attributes] for name in names}
    parts = sliced(by_column, np.array(true), np.stack(rows), grouped)
    return Judged(report, held, parts, unread, unknown, seconds)


def _held(
    predictor: Predictor, true: np.ndarray, network: np.ndarray, distances: np.ndarray | None, groups: Groups
) -> Held:
    decision, classes = predictor.decision, predictor.manifest.classes
    verdicts = predictor.judge(network, distances)
    told = reliability(true, verdicts.probabilities, groups), reliability(true, network, groups)
    if decision is None:
        return Held(*told, None, None, None)
    cut = decision.cut
    place = classes.index(cut.positive)
    return Held(
        *told,
        screening(cut.positive, cut.prevalence, true == place, verdicts.labels == place, groups),
        coverage(decision.wishes.error, true, verdicts, groups),
        reached(true, verdicts.possible, groups)[0] if decision.sets else None,
    )
