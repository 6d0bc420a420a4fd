"""The language of a browser: what a person chose in it, kept in a first-party cookie, else what the browser asks for.

Not in the address, as links go from person to person; not in the home folder, which many may share.
"""

from __future__ import annotations

from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._ui.words import t
from tl_core import words

COOKIE = "thaw-language"
_CHOSEN = "language-chosen"
_MENU = "language-menu"


@cache
def _component() -> ComponentRenderer:
    script = Path(__file__).with_name("spoken.js").read_text("utf-8")
    return st.components.v2.component("thaw_spoken", js=script)


def of_session() -> str:
    """Of the browser whose page this thread draws; empty where it draws none.

    A thread of Streamlit's runs one session's script, its fragments and its callbacks, and never another's: what was
    found out is set for it and not asked again.
    """
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    said = st.session_state.get(_CHOSEN) or _of_browser(
        st.context.cookies.get(COOKIE, ""), st.context.headers.get("Accept-Language", ""), st.context.locale or ""
    )
    words.speak(said)
    return said


def menu() -> None:
    """Every language by its own name; nothing where there is one."""
    if len(words.languages()) > 1:
        spoken = words.language()
        with st.container(key=_MENU):
            st.selectbox(
                t("shell.language"), words.languages(), words.languages().index(spoken), key=f"{_MENU}-{spoken}",
                format_func=words.NAMES.__getitem__, label_visibility="collapsed", filter_mode=None,
                on_change=_choose, args=(f"{_MENU}-{spoken}",),
            )  # fmt: skip
    chosen = _CHOSEN in st.session_state
    said = {"language": words.language(), "skip": t("shell.skip"), "cookie": COOKIE, "chosen": chosen}
    said["notes"] = {
        "Connection error": [t("shell.silent_title"), t("shell.silent_text")],
        "Page not found": [t("shell.lost_title"), t("shell.lost_text")],
    }
    _component()(key="spoken", data=said)


def _choose(menu_key: str) -> None:
    st.session_state[_CHOSEN] = st.session_state[menu_key]
    words.speak(st.session_state[_CHOSEN])


def _of_browser(chosen: str, wished: str, locale: str = "") -> str:
    """``chosen``: the cookie's word. ``wished``: the header's, the dearest first."""
    if chosen in words.languages():
        return chosen
    return words.first_spoken([locale, *(one.partition(";")[0] for one in wished.split(","))]) or words.usual()


class Listening:
    """ASGI middleware: what the server's own doors say is said in the browser's language too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = {name: value.decode("latin-1") for name, value in scope["headers"]}
            words.speak(_of_browser(_kept(found.get(b"cookie", "")), found.get(b"accept-language", "")))
        await self.app(scope, receive, send)


def _kept(cookies: str) -> str:
    try:
        kept = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""
