"""No room: what was kept stays whole, and the end is a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tl_core.domain.event import Started
from tl_core.domain.plan import FetchPlan
from tl_core.jobs.perform import RESERVE
from tl_core.store import runs as index
from tl_core.use_cases import runs

resource = pytest.importorskip("resource", reason="Windows has no limits on files")
pytestmark = pytest.mark.fault


def narrow() -> None:
    """In the child: no file may grow beyond a megabyte, which a program sees as it sees a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def test_a_full_disk_is_a_sentence_and_the_checkpoint_stays(home, fake_jobs) -> None:
    folder = index.create_run(home, FetchPlan(backbone="disk"))
    command = [sys.executable, "-m", "tl_core.jobs.child", str(folder.path)]
    done = subprocess.run(command, env=fake_jobs, preexec_fn=narrow, timeout=60, check=False)
    assert done.returncode == 0
    status = folder.status()
    assert status is not None
    assert (status.state, status.fault, status.reason) == ("failed", "input", "store.disk_full")
    assert "Free some space" in str(runs.reason(status))
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
