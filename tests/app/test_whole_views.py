"""A look that comes just when a view ends does not cost the view its end."""

from __future__ import annotations

import asyncio
import time
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
import streamlit as st
st.fragment(lambda: st.text("clock"), run_every=60)()
st.text("the end")
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(AppSession, "_create_scriptrunner", whole_views._begin)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr(runtime, "get_instance", MagicMock())
    (tmp_path / "page.py").write_text(PAGE)
    return tmp_path / "page.py"


async def told(page: Path) -> list[ForwardMsg]:
    """What a browser hears of a view whose clock asks again before the end of the view has left the server."""
    session = AppSession(ScriptData(str(page), True), MagicMock(), ScriptCache(), None, {})
    try:
        session.request_rerun(ClientState())
        runner = session._scriptrunner
        assert runner is not None
        assert runner._script_thread is not None
        runner._script_thread.join(30)  # nothing that it said is through: this loop has not looked up
        [clock] = session._fragment_storage._fragments
        session.request_rerun(ClientState(fragment_id=clock, is_auto_rerun=True))
        heard: list[ForwardMsg] = []
        latest = time.monotonic() + 30
        while ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY not in [one.script_finished for one in heard]:
            assert time.monotonic() < latest
            await asyncio.sleep(0.01)
            heard += session.flush_browser_queue()
        return heard
    finally:
        session.shutdown()


def texts(heard: list[ForwardMsg]) -> list[str]:
    return [one.delta.new_element.text.body for one in heard if one.delta.new_element.text.body]


def test_the_end_of_a_view_arrives(page: Path) -> None:
    whole_views.keep_whole()
    heard = asyncio.run(told(page))
    assert texts(heard) == ["clock", "the end", "clock"]
    assert [one.auto_rerun.interval for one in heard if one.HasField("auto_rerun")] == [60]


def test_streamlit_alone_loses_it(page: Path) -> None:
    """Where this fails, whole_views has become needless."""
    assert "the end" not in texts(asyncio.run(told(page)))
