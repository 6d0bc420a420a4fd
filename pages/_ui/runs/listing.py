"""All runs as a table: searched, filtered, sorted, marked; ticked ones are looked at side by side.

The address remembers which: ``&compare=<id>,<id>``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from pages._ui import shell, tabled
from pages._ui.runs.kind import Figure, Kind, version_of
from pages._ui.runs.versions import Versions
from pages._ui.trainings import Kept
from pages._ui.words import duration, escape, moment, t
from tl_core.domain.difference import Note
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.use_cases import notes, runs

PAGE = 50  # runs at once
MOST = 4  # side by side
_SORTS = ("newest", "oldest", "best", "quickest")
_SHOWN = ("all", "starred", "models", "going", "failed")
_ROW = 35  # pixels


class Listed(NamedTuple):
    """A run with all that is shown of it."""

    run: Kept
    note: Note
    figure: Figure | None
    exam: Figure | None
    seconds: float | None
    version: str


def show(project: Project, kind: Kind, among: Sequence[Kept], versions: Versions) -> list[Kept]:
    """The table; returns the runs that are chosen, in the order they were."""
    found = _listed(project, kind, among, versions)
    wanted, shown, sort = _narrowed()
    kept = [one for one in found if _fits(one, wanted, shown)]
    kept.sort(key=_order(kind, sort))
    pages = max(1, -(-len(kept) // PAGE))
    page = min(st.session_state.get("runs-page", 1), pages)
    part = kept[(page - 1) * PAGE : page * PAGE]
    chosen = _chosen(among)
    if part:
        _table(project, kind, part, (wanted, shown, sort, page), [one.id for one in chosen])
    else:
        shell.quiet(t("runs_page.none_found"))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="runs-below"):
        if pages > 1:
            st.pagination(pages, key="runs-page")
        shell.quiet(t("runs_page.found", shown=len(part), count=len(kept)))
        rows = [_words(one) for one in kept]
        tabled.download(rows, title=t("shell.page_runs"), key="runs")
    if st.session_state.pop("runs-too-many", False):
        shell.show_warning(t("runs_page.too_many", most=MOST))
    if fault := st.session_state.pop("runs-fault", None):
        shell.show_fault(fault)
    return chosen


def choice(among: Sequence[Kept]) -> None:
    """The same choice by name, for the keyboard and a phone."""
    by_id = {one.id: one for one in among}
    st.session_state["runs-beside"] = [one.id for one in _chosen(among)]
    st.multiselect(
        t("runs_page.choose"),
        list(by_id),
        format_func=lambda run_id: f"{by_id[run_id].title} · {moment(by_id[run_id].created)}",
        max_selections=MOST,
        placeholder=t("runs_page.choose_some"),
        select_all=False,
        key="runs-beside",
        on_change=_named,
    )


def _named() -> None:
    _keep(st.session_state["runs-beside"])
    _redraw()


def _listed(project: Project, kind: Kind, among: Sequence[Kept], versions: Versions) -> list[Listed]:
    said = notes.of_runs(one.id for one in among)
    took = {one.id: one.ended - one.started for one in runs.runs_of(project.id) if one.ended and one.started}
    return [
        Listed(
            one,
            said[one.id],
            kind.figure(one.id, "validation"),
            kind.figure(one.id, "test"),
            took.get(one.id),
            versions.title(version_of(one)),
        )
        for one in among
    ]


def _narrowed() -> tuple[str, str, str]:
    """Words looked for, which are shown, and in what order."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs-narrow"):
        wanted = st.text_input(
            t("runs_page.search"), placeholder=t("runs_page.search_in"), icon=":material/search:", key="runs-search"
        )
        shown, sort = _one_of("show", _SHOWN), _one_of("sort", _SORTS)
    return wanted.strip().casefold(), shown, sort


def _one_of(part: str, names: Sequence[str]) -> str:
    return st.selectbox(
        t(f"runs_page.{part}"), names, format_func=lambda name: t(f"runs_page.{part}_{name}"), width=190,
        key=f"runs-{part}",
    )  # fmt: skip


def _fits(one: Listed, wanted: str, shown: str) -> bool:
    fits = {
        "all": True,
        "starred": one.note.star,
        "models": one.run.model,
        "going": one.run.state not in ("done", "stopped", "failed"),
        "failed": one.run.state == "failed",
    }
    if not fits[shown]:
        return False
    if not wanted:
        return True
    said = [one.run.title, one.note.text, moment(one.run.created), one.version, t(f"shell.state_{one.run.state}")]
    told = " ".join([*said, one.figure.says if one.figure else "", one.run.id]).casefold()
    return all(word in told for word in wanted.split())


def _order(kind: Kind, sort: str) -> Callable[[Listed], float]:
    worst = float("inf")
    if sort == "best":
        sign = 1 if kind.lower_is_better else -1
        return lambda one: sign * one.figure.value if one.figure else worst
    if sort == "quickest":
        return lambda one: worst if one.seconds is None else one.seconds
    return lambda one: one.run.created if sort == "oldest" else -one.run.created


