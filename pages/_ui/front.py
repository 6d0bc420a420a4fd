"""The frame around every page: navigation, look and sidebar in the browser; routes and headers on the server."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from pages._ui import sidebar, theme
from pages._ui.shell import ICONS, PageName
from pages._ui.words import t


def routes() -> list[BaseRoute]:
    from pages._ui import doors

    return doors.routes()


def middleware() -> list[Middleware]:
    from pages._ui import doors, passcode
    from tl_core.use_cases import uploads

    return [Middleware(doors.Headers), Middleware(passcode.Lock, secret=uploads.cookie_secret())]


def show(root: Path) -> None:
    """One view of one page."""
    st.set_page_config(page_title=t("shell.name"), page_icon=str(theme.ASSETS / "logo" / "thaw.png"), layout="wide")
    pages = [
        st.Page(f"pages/{name}.py", title=t(f"shell.page_{name}"), icon=ICONS[name], default=name == "home")
        for name in get_args(PageName)
        if (root / "pages" / f"{name}.py").exists()
    ]
    page = st.navigation(pages, position="hidden")
    theme.apply()
    sidebar.show(page.url_path or "home")
    page.run()
