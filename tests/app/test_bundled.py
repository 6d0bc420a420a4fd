"""The event loop hears all that a view says, in order, and is woken seldom."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pages._ui import bundled


class Session:
    """As much of Streamlit's as is asked for."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.woken = 0


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def wake(session: Session, callback) -> None:
        session.woken += 1
        session.loop.call_soon_threadsafe(callback)

    monkeypatch.setattr(bundled, "_wake", wake)


def test_what_comes_while_the_loop_is_busy_is_one_bundle() -> None:
    async def said() -> tuple[list[int], int]:
        session, heard = Session(), list[int]()
        speaker = threading.Thread(
            target=lambda: [bundled._add(session, lambda n=n: heard.append(n)) for n in range(500)]
        )
        speaker.start()
        speaker.join()  # this loop does not look up meanwhile
        await asyncio.sleep(0)
        return heard, session.woken

    heard, woken = asyncio.run(said())
    assert heard == list(range(500))
    assert woken == 1


def test_nothing_is_lost_while_both_are_at_work_or_where_one_fails() -> None:
    def failing() -> None:
        raise ValueError

    async def said() -> list[int]:
        session, heard = Session(), list[int]()
        session.loop.set_exception_handler(lambda loop, context: None)

        def speak() -> None:
            for n in range(2000):
                bundled._add(session, (lambda n=n: heard.append(n)) if n != 700 else failing)

        speaker = threading.Thread(target=speak)
        speaker.start()
        while speaker.is_alive():
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return heard

    assert asyncio.run(said()) == [n for n in range(2000) if n != 700]
