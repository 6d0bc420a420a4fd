"""A browser's language: asked for, chosen, kept, and never another's."""

from __future__ import annotations

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from pages._ui import spoken
from pages._ui.spoken.spoken import COOKIE, _of_browser
from tests.app import made
from tests.app.conftest import OPENER
from tl_core import words
from tl_core.store.home import Home
from tl_core.words import table


@pytest.mark.parametrize(
    ("chosen", "wished", "locale", "code"),
    [
        ("", "", "", "en"), ("", "tlh,de;q=0.8,en", "", "de"), ("ja", "de", "de-DE", "ja"), ("xx", "fr-CA", "", "fr"),
        ("", "en-US", "pt-BR", "pt"), ("", "zh-CN,zh;q=0.9", "", "zh"),
    ],
)  # fmt: skip
def test_what_was_chosen_then_what_the_browser_asks_for(chosen: str, wished: str, locale: str, code: str) -> None:
    assert _of_browser(chosen, wished, locale) == code


def test_who_asks_for_none_is_spoken_to_as_the_server_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAW_LANGUAGE", "pt_BR.UTF-8")
    assert (_of_browser("", "tlh"), _of_browser("", "de"), _of_browser("ja", "")) == ("pt", "de", "ja")


def test_a_choice_is_for_all_of_the_page_and_for_this_browser_alone(home: Home, open_page: OPENER) -> None:
    project = made.project(home)
    mine, other = open_page("data", project=project.id), open_page("data", project=project.id)
    menu = next(one for one in mine.sidebar.selectbox if one.key.startswith("language-menu"))
    assert list(menu.options) == [words.NAMES[code] for code in words.languages()]
    menu.select("de").run()
    for app, code in ((mine, "de"), (other.run(), "en")):
        said = table(code)
        assert not app.exception
        links = [one.proto.label for one in app.sidebar.get("page_link")]  # the way is a fragment
        assert said["shell.page_evaluate"] in links
        assert said["data_page.counts_title"] in [one.value for one in app.header]
    assert mine.run().header[0].value == table("de")["data_page.counts_title"], "at the next view too"


@pytest.mark.parametrize(("header", "code"), [(f"{COOKIE}=fr", "fr"), (f"a=b; {COOKIE}=\x00;", "de"), ("", "de")])
def test_the_doors_speak_it_too(header: str, code: str) -> None:
    heard = []

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(await anyio.to_thread.run_sync(words.language))

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def silent(message: Message) -> None:
        pass

    async def ask() -> None:
        headers = [(b"cookie", header.encode("latin-1")), (b"accept-language", b"de-AT,en;q=0.5")]
        await spoken.Listening(door)({"type": "http", "headers": headers}, nothing, silent)

    anyio.run(ask)
    assert heard == [code]
    assert words.language() == "en"
