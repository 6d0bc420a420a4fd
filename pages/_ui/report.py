"""The report about a run: two files to take along, and what nobody has stated yet."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from pages._ui import shell
from pages._ui.shell import PageName
from pages._ui.words import t
from tl_core import words
from tl_core.domain.project import Project
from tl_core.use_cases import about
from tl_core.use_cases.reports import make
from tl_core.use_cases.reports.make import Format

_KINDS: dict[Format, tuple[str, str]] = {
    "html": ("text/html", ":material/article:"),
    "pdf": ("application/pdf", ":material/picture_as_pdf:"),
}


def show(project: Project, here: PageName) -> None:
    """Nothing where the run in the address has not been judged. ``here``: the page it stands on."""
    run = shell.run_id()
    with shell.faults_shown():
        if run is None or not make.ready(run):
            return
        st.space("medium")
        shell.section(t("report.place"))
        st.text(t("report.place_text_private" if project.private else "report.place_text"))
        samples = make.may_show_samples(project) and st.checkbox(
            t("report.samples"), key=f"report-samples-{run}", help=t("report.samples_help")
        )
        with st.container(horizontal=True, gap="small", key="report"):
            for kind in _KINDS:
                _offer(run, kind, samples)
        _missing(project, here)


def _offer(run: str, kind: Format, samples: bool) -> None:
    mime, icon = _KINDS[kind]
    address, language = _address(), words.language()  # those of this view: the file is made at the click
    st.download_button(
        t(f"report.get_{kind}"),
        data=lambda: make.write(run, kind, samples=samples, address=address, language=language),
        file_name=f"thaw-report-{run}.{kind}",
        mime=mime,
        icon=icon,
        key=f"report-{kind}-{run}",
        on_click="ignore",
    )


def _missing(project: Project, here: PageName) -> None:
    """What the report will call "not stated", with the way to where it is asked."""
    missing = about.missing(project.id)
    for part, fields in (("data", about.OF_DATA), ("use", about.OF_USE)):
        names = [t(f"about.{field}") for field in fields if field in missing]
        if names:
            shell.quiet(t(f"report.missing_{part}", names=" · ".join(names)))
    with st.container(horizontal=True, gap="medium"):
        if any(field in missing for field in about.OF_DATA):
            shell.link("data", t("report.to_data"), icon=":material/edit_note:")
        if here != "use" and any(field in missing for field in about.OF_USE):
            shell.link("use", t("report.to_use"), icon=":material/edit_note:", run=shell.run_id() or "", way="along")


def _address() -> str:
    """Of the app, as this browser sees it; empty where nobody says."""
    told = urlsplit(st.context.url or "")
    return f"{told.scheme}://{told.netloc}" if told.netloc else ""
