"""Documents of a project: looked into, updated by a job, taken away as a new version that can be asked at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.test_document_intake import FAQ, MANUAL, brought, written
from tl_core.bundle.assistant import LoadedAssistant
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import data, documents


@pytest.fixture
def project(home: Home, tmp_path: Path) -> str:
    made = create_project(home, "Kettle", "support")
    notes = "Write to jane@mail.example.com."
    brought(home, made.id, [written(tmp_path / "docs", manual__md=MANUAL, notes__txt=notes, faq__csv=FAQ)])
    return made.id


def test_documents_are_listed_and_looked_into(project: str) -> None:
    found = {one.name: one for one in documents.documents(project)}
    assert {name: one.passages for name, one in found.items()} == {"faq.csv": 2, "manual.md": 3, "notes.txt": 1}
    assert [one.asked for one in found.values()] == [True, False, False]
    assert found["notes.txt"].personal == ["mail"]
    assert found["notes.txt"].characters == len("Write to jane@mail.example.com.")
    texts = [one.text for one in documents.passages(project, "manual.md")]
    assert texts == ["It boils water.", "Use vinegar once a month.", "Never open it hot."]
    first = documents.passages(project, "manual.md")[0]
    assert documents.passage(project, first.id) == first
    assert documents.passages(project, "nobody.md") == []
    with pytest.raises(InputFault, match="not in the documents any more"):
        documents.passage(project, "nobody")


def test_a_document_taken_away_is_a_new_version(home: Home, project: str) -> None:
    before = data.dataset(project)
    made = documents.remove(project, ["faq.csv", "nobody.md"])
    assert before is not None
    assert (made.parent, made.change.kind if made.change else None) == (before.id, "drop")
    assert [one.name for one in documents.documents(project)] == ["manual.md", "notes.txt"]
    assert made.received == 2
    assert LoadedAssistant(home.dataset(project, made.id) / "assistant").reply("vinegar").sources
    with pytest.raises(InputFault, match="no document at all"):
        documents.remove(project, ["manual.md", "notes.txt"])


def test_an_update_is_a_job(home: Home, project: str, tmp_path: Path) -> None:
    job = documents.update(project, [tmp_path / "docs"], mask_personal=True, replace=True)
    plan = RunFolder(home.runs / job).plan()
    assert isinstance(plan, IntakePlan)
    assert (plan.paths, plan.mask_personal, plan.replace) == ([str(tmp_path / "docs")], True, True)
