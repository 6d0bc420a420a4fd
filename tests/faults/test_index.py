"""The reading of documents is killed in earnest, and finds no room; and it talks to nobody."""

from __future__ import annotations

import os
import signal
import socket
import sys

import numpy as np
import pytest

from tests.answering.manual import passage, project
from tests.faults.killable import found_no_room, narrow
from tests.runs.tiny_project import starting_model
from tests.warm import popen
from tl_core.answering import meaning
from tl_core.bundle.assistant import own_folder
from tl_core.bundle.assistant_folder import read_manifest
from tl_core.domain.plan import IndexPlan
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault
CHILD = """
import os, signal, sys
from pathlib import Path
from tl_core.answering import meaning, vectors
from tl_core.jobs.child import main
meaning.BLOCK, meaning.BATCH["cpu"] = 1, 256
add, kept = vectors.VectorStore.add, 0
def killed(self, *block):
    global kept
    add(self, *block)
    kept += 1
    if kept == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
vectors.VectorStore.add = killed
sys.exit(main([sys.argv[1]]))
"""


def made(home: Home, name: str = "a.md") -> tuple[RunFolder, IndexPlan]:
    samples = [passage(name, f"Part {k}", f"the camera {'was very good ' * (k % 6)} {k}") for k in range(120)]
    project_id, kept = project(home, samples)
    plan = IndexPlan(project=project_id, dataset=kept.id, backbone="folder:tiny_text", device="cpu")
    return runs.create_run(home, plan), plan


def child(folder: RunFolder, after: int, **more: object) -> int:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", CHILD, str(folder.path), str(after)]
    return popen(command, env=environment, **more).wait(120)  # type: ignore[arg-type]


def vectors(home: Home, plan: IndexPlan) -> np.ndarray:
    return np.load(own_folder(home, plan.project, plan.dataset) / "vectors.npy")


def test_killed_it_goes_on_where_it_was(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "BLOCK", 1)
    monkeypatch.setitem(meaning.BATCH, "cpu", 256)
    starting_model(home, "text")
    (quiet, undisturbed), (folder, plan) = made(home), made(home)
    assert perform(quiet).state == "done"
    assert child(folder, 5) == -signal.SIGKILL
    told = read_manifest(own_folder(home, plan.project, plan.dataset))
    assert (told.finder, told.card) == ("words", None)  # which answers meanwhile
    assert perform(folder).state == "done"
    assert folder.view().attempts == 2
    np.testing.assert_array_equal(vectors(home, plan), vectors(home, undisturbed))


def test_no_room_is_a_sentence_and_words_are_left(home: Home) -> None:
    starting_model(home, "text")
    folder, plan = made(home)
    narrowed = runs.create_run(home, plan)
    assert perform(folder).state == "done"
    for block in home.project(plan.project).glob("cache/*/*"):
        block.unlink()
    assert child(narrowed, 0, preexec_fn=narrow(1200)) == 0
    assert found_no_room(narrowed.status())
    assert not list(home.project(plan.project).glob("datasets/*/.*.part"))
    assert vectors(home, plan).shape[0] == 120  # of before


def test_it_talks_to_nobody(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    starting_model(home, "text")
    folder, _ = made(home)

    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert perform(folder).state == "done"