def _words(one: Listed) -> dict[str, tabled.Cell]:
    """A row for people."""
    figure, exam = (("–" if each is None else each.says) for each in (one.figure, one.exam))
    return {
        t("runs_page.column_when"): moment(one.run.created),
        t("runs_page.column_how"): one.run.title,
        t("runs_page.column_figure"): figure,
        t("runs_page.column_exam"): exam,
        t("runs_page.column_data"): one.version,
        t("runs_page.column_took"): "–" if one.seconds is None else duration(one.seconds),
        t("runs_page.column_state"): t(f"shell.state_{one.run.state}"),
        t("runs_page.column_star"): "★" if one.note.star else "",
        t("runs_page.column_note"): one.note.text,
    }


def _table(project: Project, kind: Kind, part: list[Listed], view: tuple, chosen: list[str]) -> None:
    """One page. What is edited lies over the rows as they were first drawn: fed its own edits it would lose some."""
    states = tuple((one.run.id, one.run.state) for one in part)
    now = (project.id, view, states, st.session_state.get("runs-drawn", 0))
    key = f"runs-table-{project.id}"
    if st.session_state.get("runs-rows", (None,))[0] != now or key not in st.session_state:
        for name in (key, "runs-said"):
            st.session_state.pop(name, None)
        st.session_state["runs-rows"] = now, [_row(one, one.run.id in chosen) for one in part]
    ids = [one.run.id for one in part]
    config = st.column_config
    st.data_editor(
        st.session_state["runs-rows"][1],
        key=key,
        hide_index=True,
        height=_ROW * (len(part) + 1) + 3 if len(part) < 14 else 14 * _ROW + 3,
        on_change=_edited,
        args=(key, ids),
        disabled=["when", "how", "figure", "exam", "data", "took", "state"],
        column_order=_columns(part),
        column_config={
            "compare": config.CheckboxColumn(t("runs_page.column_compare"), width=126),
            "star": config.CheckboxColumn(t("runs_page.column_star"), width=106),
            "when": config.TextColumn(t("runs_page.column_when"), width=112),
            "how": config.TextColumn(t("runs_page.column_how"), width=278),
            "figure": config.TextColumn(t("runs_page.column_figure"), width=148, help=escape(kind.name)),
            "exam": config.TextColumn(t("runs_page.column_exam"), width=148),
            "data": config.TextColumn(t("runs_page.column_data"), width=104),
            "took": config.TextColumn(t("runs_page.column_took"), width=64),
            "state": config.TextColumn(t("runs_page.column_state"), width=76),
            "note": config.TextColumn(t("runs_page.column_note"), width=200, max_chars=notes.LONGEST),
        },
        alt=t("runs_page.table_alt", count=len(part)),
    )


def _columns(part: Sequence[Listed]) -> list[str]:
    """Those that say something of these rows, the note where it is seen without scrolling."""
    found = ["compare", "star", "when", "how", "figure"]
    if any(one.exam for one in part):
        found.append("exam")
    found.append("note")
    if any(one.run.state != "done" for one in part):
        found.append("state")
    return [*found, "data", "took"]


def _row(one: Listed, chosen: bool) -> dict[str, str | bool]:
    state = t(f"shell.state_{one.run.state}")
    return {
        "compare": chosen,
        "star": one.note.star,
        "when": moment(one.run.created),
        "how": one.run.title,
        "figure": one.figure.says if one.figure else "–" if one.run.state == "done" else state,
        "exam": one.exam.says if one.exam else "–",
        "data": one.version,
        "took": "–" if one.seconds is None else duration(one.seconds),
        "state": state,
        "note": one.note.text,
    }


def _edited(key: str, ids: list[str]) -> None:
    """Of all that was edited on this page so far, what is new: others may have said something else of it since."""
    chosen, known = _wanted(), st.session_state.setdefault("runs-said", {})
    try:
        for place, change in st.session_state[key]["edited_rows"].items():
            run_id = ids[int(place)]
            before = known.get(run_id, {})
            said = {
                name: change[name] for name in ("star", "note") if name in change and change[name] != before.get(name)
            }
            if said:
                text = (said["note"] or "") if "note" in said else None
                notes.change(run_id, text=text, star=said.get("star"))
                known[run_id] = {**before, **said}
            if change.get("compare") and run_id not in chosen:
                chosen.append(run_id)
            elif change.get("compare") is False and run_id in chosen:
                chosen.remove(run_id)
    except InputFault as fault:
        st.session_state["runs-fault"] = str(fault)
        _redraw()
    if len(chosen) > MOST:
        st.session_state["runs-too-many"] = True
        chosen = chosen[:MOST]
        _redraw()
    _keep(chosen)


def _redraw() -> None:
    """The table forgets what was edited on it, and shows how it is."""
    st.session_state["runs-drawn"] = st.session_state.get("runs-drawn", 0) + 1


def _wanted() -> list[str]:
    return [one for one in st.query_params.get("compare", "").split(",") if one]


def _keep(ids: Sequence[str]) -> None:
    if ids:
        st.query_params["compare"] = ",".join(ids)
    else:
        st.query_params.pop("compare", None)


def _chosen(among: Sequence[Kept]) -> list[Kept]:
    by_id = {one.id: one for one in among}
    return [by_id[one] for one in dict.fromkeys(_wanted()) if one in by_id][:MOST]
