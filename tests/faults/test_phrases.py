"""Teaching a model to write is killed in earnest, while it learns and while it is judged; the figures are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killable import dies
from tests.runs import teachable
from tl_core.domain.event import Phase, Resumed
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.phrases import read_phrased, read_samples

pytestmark = pytest.mark.fault
LEARNS = ("tl_core.runs.phrase:_Telling.step", 5)
JUDGES = ("tl_core.runs.phrase:judged", 5)  # three are shown after the second round
ADAPTER = "adapter/adapter.safetensors"


def test_killed_it_ends_in_the_same_figures(home: Home, tmp_path: Path) -> None:
    plan = teachable.plan(
        teachable.assistant(home), teachable.generator(home, tmp_path / "writer"), epochs=2, batch_size=4, device="cpu"
    )
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert perform(quiet).state == "done"
    dies(killed, *LEARNS)
    assert [one.number for one in killed.view().epochs] == [1]
    dies(killed, *JUDGES)
    assert [one.name for one in killed.events() if isinstance(one, Phase)][-1] == "judge"
    assert (killed.status(), read_phrased(killed)) == (None, None)
    assert perform(killed).state == "done"
    assert killed.view().attempts == 3
    assert len([one for one in killed.events() if isinstance(one, Resumed)]) == 2
    assert [one.metrics for one in killed.view().epochs] == [one.metrics for one in quiet.view().epochs]
    assert read_phrased(killed) == read_phrased(quiet)
    assert read_samples(killed) == read_samples(quiet)
    assert (killed.path / ADAPTER).read_bytes() == (quiet.path / ADAPTER).read_bytes()
