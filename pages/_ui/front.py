"""The frame around every page: navigation, look and sidebar in the browser; routes and headers on the server."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit.runtime.pages_manager import PagesManager

from pages._ui import demo, sidebar, spoken, theme
from pages._ui.shell import PageName, show_fault
from pages._ui.words import t
from tl_core import words
from tl_core.domain.fault import InputFault
from tl_core.use_cases import demo as demonstration

_STEP = {"check": "data", "label": "data", "ladder": "model", "runs": "train"}  # pages of a step without being one
words.ask(spoken.of_session)


def routes() -> list[BaseRoute]:
    from pages._ui import doors

    return doors.routes()


def middleware() -> list[Middleware]:
    from pages._ui import doors, passcode
    from tl_core.use_cases import uploads

    lock = Middleware(passcode.Lock, secret=uploads.cookie_secret())
    return [Middleware(doors.Headers), Middleware(doors.OwnPagesOnly), Middleware(spoken.Listening), lock]


def apologise(problem: Exception) -> bool:
    """Instead of Streamlit's box where a page failed: a sentence, and the details in the log."""
    show_fault(problem if isinstance(problem, InputFault) else t("shell.ours"))
    return True


def claim_pages() -> None:
    """Before the first view Streamlit takes the folder ``pages`` for pages in its older sense, and a deep link in the
    first moments would run one without this frame. ``st.navigation`` says so too late, and only inside a view."""
    PagesManager.uses_pages_directory = False


def show(root: Path) -> None:
    """One view of one page."""
    if demonstration.shown():
        demo.begin()
    st.set_page_config(page_title=t("shell.name"), page_icon=str(theme.ASSETS / "logo" / "thaw.png"), layout="wide")
    page = st.navigation(
        [
            st.Page(root / "pages" / f"{name}.py", title=t(f"shell.page_{name}"), default=name == "home")
            for name in get_args(PageName)
        ],
        position="hidden",
    )
    theme.apply(big=demonstration.shown())
    sidebar.show(_STEP.get(page.url_path, page.url_path or "home"))
    page.run()
