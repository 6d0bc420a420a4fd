"""What a stopped training keeps."""

from __future__ import annotations

import shutil

import pytest

from tests.runs import tiny_project
from tl_core.domain.event import Event
from tl_core.domain.report import Report
from tl_core.jobs.perform import perform
from tl_core.runs import features, train
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


class Killed(BaseException):
    """As SIGKILL: nothing is caught, nothing is tidied."""


@pytest.mark.parametrize(("seconds", "kept"), [("0", "finetuned"), ("9999", "probe")])
def test_stopped_while_it_recovers_without_its_caches_it_keeps_what_was_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch, seconds: str, kept: str
) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", seconds)
    monkeypatch.setattr(train, "start_fresh", lambda library: None)
    monkeypatch.setattr(train, "_bundle", lambda *parts: None)
    monkeypatch.setitem(features.BATCH, "cpu", 2)
    plan = tiny_project.project(home, "text")
    folder = runs.create_run(home, plan.model_copy(update={"epochs": 6, "frozen_stages": 1}))
    real = RunFolder.append

    def dying(self: RunFolder, event: Event) -> None:
        real(self, event)
        if event.kind == "epoch" and len(self.view().epochs) == 3:
            raise Killed

    monkeypatch.setattr(RunFolder, "append", dying)
    with pytest.raises(Killed):
        perform(folder)
    shutil.rmtree(home.project(plan.project) / "cache")  # as when the disk fills: it is all to be computed again

    def stopping(self: RunFolder, event: Event) -> None:
        real(self, event)
        if event.kind == "progress":
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", stopping)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", True)
    judged = Report.model_validate_json((folder.evaluation / "validation.json").read_bytes())
    assert [c.name for c in judged.candidates if c.name in ("probe", "finetuned")][-1] == kept
