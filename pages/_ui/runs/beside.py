"""Two to four runs side by side: their figures, and everything that they do not share."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import streamlit as st

from pages._ui import behind, charts, data_changes, dotted, paired, plan_words, shell, tabled
from pages._ui.runs import curves
from pages._ui.runs.kind import Kind, version_of
from pages._ui.runs.versions import Versions
from pages._ui.trainings import Kept
from pages._ui.words import in_rows, t
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.domain.split import Subset
from tl_core.use_cases import data, differences
from tl_core.use_cases.tables import Row


def named(chosen: Sequence[Kept]) -> dict[str, str]:
    """What each is called beside the others: two of one title are told apart by their letters."""
    return {one.id: f"{letter} · {one.title}" for letter, one in zip(ascii_uppercase, chosen, strict=False)}


def show(project: Project, kind: Kind, chosen: Sequence[Kept], known: Versions) -> None:
    names = named(chosen)
    _figures(kind, chosen, names)
    first, other = chosen[0], _other(chosen, names)
    subset = _subset(kind, first, other)
    _paired(kind, first, other, subset)
    st.space("small")
    _asked(project, chosen, names, known)
    st.space("small")
    _data(project, first, other, known)
    st.space("small")
    curves.show(kind, chosen, names)
    _parted(project, kind, first, other, subset, names)
    _machines(chosen, names)


def _figures(kind: Kind, chosen: Sequence[Kept], names: dict[str, str]) -> None:
    """Dot and whisker of each; without intervals the cards above say it all."""
    found = [(names[one.id], kind.figure(one.id, "validation")) for one in chosen]
    rows = [dotted.Dot(name, one.metric, charts.FIGURE) for name, one in found if one and one.metric]
    if len(rows) < 2:
        return
    shell.section(kind.name)
    reading = in_rows(f"{row.label} {charts.says(row.metric)}" for row in rows)
    dotted.rows(rows, key="beside-figures", alt=t("runs_page.figures_alt", rows=reading))
    table: list[Row] = [{t("runs_page.column_run"): row.label, kind.name: row.metric} for row in rows]
    tabled.on_demand(table, title=kind.name, key="beside-figures")


def _other(chosen: Sequence[Kept], names: dict[str, str]) -> Kept:
    """With which one the first is compared in detail."""
    by_id = {one.id: one for one in chosen[1:]}
    if len(by_id) == 1:
        return chosen[1]
    picked = st.segmented_control(
        shell.escape(t("runs_page.against", name=names[chosen[0].id])), list(by_id), default=chosen[1].id,
        required=True, format_func=lambda run_id: shell.escape(names[run_id]), key="beside-other",
    )  # fmt: skip
    return by_id.get(picked or "", chosen[1])


def _subset(kind: Kind, first: Kept, other: Kept) -> Subset:
    """Validation, unless the exam is open for both and a person wants that."""
    if not all(kind.figure(one.id, "test") for one in (first, other)):
        return "validation"
    return "test" if _exam_wanted(first, other) else "validation"


def _exam_wanted(first: Kept, other: Kept) -> bool:
    part = st.segmented_control(
        t("evaluate_page.subset"), ["validation", "test"], default="validation", required=True,
        format_func=lambda name: t(f"evaluate_page.subset_{name}"), key=f"beside-subset-{first.id}-{other.id}",
    )  # fmt: skip
    return part == "test"


def _paired(kind: Kind, first: Kept, other: Kept, subset: Subset) -> None:
    shell.section(t("runs_page.paired_title"), help=kind.paired_term)
    try:
        found = kind.compare(first.id, other.id, subset)
    except InputFault as fault:  # one was not judged, or they share nothing
        shell.quiet(str(fault))
        return
    st.text(t("runs_page.paired_said", said=found.said))
    paired.show(found, found.shared, t("runs_page.paired_title"), key=f"beside-{first.id}-{other.id}")


def _asked(project: Project, chosen: Sequence[Kept], names: dict[str, str], known: Versions) -> None:
    shell.section(t("runs_page.plan_title"))
    rows: list[Row] = []
    if len({version_of(one) for one in chosen}) > 1:
        titles = {names[one.id]: known.title(version_of(one)) for one in chosen}
        rows.append({t("runs_page.column_field"): t("runs_page.column_data"), **titles})
    for one in differences.of_runs([run.id for run in chosen]):
        said = [plan_words.value(one.name, value, project) for value in one.values]
        each = dict(zip((names[run.id] for run in chosen), said, strict=True))
        rows.append({t("runs_page.column_field"): plan_words.name(one.name, project), **each})
    if rows:
        tabled.table(rows, title=t("runs_page.plan_title"))
        tabled.download(rows, title=t("runs_page.plan_title"), key="beside-plan")
    else:
        shell.quiet(t("runs_page.plan_equal"))


def _data(project: Project, first: Kept, other: Kept, known: Versions) -> None:
    """From the data of the first to those of the other, and who of them changed sides."""
    shell.section(t("runs_page.data_title"))
    with shell.faults_shown():
        before, after = version_of(first), version_of(other)
        if before == after:
            shell.quiet(t("runs_page.data_same", version=known.title(before)))
        else:
            shell.quiet(t("runs_page.data_from", before=known.title(before), after=known.title(after)))
            found = differences.of_data(project.id, before, after)
            data_changes.show(project, before, after, found, key="beside-data")
        for one in differences.of_splits(first.id, other.id):
            sides = {name: t(f"runs_page.side_{getattr(one, name)}") for name in ("before", "after")}
            title = t("runs_page.moved", count=len(one.samples), **sides)
            key = f"beside-moved-{one.before}-{one.after}"
            data_changes.samples(project, after, one.samples, title=title, key=key)


def _parted(
    project: Project, kind: Kind, first: Kept, other: Kept, subset: Subset, names: dict[str, str]
) -> None:  # fmt: skip
    """Samples that one answers right and the other wrong."""
    if kind.parted is None:
        return
    try:
        won, lost = kind.parted(first.id, other.id, subset)
    except InputFault:  # said above
        return
    shell.section(t("runs_page.parted_title"))
    if not won and not lost:
        shell.quiet(t("runs_page.parted_none"))
    seen = data.version(project.id, version_of(first))
    for key, right, wrong, found in (("won", first, other, won), ("lost", other, first, lost)):
        if found:
            title = t("runs_page.parted", count=len(found), right=names[right.id], wrong=names[wrong.id])
            behind.show(project, seen, found, title=title, key=f"beside-{key}")


def _machines(chosen: Sequence[Kept], names: dict[str, str]) -> None:
    found = differences.of_environments([one.id for one in chosen])
    if not found:
        return
    shell.section(t("runs_page.machine_title"))
    rows: list[Row] = []
    for one in found:
        said = ["–" if value is None else str(value) for value in one.values]
        each = dict(zip((names[run.id] for run in chosen), said, strict=True))
        rows.append({t("runs_page.column_field"): plan_words.machine(one), **each})
    tabled.table(rows, title=t("runs_page.machine_title"))
