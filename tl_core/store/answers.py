"""What the training of an assistant keeps in its folder: how well it finds and refuses."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.answer import AnswerReport
from tl_core.store.atomic import write_json
from tl_core.store.nouns import remembered_noun
from tl_core.store.run_folder import RunFolder

Judged = Literal["validation", "test"]


def write_report(folder: RunFolder, report: AnswerReport) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_json(folder.evaluation / f"{report.subset}.json", report)


def read_report(folder: RunFolder, subset: Judged) -> AnswerReport | None:
    """None while there is none: before it was judged, the exam sealed."""
    return remembered_noun(folder.path / "evaluation" / f"{subset}.json", AnswerReport)
