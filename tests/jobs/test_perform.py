"""One job in this process: how it ends, and what is left in its folder."""

from __future__ import annotations

import json

import pytest

from tl_core.domain.event import Started
from tl_core.domain.plan import CheckPlan, FetchPlan, TrainPlan
from tl_core.jobs import child
from tl_core.jobs import perform as performing
from tl_core.jobs.foreground import Failed, work_here
from tl_core.jobs.log import described
from tl_core.jobs.perform import perform
from tl_core.store import locks, runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.words import say

pytestmark = pytest.mark.usefixtures("fake_jobs")


@pytest.fixture(autouse=True)
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performing, "_device", lambda plan: "CPU")


def fetch(home: Home, what: str) -> RunFolder:
    return runs.create_run(home, FetchPlan(backbone=what))


def train(home: Home, epochs: int = 3, seconds: float = 0.0) -> RunFolder:
    plan = TrainPlan(project="p", dataset="d", modality="text", backbone="b", epochs=epochs, note=str(seconds))
    return runs.create_run(home, plan)


def test_done(home: Home) -> None:
    folder = train(home)
    status = perform(folder)
    assert (status.state, status.model, status.fault) == ("done", True, "none")
    assert set(status.seconds) == {"train", "total"}
    assert folder.status() == status
    assert [e.number for e in folder.view().epochs] == [1, 2, 3]
    assert runs.unended(home) == []
    assert not folder.locked()


def test_a_second_time_changes_nothing(home: Home) -> None:
    folder = train(home)
    first, before = perform(folder), folder.events()
    assert perform(folder) == first
    assert folder.events() == before


@pytest.mark.parametrize(
    ("what", "fault", "reason"),
    [
        ("memory", "input", "jobs.out_of_memory"),
        ("input", "input", "projects.name_too_long"),
        ("mistake", "ours", "jobs.ours"),
    ],
)
def test_faults_are_sentences(home: Home, what: str, fault: str, reason: str) -> None:
    folder = fetch(home, what)
    status = perform(folder)
    assert (status.state, status.fault, status.reason) == ("failed", fault, reason)
    sentence = say(reason, **status.values)
    assert sentence.endswith(".")
    assert "Traceback" not in (folder.path / "status.json").read_text()
    log = folder.log_path.read_text()
    assert "fake_jobs.py" in log


def test_the_log_does_not_quote_data() -> None:
    def stumble() -> None:
        try:
            {}["Mrs Miller"]
        except KeyError:
            with open("/nowhere/Miller.png"):
                pass

    with pytest.raises(OSError, match="Miller") as caught:
        stumble()
    told = described(caught.value)
    assert told.count("test_perform.py") >= 2
    assert "KeyError\n" in told
    assert "FileNotFoundError: No such file" in told
    assert "Miller" not in told.replace('["Mrs Miller"]', "").replace("/nowhere/Miller.png", "", 1)


@pytest.mark.parametrize(
    "words",
    [
        "[enforce fail at alloc_cpu.cpp:124] . DefaultCPUAllocator: can't allocate memory",
        "CUDA out of memory. Tried to allocate 2.00 GiB.",
    ],
)
def test_torch_without_memory_is_understood_without_torch(words: str) -> None:
    assert performing.is_out_of_memory(RuntimeError(words))
    assert not performing.is_out_of_memory(RuntimeError("shapes do not match"))


def test_asked_to_stop_before_the_start(home: Home) -> None:
    folder = train(home)
    folder.request_stop()
    assert perform(folder).state == "stopped"
    assert folder.events() == []


def test_a_plan_of_a_later_version_is_our_sentence(home: Home) -> None:
    folder = train(home)
    (folder.path / "plan.json").write_text(json.dumps({"kind": "dream"}))
    assert perform(folder).reason == "jobs.ours"


def test_only_one_at_a_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = train(home)
    with folder.lock(), pytest.raises(locks.Taken):
        perform(folder)


def test_a_job_broken_off_goes_on(home: Home) -> None:
    whole, broken = train(home, 4), train(home, 4)
    perform(whole)
    broken.append(Started(device="NVIDIA H200"))
    part = json.loads((whole.checkpoints / "last.json").read_text())
    broken.checkpoints.joinpath("last.json").write_text(json.dumps({**part, "epoch": 4}))
    perform(broken)
    assert (broken.evaluation / "final.json").read_text() == (whole.evaluation / "final.json").read_text()
    view = broken.view()
    assert (view.attempts, view.device) == (2, "NVIDIA H200")


def test_on_the_command_line_faults_are_raised(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    from tl_core.domain.fault import InputFault

    assert work_here(fetch(home, "wait:0")).state == "done"
    with pytest.raises(InputFault, match="too long"):
        work_here(fetch(home, "input"))
    folder = fetch(home, "mistake")
    with pytest.raises(Failed) as caught:
        work_here(folder)
    assert caught.value.log == str(folder.log_path)
    assert "printed by mistake" in folder.log_path.read_text()
    assert capfd.readouterr() == ("", "")


def test_a_job_that_nobody_asked_for_lets_others_go_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    stepped: list[int] = []
    monkeypatch.setattr(child.os, "nice", stepped.append, raising=False)
    child._stand_aside(train(home))
    (broken := fetch(home, "fine")).path.joinpath("plan.json").write_text("{", "utf-8")
    child._stand_aside(broken)
    assert stepped == []
    child._stand_aside(runs.create_run(home, CheckPlan(project="p", dataset="d", modality="text", backbone="b")))
    assert stepped == [10]
