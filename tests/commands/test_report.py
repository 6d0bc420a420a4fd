"""A report from the command line, by a run's name, its folder, or what it wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app import made, made_answer
from tl_core.cli import INPUT, main
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


@pytest.fixture
def run(home: Home) -> RunFolder:
    made.fetched(home)
    project = made_answer.project(home)
    made_answer.questions(home, project)
    return made_answer.done(home, project)


def test_it_is_found_by_name_by_folder_and_by_bundle(run: RunFolder, tmp_path: Path, capsys) -> None:
    for told in (run.id, str(run.path), str(run.bundle)):
        assert main(["report", "--run", told, "--out", str(tmp_path / "r.html"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["run"] == run.id
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert main(["report", "--run", run.id, "--out", str(tmp_path / "r.PDF")]) == 0
    assert "r.PDF" in capsys.readouterr().out
    assert (tmp_path / "r.PDF").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("told", "out", "said"),
    [
        ("20250101-000000-abcdef", "r.html", "This job is not here any more"),
        (".", "r.html", "There is no run"),
        ("20250101-000000-abcdef", "r.docx", "written as .html or .pdf"),
    ],
)
def test_bad_input_is_a_sentence(home: Home, tmp_path: Path, capsys, told: str, out: str, said: str) -> None:
    assert main(["report", "--run", str(tmp_path) if told == "." else told, "--out", str(tmp_path / out)]) == INPUT
    assert said in capsys.readouterr().err
    assert not (tmp_path / out).exists()
