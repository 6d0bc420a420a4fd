"""No view of a page loses its end to a look that comes just then.

A fragment asked for at the moment when a run of its page is over gets a new runner at once, and what the one before
it said last, still on its way to the browser, is thrown away: a button never appears, a clock never starts
(https://github.com/streamlit/streamlit/issues/9921; half of it is mended there, for fragments that are gone). A clock
asks every two seconds, and the page is drawn anew when one of its looks finds a change, so on a busy machine the two
do meet. Here the new runner waits for the last words of the old one.
"""

from __future__ import annotations

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData

PAUSE = 0.01  # seconds between looks whether the old runner's last words are through
_begin = AppSession._create_scriptrunner


def keep_whole() -> None:
    """Before the first view."""
    AppSession._create_scriptrunner = _begin_after_the_last  # type: ignore[method-assign]


def _begin_after_the_last(session: AppSession, asked: RerunData) -> None:
    """The session lets go of a runner when its last event is through. Called on the session's event loop."""
    if session._scriptrunner is None:
        _begin(session, asked)
    else:
        session._event_loop.call_later(PAUSE, _again, session, asked)


def _again(session: AppSession, asked: RerunData) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:
        return
    if session._scriptrunner is None or not session._scriptrunner.request_rerun(asked):
        _begin_after_the_last(session, asked)
