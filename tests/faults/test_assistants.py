"""An assistant's training is killed in earnest while its encoder learns; it ends as an undisturbed one. And no room."""

from __future__ import annotations

import numpy as np
import pytest

from tests.answering.manual import asked, manual, project
from tests.faults.killable import ended, found_no_room, killed_when, narrow, undisturbed
from tests.runs.tiny_project import starting_model
from tl_core.bundle.assistant_folder import VECTORS
from tl_core.domain.event import Resumed
from tl_core.domain.plan import AnswerPlan
from tl_core.store import runs
from tl_core.store.answers import read_report
from tl_core.store.home import Home
from tl_core.store.questions import add_questions
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault


def begun(home: Home) -> AnswerPlan:
    samples = manual(44)
    project_id, kept = project(home, samples)
    add_questions(home, project_id, asked(samples, 40))
    name = starting_model(home, "text").card.name
    return AnswerPlan(project=project_id, dataset=kept.id, backbone=name, epochs=8, batch_size=4, device="cpu")


def figures(folder: RunFolder) -> dict:
    report = read_report(folder, "validation")
    assert report is not None
    return report.model_dump(exclude={"finders": {"__all__": {"seconds"}}})


def test_killed_while_it_learns(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = begun(home)
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert undisturbed(quiet, monkeypatch).state == "done"
    for number in (0, 1):
        killed_when(killed, lambda: len(killed.view().epochs) > number)  # noqa: B023 - used at once
    status = ended(killed)
    assert (status.state, status.model) == ("done", True)
    assert killed.view().attempts == 3
    assert any(isinstance(event, Resumed) for event in killed.events())
    assert [one.metrics for one in killed.view().epochs] == [one.metrics for one in quiet.view().epochs]
    assert figures(killed) == figures(quiet)
    assert np.array_equal(*(np.load(folder.bundle / VECTORS) for folder in (quiet, killed)))


def test_no_room_is_a_sentence(home: Home) -> None:
    folder = runs.create_run(home, begun(home))
    assert found_no_room(ended(folder, preexec_fn=narrow(20_000)))
