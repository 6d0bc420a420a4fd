"""No room: what was kept stays whole, and the end is a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.killable import found_no_room, narrow
from tl_core.domain.event import Started
from tl_core.domain.plan import FetchPlan
from tl_core.jobs.perform import RESERVE
from tl_core.store import runs as index

pytest.importorskip("resource", reason="Windows has no limits on files")
pytestmark = pytest.mark.fault


def test_a_full_disk_is_a_sentence_and_the_checkpoint_stays(home, fake_jobs) -> None:
    folder = index.create_run(home, FetchPlan(backbone="disk"))
    command = [sys.executable, "-m", "tl_core.jobs.child", str(folder.path)]
    done = subprocess.run(command, env=fake_jobs, preexec_fn=narrow(1 << 20), timeout=60, check=False)
    assert done.returncode == 0
    assert found_no_room(folder.status())
    assert (folder.checkpoints / "small").read_text() == "kept"
    assert [event.kind for event in folder.events()] == ["started"]


def test_room_for_the_last_words_is_kept_from_the_start(home, fake_jobs, tmp_path) -> None:
    folder = index.create_run(home, FetchPlan(backbone="wait:600"))
    command = [sys.executable, "-m", "tl_core.jobs.child", str(folder.path)]
    child = subprocess.Popen(command, env=fake_jobs)
    try:
        while not any(isinstance(event, Started) for event in folder.events()):
            assert child.poll() is None
        assert (folder.path / "control" / "reserve").stat().st_size == RESERVE
    finally:
        child.kill()
        child.wait()
