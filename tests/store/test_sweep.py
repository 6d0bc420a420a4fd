"""Sweeping takes what nobody needs, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tl_core.domain.plan import IntakePlan
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.sweep import FORGOTTEN, sweep


def put(folder: Path, age: float) -> Path:
    folder.mkdir(parents=True)
    (folder / "file").write_text("x")
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def test_only_what_nobody_needs(home: Home) -> None:
    forgotten = put(home.inbox / "forgotten", FORGOTTEN + 60)
    waiting = put(home.inbox / "waiting", FORGOTTEN + 60)
    arriving = put(home.inbox / "arriving", 60)
    broken_off = put(home.cache / "tmpabc", FORGOTTEN + 60)
    samples = put(home.cache / "samples", FORGOTTEN + 60)
    deleted = put(home.trash / "rest", 1)
    runs.create_run(home, IntakePlan(project="p", modality="image", paths=[str(waiting / "file"), "/etc/passwd"]))
    sweep(home)
    assert not any(path.exists() for path in (forgotten, broken_off, deleted))
    assert all((path / "file").exists() for path in (waiting, arriving, samples))
