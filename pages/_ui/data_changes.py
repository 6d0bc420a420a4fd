"""What changes between two versions of the data: how many samples, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pages._ui import evidence, shell
from pages._ui.words import count, escape, t
from tl_core.domain.difference import DataDifference
from tl_core.domain.project import Project
from tl_core.use_cases import data

SHOWN = 12  # samples of each kind


def show(project: Project, first: str, second: str, found: DataDifference, *, key: str) -> None:
    """From version ``first`` to ``second``, a part to open for each kind of change."""
    if not found.samples:
        shell.quiet(t("runs_page.data_equal"))
        return
    samples(project, second, found.added, title=t("runs_page.added", count=len(found.added)), key=f"{key}-added")
    samples(project, first, found.removed, title=t("runs_page.removed", count=len(found.removed)), key=f"{key}-removed")
    ways = Counter((one.before, one.after) for one in found.relabelled)
    for place, ((before, after), number) in enumerate(ways.most_common()):
        ids = [one.sample for one in found.relabelled if (one.before, one.after) == (before, after)]
        none = t("shell.no_class")
        title = t("runs_page.relabelled", count=number, before=before or none, after=after or none)
        samples(project, second, ids, title=title, key=f"{key}-relabelled-{place}")
    samples(
        project, second, found.regrouped, title=t("runs_page.regrouped", count=len(found.regrouped)),
        key=f"{key}-regrouped",
    )  # fmt: skip


def samples(project: Project, version: str, ids: Sequence[str], *, title: str, key: str) -> None:
    """The first of them, once opened; nothing where there are none."""
    if not ids:
        return
    with st.expander(escape(title), key=key, on_change="rerun") as box:
        if not box.open:
            return
        by_id = {sample.id: sample for sample in data.version(project.id, version).samples}
        found = [by_id[one] for one in ids[:SHOWN] if one in by_id]
        evidence.show(project.id, found, key=f"{key}-shown", label=title, note=lambda sample: sample.name)
        if len(ids) > len(found):
            shell.quiet(t("runs_page.more_samples", shown=count(len(found)), total=count(len(ids))))
