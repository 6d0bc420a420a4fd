"""What every page shares: where we are (kept in the URL), its head, its buttons, and its empty and failed states.

The address is the memory: ``?project=<id>`` on every page of a project and ``&run=<id>`` where a run is shown, so
that a reload, a bookmark or another browser finds the same thing. Nothing a person typed is rendered as Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, NoReturn

import streamlit as st

from pages._ui.words import escape, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Notice
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.domain.run import State
from tl_core.use_cases import data, projects, runs

PageName = Literal["home", "data", "label", "check", "model", "ladder", "train", "runs", "evaluate", "use", "glossary"]
ICONS: dict[PageName, str] = {
    "home": ":material/home:",
    "data": ":material/photo_library:",
    "label": ":material/label:",
    "check": ":material/stethoscope:",
    "model": ":material/ac_unit:",
    "ladder": ":material/stairs:",
    "train": ":material/model_training:",
    "runs": ":material/compare_arrows:",
    "evaluate": ":material/rule:",
    "use": ":material/output:",
    "glossary": ":material/dictionary:",
}
_BADGES: dict[State, tuple[str, Literal["blue", "green", "orange", "red", "gray"]]] = {
    "queued": (":material/hourglass_empty:", "gray"),
    "running": (":material/sync:", "blue"),
    "recovering": (":material/restart_alt:", "orange"),
    "no_worker": (":material/power_off:", "red"),
    "stopping": (":material/stop_circle:", "gray"),
    "stopped": (":material/stop_circle:", "gray"),
    "failed": (":material/error:", "red"),
    "done": (":material/check:", "green"),
}


def project_id() -> str | None:
    """The project named in the address, whether it exists or not."""
    return st.query_params.get("project")


def run_id() -> str | None:
    """The run named in the address, whether it exists or not."""
    return st.query_params.get("run")


def keep_run(shown: str) -> None:
    """Name the run that is shown in the address: a reload or another browser finds the same."""
    if run_id() != shown:
        st.query_params["run"] = shown


def project_name() -> str:
    """What the project of the address is called; empty where there is none."""
    wanted = project_id()
    try:
        return projects.project(wanted).name if wanted else ""
    except InputFault:
        return ""


def current_project() -> Project:
    """The project of this page. Without one the page says what to do and ends here."""
    wanted = project_id()
    if wanted:
        try:
            return projects.project(wanted)
        except InputFault:
            pass
    return empty_state(
        ":material/travel_explore:",
        t("shell.no_project_title" if not wanted else "shell.gone_project_title"),
        t("shell.no_project_text" if not wanted else "shell.gone_project_text"),
        action=t("shell.to_home"),
        page="home",
        heads=True,
    )


def current_dataset(project: Project) -> Dataset:
    """The project's data. Without any the page says what to do and ends here."""
    found = data.dataset(project.id)
    if found is not None:
        return found
    return empty_state(
        ":material/upload_file:",
        t("shell.no_data_title"),
        t(f"shell.no_data_text_{project.task}"),
        action=t("shell.to_data"),
        page="data",
        heads=True,
    )


def go(page: PageName, **query: str) -> NoReturn:
    """Leave for another page. The project stays in the address unless ``project=""``; other parts are ``query``."""
    st.switch_page(f"pages/{page}.py", query_params=_address(query))


def link(page: PageName, label: str, *, icon: str | None = None, help: str = "", **query: str) -> None:
    """A real link to another page; ``label`` is plain text."""
    st.page_link(
        f"pages/{page}.py", label=escape(label), icon=icon or "", help=escape(help), query_params=_address(query)
    )


def _address(query: dict[str, str]) -> dict[str, str]:
    found = {"project": project_id() or "", **query}
    return {name: value for name, value in found.items() if value}


def page_head(question: str, context: str = "") -> None:
    """One question a page, as people ask it, and one sentence of context. Both come from the translation table or
    hold user text: they are shown as they are, never read as Markdown."""
    st.title(escape(question), anchor=False)
    if context:
        with st.container(key="page-context"):
            st.text(context)
    wanted = project_id()
    if wanted and projects.is_private(wanted):
        quiet(t("shell.not_medical"))


def section(title: str, *, help: str | None = None) -> None:
    """The title of a part of a page."""
    st.header(escape(title), anchor=False, help=help)


def quiet(text: str, *, help: str | None = None) -> None:
    """Small grey text, plain."""
    st.caption(escape(text), help=help)


def primary(label: str, icon: str, *, key: str, help: str | None = None, disabled: bool = False) -> bool:
    """The one button of the page that goes on. ``icon``: ``:material/...:``."""
    return st.button(escape(label), type="primary", icon=icon, key=key, help=help, disabled=disabled)


def secondary(
    label: str,
    icon: str | None = None,
    *,
    key: str,
    help: str | None = None,
    disabled: bool = False,
    wide: bool = False,
) -> bool:
    """Any other button."""
    return st.button(
        escape(label), icon=icon, key=key, help=help, disabled=disabled, width="stretch" if wide else "content"
    )


def stop_button(run_id: str, label: str, *, key: str, help: str | None = None, disabled: bool = False) -> None:
    """Ask a job to stop with what it has. A callback: it is heard even where the page is about to draw itself anew."""

    def stop() -> None:
        with faults_shown():
            runs.stop(run_id)

    st.button(escape(label), icon=":material/stop_circle:", key=key, help=help, disabled=disabled, on_click=stop)


def empty_state(
    icon: str, title: str, text: str, *, action: str, page: PageName, heads: bool = False, **query: str
) -> NoReturn:
    """Nothing to show yet: say what it would be and offer the one thing to do. Ends the page. ``heads``: where there is
    no head above, the title is the page's own."""
    if heads:
        st.title(escape(title), anchor=False)
    with st.container(key="empty-state", border=True, horizontal_alignment="center"):
        st.markdown(icon, text_alignment="center")
        if not heads:
            st.header(escape(title), anchor=False, text_alignment="center")
        st.text(text, text_alignment="center")
        if st.button(escape(action), type="primary", key="empty-state-go"):
            go(page, **query)
    st.stop()


def show_fault(fault: InputFault | str) -> None:
    """What is wrong and what to do, in one sentence."""
    st.error(escape(str(fault)), icon=":material/error:")


def show_warning(text: str) -> None:
    """Something to know before going on."""
    st.warning(escape(text), icon=":material/warning:")


def show_notices(notices: Iterable[Notice]) -> None:
    """What a job had to say, each once."""
    said = {t(notice.key, **notice.values): notice.well for notice in notices}
    for text, well in said.items():
        (show_hint if well else show_warning)(text)


def show_hint(text: str) -> None:
    """The sentence that reads a result for people."""
    st.info(escape(text), icon=":material/lightbulb:")


@contextmanager
def faults_shown() -> Iterator[None]:
    """Around calls of use cases: an ``InputFault`` becomes a sentence on the page, and what follows still runs."""
    try:
        yield
    except InputFault as fault:
        show_fault(fault)


def run_badge(state: State) -> None:
    """A run's state in one word, with its own icon: never by colour alone."""
    icon, colour = _BADGES[state]
    st.badge(t(f"shell.state_{state}"), icon=icon, color=colour)
