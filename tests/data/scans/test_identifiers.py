"""Identifiers stay at the door: every attribute of PS3.15, Annex E is planted, and nothing of it is found later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.data.scans.identified import zipped
from tests.data.scans.made import noise
from tests.sought import Sought
from tl_core.cli import main
from tl_core.domain.plan import IntakePlan
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR:UserWarning")


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sought]:
    """A zip of two classes and three patients, and all that must not be found."""
    path = tmp_path_factory.mktemp("planted") / "scans.zip"
    words = zipped(path, [("left" if seed % 2 else "right", noise(seed), "ABC"[seed // 2]) for seed in range(6)])
    assert len(words) > 2000
    return path, Sought(words)


@pytest.mark.parametrize("purpose", ["scans", "photos"])
def test_nothing_planted_is_kept(home: Home, upload: tuple[Path, Sought], purpose: str) -> None:
    path, sought = upload
    project = create_project(home, "planted", purpose)  # type: ignore[arg-type]
    inbox = home.inbox / "token"
    inbox.mkdir()
    (inbox / "scans.zip").write_bytes(path.read_bytes())
    folder = runs.create_run(home, IntakePlan(project=project.id, modality="image", paths=[str(inbox)]))
    assert perform(folder).state == "done", folder.log_path.read_text()
    stored = load_dataset(home, project.id, str(read_project(home, project.id).dataset))
    assert stored.counts() == {"left": 3, "right": 3}
    assert sorted(Groups(stored).sizes()) == [2, 2, 2]
    assert sought.below(home.path) == {}
    for sample in stored.samples:
        with Image.open(home.samples(project.id) / str(sample.file)) as image:
            assert set(image.info) <= {"dpi"}


class Groups:
    def __init__(self, stored) -> None:
        self._groups = [sample.group for sample in stored.samples]

    def sizes(self) -> list[int]:
        return [self._groups.count(group) for group in set(self._groups)]


def test_the_command_line_names_nobody_either(
    home: Home, upload: tuple[Path, Sought], capsys: pytest.CaptureFixture[str]
) -> None:
    path, sought = upload
    assert main(["check", "--modality", "image", "--data", str(path), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out.splitlines()[-1])["samples"] == 6
    assert sought.within((told.out + told.err).encode()) == set()
    assert sought.below(home.path) == {}
