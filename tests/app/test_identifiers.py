"""What scans say of people is nowhere at the end of the whole way: not at home, in logs, on pages, in what one takes.

The way of a person: an upload, the doctor, a quick look, the exam, every page, a batch, and every download.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OPENER
from tests.app.test_data_page import put
from tests.data.scans.identified import zipped
from tests.data.scans.made import noise
from tests.runs import tiny_project
from tests.sought import Sought
from tests.workers import Workers
from tl_core.domain.project import Project
from tl_core.domain.run import Status
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import checks, data, plans, predict, projects, results, runs, suspects, uploads

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR:UserWarning")
PATIENTS, EACH = "ABCDEFGHIJKL", 2  # slices of a patient and class
FOR_WHO_ASKED = {"answers.csv", "foreign.csv"}  # a batch's answers name its files as who brought them did
LONG = 180  # seconds for a job on a busy machine


def scans(first: int = 0) -> list[tuple[str, np.ndarray, str]]:
    """Every patient in both classes; the classes differ in brightness."""
    return [
        (label, noise(first + 100 * k + place, top=400 - 250 * k), patient)
        for k, label in enumerate(("left", "right"))
        for place, patient in enumerate(PATIENTS * EACH)
    ]


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """All that pages offer to take away, by the names of the files; made at once, as a click would."""
    taken: dict[str, bytes] = {}
    real = st.download_button

    def offered(label: str, data: Any, file_name: str, **options: Any) -> bool:
        made = data() if callable(data) else data
        taken[file_name] = made if isinstance(made, bytes) else str(made).encode()
        return real(label, data, file_name, **options)

    monkeypatch.setattr(st, "download_button", offered)
    return taken


def sent(node: Any) -> bytes:
    """All that a page sends to the browser."""
    own = node.proto.SerializeToString() if isinstance(getattr(node, "proto", None), Message) else b""
    return own + b"\n".join(sent(child) for child in getattr(node, "children", {}).values())


class Way:
    """A project on its way, with real jobs of a real worker."""

    def __init__(self, home: Home, ended: Callable[..., Status]) -> None:
        self.home, self._ended = home, ended
        self.backbone = tiny_project.starting_model(home, "image").card.name
        self.project: Project = projects.create("Heads", "scans")

    def done(self, run_id: str) -> RunFolder:
        status = self._ended(run_id, LONG)
        folder = RunFolder(self.home.runs / run_id)
        assert status.state == "done", (status, folder.log_path.read_text() if folder.log_path.exists() else "")
        return folder

    def brings(self, archive: Path) -> Path:
        """An upload as the browser makes it."""
        inbox = uploads.open_inbox()
        put(inbox, archive.name, archive.read_bytes())
        return uploads.inbox_path(inbox.name)

    def trains(self) -> RunFolder:
        plan = plans.default_plan(self.project.id, "probe")
        return self.done(runs.start(plan.model_copy(update={"backbone": self.backbone, "device": "cpu"})))

    def is_examined(self) -> None:
        """By the doctor, with the small network."""
        self.done(runs.start(checks.wanted(self.project.id).model_copy(update={"backbone": self.backbone})))


def everything_shown(open_page: OPENER, way: Way, run: RunFolder) -> bytes:
    """Every page of the project, sealed exam open, with all its folds, ways and sides."""
    shown: list[AppTest] = [open_page("home")]
    for page in ("data", "check", "model", "train", "evaluate"):
        shown.append(open_page(page, project=way.project.id, run=run.id))
    evaluated = shown[-1]
    shown += [open_page("use", project=way.project.id, run=run.id, way=name) for name in ("one", "many", "along")]
    for at in shown:
        assert not at.exception, [one.value for one in at.exception]
    told = b"\n".join(sent(at._tree) for at in shown)
    side = next(one for one in evaluated.get("button_group") if one.key == f"subset-{run.id}")
    side.set_value("test").run()
    assert not evaluated.exception
    return told + sent(evaluated._tree)


def test_nothing_planted_is_anywhere_after_the_whole_way(
    home: Home,
    real_workers: Workers,
    ended: Callable[..., Status],
    open_page: OPENER,
    downloads: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    words = zipped(tmp_path / "first" / "scans.zip", scans(), every=20)
    later = zipped(tmp_path / "second" / "later.zip", scans(first=1000), every=40)
    assert len(words) > 5_000
    elsewhere = tmp_path / "elsewhere"  # what libraries leave outside the home folder
    elsewhere.mkdir()
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(elsewhere))
    way = Way(home, ended)
    worker = real_workers.start()

    first = data.start_intake(way.project.id, [way.brings(tmp_path / "first" / "scans.zip")])
    way.done(first)
    looked = suspects.waiting(first)
    assert looked, "some noise looks like writing"
    asking = sent(open_page("data", project=way.project.id)._tree)
    way.done(suspects.decide(first, {one.code: one.boxes for one in looked}))
    stored = data.dataset(way.project.id)
    assert stored is not None
    assert stored.counts() == dict.fromkeys(("left", "right"), EACH * len(PATIENTS))
    patients = [sample.group for sample in stored.samples]
    assert sorted(patients.count(one) for one in set(patients)) == [2 * EACH] * len(PATIENTS)

    way.is_examined()
    run = way.trains()
    split = run.split()
    assert split is not None
    assert split.grouped
    sides = {sample.group: set() for sample in stored.samples}
    for sample in stored.samples:
        sides[sample.group].add(split.subset[sample.id])
    assert all(len(side) == 1 for side in sides.values()), "a patient is on one side"
    way.done(results.open_exam(run.id))
    way.done(predict.start_batch(run.id, [way.brings(tmp_path / "second" / "later.zip")]))

    pages = asking + everything_shown(open_page, way, run)
    assert b"Heads" in pages
    assert downloads[f"thaw-{run.id}.zip"].startswith(b"PK")
    assert {name.rpartition(".")[2] for name in downloads} >= {"zip", "csv"}
    assert len(downloads) > 5
    worker.terminate()
    printed = worker.communicate(timeout=60)[1]

    sought, names = Sought([*words, *later]), {word.lower() for word in later if word.startswith("FileSecret")}
    assert sought.inside((tmp_path / "first" / "scans.zip").read_bytes()) == {word.lower() for word in words}
    found = sought.below(home.path)
    for place in [place for place in found if Path(place).name in FOR_WHO_ASKED]:
        assert found.pop(place) <= names, place
    assert found == {}
    assert sought.below(elsewhere) == {}
    assert sought.within(printed.encode()) == set()
    assert sought.inside(pages) == set()
    for name, content in downloads.items():
        assert sought.inside(content) <= (names if name.startswith(("answers", "unlike")) else set()), name
