"""Live questions: by token, one at a time, not too many, nothing large."""

from __future__ import annotations

import pytest

from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.use_cases import live, predict, uploads


@pytest.fixture
def asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """What the model was asked."""
    questions: list[tuple[str, bytes]] = []

    def answer(run_id: str, content: bytes) -> predict.Answer:
        questions.append((run_id, content))
        return predict.Answer(label="mug", probabilities={"mug": 1.0}, seconds=0.1)

    monkeypatch.setattr(predict, "ask", answer)
    monkeypatch.setattr(live, "_turns", live.Turns())
    return questions


def test_a_token_asks_the_model_of_its_run_alone(asked: list[tuple[str, bytes]]) -> None:
    assert live.ask(live.token("20260101-000000-abcdef"), b"picture").label == "mug"
    assert asked == [("20260101-000000-abcdef", b"picture")]
    for other in ("forged", uploads.picture_token("mine"), uploads.open_inbox().token):
        with pytest.raises(InputFault):
            live.ask(other, b"picture")
    assert len(asked) == 1


def test_a_large_picture_and_one_too_soon_are_not_asked(asked: list[tuple[str, bytes]]) -> None:
    token = live.token("run")
    with pytest.raises(InputFault, match="too large"):
        live.ask(token, b"x" * (live.LARGEST + 1))
    live.ask(token, b"one")
    with pytest.raises(InputFault, match="faster"):
        live.ask(token, b"two")
    live.ask(live.token("run"), b"of another page")
    assert [content for _, content in asked] == [b"one", b"of another page"]


def test_one_at_a_time_of_each_page_and_so_many_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "GAP", 0.0)
    turns = live.Turns()
    held = [turns.take(str(number)) for number in range(live.AT_ONCE)]
    for one in held:
        one.__enter__()
    for page in ("0", "one more"):
        with pytest.raises(InputFault), turns.take(page):
            pass
    for one in held:
        one.__exit__(None, None, None)
    with turns.take("0"), turns.take("one more"):
        pass


def test_a_model_that_fails_gives_the_turn_back(asked: list[tuple[str, bytes]], monkeypatch) -> None:
    monkeypatch.setattr(live, "GAP", 0.0)
    token = live.token("run")

    def fails(run_id: str, content: bytes) -> predict.Answer:
        raise InputFault("predict.no_model")

    monkeypatch.setattr(predict, "ask", fails)
    for _ in range(2):
        with pytest.raises(InputFault) as fault:
            live.ask(token, b"picture")
        assert fault.value.key == "predict.no_model"
