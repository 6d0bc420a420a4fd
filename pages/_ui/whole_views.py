"""No view of a page loses a part to a look that comes just then.

A clock (a fragment with ``run_every``) asks every two seconds, also while the whole page is drawn anew, as it is when
one of its looks finds a change; on a busy machine the two do meet. Streamlit then loses a part of the page for good:
a button never appears, a clock never starts. There are two ways:

- The look comes when the page is drawn but its messages are still on the server: those of the fragment are dropped,
  as the look will repeat them. But the browser has heard that the page is whole, clears the place of the fragment
  away, all behind it moves up, and the fragment is written over what came after it. Here they are kept.
- The look comes when the page's runner has ended: a new one begins at once, and what the one before said last is
  thrown away (Streamlit's issue 9921, of which only half is mended: where the fragment is gone by then). Here the new
  one waits for those last words.
"""

from __future__ import annotations

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData

PAUSE = 0.01  # seconds between looks whether the old runner's last words are through
_begin = AppSession._create_scriptrunner
_clear = AppSession._clear_queue


def keep_whole() -> None:
    """Before the first view."""
    AppSession._create_scriptrunner = _begin_after_the_last  # type: ignore[assignment, method-assign]
    AppSession._clear_queue = _keep_for_fragments  # type: ignore[assignment, method-assign]


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


def _keep_for_fragments(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
    """Before a run: what is not sent yet is dropped where the whole page is drawn anew, and only there."""
    _clear(session, [] if fragment_ids_this_run else None)
