"""The frame around every page: navigation, look and sidebar in the browser; routes and headers on the server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import get_args

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from pages._ui import sidebar, theme
from pages._ui.shell import ICONS, PageName
from pages._ui.words import t

_LOOK = 1.0  # seconds between looks whether the launcher is still there


def routes() -> list[BaseRoute]:
    from pages._ui import doors

    return doors.routes()


def middleware() -> list[Middleware]:
    from pages._ui import doors, passcode
    from tl_core.use_cases import uploads

    return [Middleware(doors.Headers), Middleware(passcode.Lock, secret=uploads.cookie_secret())]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict]:
    """While the server runs: end with the launcher that started it, also when that was killed."""
    launcher = int(os.environ.get("THAW_LAUNCHER_PID", "0"))
    watch = asyncio.create_task(_end_with(launcher)) if launcher else None
    yield {}
    if watch is not None:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _end_with(launcher: int) -> None:
    from tl_core.use_cases import processes

    while processes.alive(launcher):
        await asyncio.sleep(_LOOK)
    os._exit(0)  # nobody is left to stop us; jobs run in processes of their own


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
