"""One bad item is refused, the others get through, and nothing hangs."""

import os
import time

import pytest

from tl_core.data.limited import run_each, run_one
from tl_core.data.refused import Refused

BEHAVE = "tests.data.odd_functions:behave"


def test_answers_come_in_order_from_several_children():
    items = [{"do": "answer", "value": n} for n in range(40)]
    answers = list(run_each(BEHAVE, items, children=2))
    assert [a["twice"] for a in answers] == [2 * n for n in range(40)]
    assert os.getpid() not in {a["child"] for a in answers}


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        ("refuse", "refusals.damaged"),
        ("raise", "refusals.unreadable"),
        ("crash", "refusals.crashed"),
        ("leave", "refusals.crashed"),
        ("hoard", "refusals.too_much_memory"),
    ],
)
def test_a_bad_item_is_refused_alone(do, reason):
    before, bad, after = run_each(
        BEHAVE, [{"do": "answer", "value": 1}, {"do": do}, {"do": "answer", "value": 3}], memory_mb=1000, children=1
    )
    assert (before["twice"], after["twice"]) == (2, 6)
    assert isinstance(bad, Refused)
    assert bad.reason == reason
    assert "name that must not" not in str(bad.values)


@pytest.mark.parametrize("do", ["burn", "sleep"])
def test_time_out(do):
    began = time.monotonic()
    bad, after = run_each(BEHAVE, [{"do": do}, {"do": "answer", "value": 3}], seconds=1, children=1)
    assert bad.reason == "refusals.too_slow"
    assert after["twice"] == 6
    assert time.monotonic() - began < 15


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_not_the_files_fault(tmp_path):
    (tmp_path / "t.csv").write_text("text,label\ngood,a\nbad,b\n")
    item = {"path": str(tmp_path / "t.csv"), "name": "t.csv", "labelled": True, "target": "/dev/full"}
    with pytest.raises(Refused) as refused:
        run_one("tl_core.data.tables:convert", item)
    assert refused.value.reason == "store.disk_full"


def test_noise_is_not_an_answer():
    assert run_one(BEHAVE, {"do": "print"}) == {"printed": True}


def test_run_one_raises_the_refusal():
    with pytest.raises(Refused):
        run_one(BEHAVE, {"do": "refuse"})


def test_large_items_and_answers_do_not_block_each_other():
    items = [{"do": "echo", "text": "x" * size} for size in (10, 300_000, 10, 1_000_000, 200_000) * 4]
    answers = list(run_each(BEHAVE, items, children=1))
    assert [len(a["text"]) for a in answers] == [len(item["text"]) for item in items]


def test_items_behind_a_bad_one_are_not_lost():
    items = [{"do": "answer", "value": n} for n in range(100)]
    for n in (50, 51, 70, 99):
        items[n] = {"do": "leave"}
    answers = list(run_each(BEHAVE, items, children=2))
    assert [n for n, a in enumerate(answers) if isinstance(a, Refused)] == [50, 51, 70, 99]
    assert [a["twice"] for a in answers if isinstance(a, dict)] == [
        2 * n for n in range(100) if n not in (50, 51, 70, 99)
    ]


def test_items_are_drawn_as_needed_and_closing_ends_the_children():
    drawn = 0

    def endless():
        nonlocal drawn
        while True:
            drawn += 1
            yield {"do": "answer", "value": drawn}

    answers = run_each(BEHAVE, endless(), children=2)
    child = next(answers)["child"]
    answers.close()
    assert drawn < 100
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_what_is_watched_meanwhile_ends_a_slow_item():
    looks = 0

    def enough() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(run_each(BEHAVE, [{"do": "sleep"}], meanwhile=enough))
    assert time.monotonic() - began < 30  # it would have slept for a minute


def test_a_file_in_the_folder_at_hand_is_no_module(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert run_one(BEHAVE, {"do": "answer", "value": 1})["twice"] == 2


def test_a_function_that_does_not_exist_is_our_mistake():
    with pytest.raises(RuntimeError):
        run_one("tests.data.odd_functions:missing", {})
