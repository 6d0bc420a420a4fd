"""A bundle judged on labelled data that never were in a project."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tl_core.bundle.load import Predictor
from tl_core.data.incoming import Incoming
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.report import Report
from tl_core.evaluation.report import Answers, build_report
from tl_core.runs.intake import reading_of
from tl_core.runs.uploads import answer_upload
from tl_core.words import say


class Judged(NamedTuple):
    report: Report
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
    groups: list[str | None] = []
    unread = unknown = 0
    first: Refused | None = None
    for part in ("upload", "read"):
        (work / part).mkdir()
    began = time.monotonic()
    accepts = reading_of(manifest.modality).accepts_tables
    with Incoming([data], work=work / "upload", accepts_tables=accepts, columns=columns) as upload:
        for item, answer in answer_upload(predictor, upload, work / "read"):
            if isinstance(answer, Refused):
                unread, first = unread + 1, first or answer
            elif item.label not in number:
                unknown += 1
            else:
                true.append(number[item.label])
                rows.append(answer)
                groups.append(item.group)
    if not true and unknown:
        raise InputFault("predict.no_known_class", known=", ".join(manifest.classes[:20]))
    if not true:
        raise InputFault(
            "predict.nothing_read", count=unread, reason=say(first.reason, **first.values) if first else ""
        )
    seconds = time.monotonic() - began
    answers = {manifest.candidate: Answers(np.stack(rows), seconds)}
    ids = [str(i) for i in range(len(true))]
    grouped = groups if any(groups) else None
    report, _ = build_report("test", manifest.classes, manifest.candidate, answers, np.array(true), ids, grouped)
    return Judged(report, unread, unknown, seconds)
