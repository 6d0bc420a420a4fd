"""A look that comes while a page is drawn, or just when it is, does not cost the page a part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages._ui import whole_views

PAGE = """
import time
import streamlit as st
st.fragment(lambda: st.text("clock"), run_every=60)()
time.sleep(0.3)
st.text("the end")
"""
COMES = ["while", "when"]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(AppSession, "_create_scriptrunner", whole_views._begin)
    monkeypatch.setattr(AppSession, "_clear_queue", whole_views._clear)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr(runtime, "get_instance", MagicMock())
    (tmp_path / "page.py").write_text(PAGE)
    return tmp_path / "page.py"


def wait(true: Callable[[], object]) -> None:
    latest = time.monotonic() + 30
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.01)


async def told(page: Path, comes: str) -> list[ForwardMsg]:
    """What a browser hears of a view whose clock asks again before any of the view has left the server."""
    session = AppSession(ScriptData(str(page), True), MagicMock(), ScriptCache(), None, {})
    heard = session._browser_queue._queue
    try:
        session.request_rerun(ClientState())
        runner = session._scriptrunner
        assert runner is not None
        thread = runner._script_thread
        assert thread is not None
        clocks = session._fragment_storage._fragments  # type: ignore[attr-defined]
        wait(lambda: clocks if comes == "while" else not thread.is_alive())  # this loop does not look up meanwhile
        session.request_rerun(ClientState(fragment_id=next(iter(clocks)), is_auto_rerun=True))
        thread.join(30)
        latest = time.monotonic() + 30
        while ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY not in [one.script_finished for one in heard]:
            assert time.monotonic() < latest
            await asyncio.sleep(0.01)
            heard = session._browser_queue._queue
        return session.flush_browser_queue()
    finally:
        session.shutdown()


def texts(heard: list[ForwardMsg]) -> list[str]:
    return [one.delta.new_element.text.body for one in heard if one.delta.new_element.text.body]


@pytest.mark.parametrize("comes", COMES)
def test_all_of_a_view_arrives(page: Path, comes: str) -> None:
    whole_views.keep_whole()
    heard = asyncio.run(told(page, comes))
    assert texts(heard) == ["clock", "the end", "clock"]
    assert [one.auto_rerun.interval for one in heard if one.HasField("auto_rerun")] == [60]


@pytest.mark.parametrize("comes", COMES)
def test_streamlit_alone_loses_a_part(page: Path, comes: str) -> None:
    """Where this fails, whole_views has become needless."""
    assert texts(asyncio.run(told(page, comes))) != ["clock", "the end", "clock"]
