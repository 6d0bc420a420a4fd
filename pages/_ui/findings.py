"""What the doctor found, thing by thing: why it matters, the samples behind it, and what to do with one click."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

import streamlit as st

from pages._ui import charts, dotted, evidence, picker, shell, tabled
from pages._ui.words import escape, in_rows, pair, t, term, together
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.finding import LEVELS, Finding, Findings, Level, RelabelRemedy, Remedy
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import checks
from tl_core.use_cases.tables import Row

SHOWN = 12  # samples of a finding at once
CLUSTERS = 3  # of those that belong together
IN_CLUSTER = 6
MENTIONED = 2  # findings named on other pages
_BADGES: dict[Level, tuple[str, Literal["red", "orange", "gray"]]] = {
    "alarm": (":material/report:", "red"),
    "warning": (":material/warning:", "orange"),
    "note": (":material/info:", "gray"),
}
_ICONS = {"group": ":material/link:", "drop": ":material/delete:", "relabel": ":material/label:"}
_TERMS = {"leak": "leak", "copies": "leak", "confound": "confound", "labels": "label"}  # what begins a code


def summary(found: Findings) -> str:
    """How many of which weight, in a sentence."""
    parts = [t(f"check_page.count_{level}", count=len(of)) for level in LEVELS if (of := found.of_level(level))]
    return t("check_page.found", what=together(parts)) if parts else t("check_page.nothing")


def show(project: Project, dataset: Dataset, found: Findings) -> None:
    """Open findings, the gravest first; below, what was left as it is and what could not be checked."""
    accepted = checks.accepted(project.id)
    by_id = {sample.id: sample for sample in dataset.samples}
    for finding in found.findings:
        if finding.key not in accepted:
            _card(project, dataset, by_id, finding)
    left = [finding for finding in found.findings if finding.key in accepted]
    if left:
        with st.expander(t("check_page.left", count=len(left))):
            for finding in left:
                _left(project, finding)
    for concern in found.omitted:
        shell.quiet(t(concern.key, **concern.values))


def strip(project: Project, said: Container[str] = ()) -> None:
    """On the data page: what is known of them, or that somebody is looking, with the way there. ``said``: the codes of
    those that the page tells already."""
    found = checks.findings(project.id)
    if found is None:
        job = checks.newest(project.id)
        going = job is not None and job.state not in ENDED
        shell.link("check", t("check_page.going" if going else "check_page.to_start"), icon=shell.ICONS["check"])
        return
    shell.quiet(summary(found))
    line(checks.findings_of(project.id, found.dataset) or [], said)


def line(findings: list[Finding], said: Container[str] = ()) -> None:
    """The gravest things known of the data, above where figures of them are read, and the way to all of them."""
    loud = [finding for finding in findings if finding.level != "note" and finding.code not in said]
    for finding in loud[:MENTIONED]:
        why = f" {_text(finding, 'why')}" if "grouped" in finding.figures else ""  # with the figure that holds
        shell.show_warning(f"{_text(finding, 'title')}{why}")
    if findings:
        shell.link("check", t("check_page.to_check", count=len(findings)), icon=shell.ICONS["check"])


def history(project: Project) -> None:
    """What was changed since the upload, and taking the last change back."""
    versions = checks.history(project.id)
    changes = [version.change for version in versions if version.change is not None]
    if not changes or len(versions) < 2:
        return
    shell.section(t("check_page.history_title"))
    for change in changes:
        why = t("check_page.by_hand")
        if change.finding:
            why = t(f"findings.{change.finding}_title", **change.values)
        shell.quiet(f"{t(f'check_page.change_{change.kind}', count=change.samples)} · {why}")
    if shell.secondary(t("check_page.undo"), ":material/undo:", key="undo"):
        with shell.faults_shown():
            checks.undo(project.id)
            st.rerun()


def _card(project: Project, dataset: Dataset, by_id: dict[str, Sample], finding: Finding) -> None:
    with st.container(border=True, key=f"finding-{finding.code}-{finding.key}"):
        icon, colour = _BADGES[finding.level]
        st.badge(t(f"check_page.level_{finding.level}"), icon=icon, color=colour)
        marked = next((name for code, name in _TERMS.items() if finding.code.startswith(code)), None)
        st.subheader(escape(_text(finding, "title")), anchor=False, help=term(marked) if marked else None)
        st.text(_text(finding, "why"))
        _figures(finding)
        chosen = _samples(project, dataset, by_id, finding)
        st.text(_text(finding, "do"))
        with st.container(horizontal=True, gap="small"):
            for number, remedy in enumerate(finding.remedies):
                _remedy(project, finding, number, remedy, chosen)
            if shell.secondary(t("check_page.leave"), key=f"leave-{finding.key}", help=t("check_page.leave_help")):
                checks.accept(project.id, finding.key)
                st.rerun()


def _figures(finding: Finding) -> None:
    """Hit rates beside each other: by chance and whole groups, by traits and by the model."""
    if not finding.figures:
        return
    rows = [dotted.Dot(t(f"findings.figure_{name}"), metric) for name, metric in finding.figures.items()]
    said = in_rows(pair(row.label, charts.says(row.metric)) for row in rows)
    dotted.rows(rows, key=f"figures-{finding.key}", alt=said)
    table: list[Row] = [
        {t("check_page.heading_by"): row.label, t("check_page.heading_rate"): row.metric} for row in rows
    ]
    tabled.on_demand(table, title=_text(finding, "title"), key=f"finding-{finding.key}")


def _samples(project: Project, dataset: Dataset, by_id: dict[str, Sample], finding: Finding) -> list[str] | None:
    """The samples behind it; those chosen among them where a person can choose, else None."""
    relabel = next((remedy for remedy in finding.remedies if isinstance(remedy, RelabelRemedy)), None)
    if finding.clusters:
        shown = finding.clusters[:CLUSTERS]
        for place, cluster in enumerate(shown, start=1):
            together = [by_id[one] for one in cluster if one in by_id][:IN_CLUSTER]
            licence = dataset.licence if place == len(shown) else None  # once for all
            _look(project, together, f"cluster-{finding.key}-{place}", licence)
        if len(finding.clusters) > CLUSTERS:
            shell.quiet(t("check_page.more_clusters", count=len(finding.clusters) - CLUSTERS))
        return None
    samples = [by_id[one] for one in finding.samples if one in by_id]
    if not samples:
        return None
    if not finding.remedies:
        _look(project, samples[:SHOWN], f"samples-{finding.key}", dataset.licence)
        return None
    label = t("check_page.samples_of", title=_text(finding, "title"))
    labels = relabel.labels if relabel else {}

    def suggested(sample: Sample) -> str:
        return t("check_page.rather", label=labels[sample.id]) if sample.id in labels else ""

    page = st.session_state.get(f"page-{finding.key}", 1)
    pages = -(-len(samples) // SHOWN)
    chosen = picker.pick(
        project, samples[(page - 1) * SHOWN : page * SHOWN], key=f"pick-{finding.key}-{page}", label=label,
        note=suggested if labels else None,
    )  # fmt: skip
    if pages > 1:
        st.pagination(pages, key=f"page-{finding.key}")
    return chosen


def _look(project: Project, samples: list[Sample], key: str, licence: str | None) -> None:
    label = t("check_page.samples")
    evidence.show(project.id, samples, key=key, label=label, note=lambda sample: sample.name, licence=licence)


def _remedy(project: Project, finding: Finding, number: int, remedy: Remedy, chosen: list[str] | None) -> None:
    """For the chosen samples where some are chosen, else for all that it names."""
    count = len(chosen) if chosen else _touched(remedy)
    label = t(f"check_page.remedy_{remedy.kind}_{'some' if chosen else 'all'}", count=count)
    key = f"remedy-{finding.key}-{number}"
    pressed = (
        shell.primary(label, _ICONS[remedy.kind], key=key)
        if number == 0 and finding.level == "alarm"
        else shell.secondary(label, _ICONS[remedy.kind], key=key)
    )
    if pressed:
        with shell.faults_shown():
            checks.remedy(project.id, finding.key, number, only=chosen or None)
            st.toast(t("check_page.changed"))
            st.rerun()


def _touched(remedy: Remedy) -> int:
    match remedy.kind:
        case "group":
            return len(remedy.groups)
        case "drop":
            return len(remedy.samples)
        case "relabel":
            return len(remedy.labels)


def _left(project: Project, finding: Finding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"left-{finding.key}"):
        st.text(_text(finding, "title"), width="stretch")
        if shell.secondary(t("check_page.reopen"), key=f"reopen-{finding.key}"):
            checks.accept(project.id, finding.key, accepted=False)
            st.rerun()


def _text(finding: Finding, part: str) -> str:
    return t(f"findings.{finding.code}_{part}", **finding.values)
