"""What a view tells the browser reaches the server's event loop in bundles.

Streamlit wakes the loop for every element. Of two threads that both want the interpreter each wake-up costs up to its
switch interval (5 ms), a hundred of them half a second where several people are there. Here the loop is woken when
nothing waits for it yet, and takes all that has come by then, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession

_wake = AppSession._call_soon_on_event_loop
_waiting: WeakKeyDictionary[AppSession, deque[Callable[[], None]]] = WeakKeyDictionary()
_woken: WeakKeyDictionary[AppSession, bool] = WeakKeyDictionary()


def bundle() -> None:
    """Before the first view."""
    AppSession._call_soon_on_event_loop = _add  # type: ignore[method-assign, assignment]


def _add(session: AppSession, callback: Callable[[], None]) -> None:
    """Called on any thread: nothing is lost, as the loop says that it is awake no more before it takes the last."""
    _waiting.setdefault(session, deque()).append(callback)
    if not _woken.get(session):
        _woken[session] = True
        _wake(session, lambda: _take(session))


def _take(session: AppSession) -> None:
    _woken[session] = False
    waiting = _waiting[session]
    try:
        while waiting:
            waiting.popleft()()
    finally:
        if waiting:  # one has failed: the loop says so, and the others come after
            _wake(session, lambda: _take(session))
