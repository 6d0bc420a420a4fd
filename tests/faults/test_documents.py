"""The intake of documents is killed in earnest, at every step of it; nothing is lost and the dataset is the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.faults.killable import dies
from tests.runs.test_document_intake import FAQ, MANUAL, brought, dataset_of, written
from tl_core.bundle.assistant import LoadedAssistant
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import IntakePlan
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.questions import add_questions, read_questions
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault
COUNT = 12
STEPS = [
    ("tl_core.data.intake:Pace.count", 5),
    *((f"tl_core.runs.intake:{step}", 1) for step in ("save_dataset", "write_version_index", "add_questions")),
    *((f"tl_core.runs.intake:{step}", 1) for step in ("follow_passages", "set_dataset", "_facts")),
]
STORED = len(STEPS) - 2  # from there on the new documents are in use; told of it is nobody yet


def begun(home: Home, tmp_path: Path, name: str) -> tuple[str, RunFolder]:
    """A project with a manual in use and a question, and the intake of a zip that changes it, from the inbox."""
    project = create_project(home, name, "support").id
    brought(home, project, [written(tmp_path / "docs", manual__md=MANUAL, notes__txt="Cables are grey.")])
    answers = [one.id for one in dataset_of(home, project).samples if "vinegar" in (one.text or "")]
    add_questions(home, project, [Question(id="q", text="How often is it descaled?", passages=answers)])
    upload = home.inbox / name / "docs.zip"
    upload.parent.mkdir(parents=True)
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("manual.md", MANUAL.replace("once a month", "twice a month"))
        archive.writestr("faq.csv", FAQ)
        for number in range(COUNT):
            archive.writestr(f"more/part{number}.md", f"# Part {number}\n\nPart {number} costs {number} coins.\n")
    plan = IntakePlan(project=project, modality="text", paths=[str(upload.parent)])
    return project, runs.create_run(home, plan)


def told(home: Home, project: str) -> tuple[Dataset, list[Question]]:
    return dataset_of(home, project), read_questions(home.project(project))


def test_killed_at_every_step_it_ends_in_the_same_dataset(home: Home, tmp_path: Path) -> None:
    (quiet, undisturbed), (project, killed) = (begun(home, tmp_path, name) for name in ("quiet", "killed"))
    assert perform(undisturbed).state == "done"
    before = dataset_of(home, project)
    for number, (where, after) in enumerate(STEPS):
        dies(killed, where, after)
        assert killed.status() is None
        assert (home.inbox / "killed" / "docs.zip").is_file()  # as long as the job is not over
        in_use = dataset_of(home, project)
        assert (in_use.id == before.id) == (number < STORED)
        assert LoadedAssistant(home.dataset(project, in_use.id) / "assistant", home).reply("vinegar").sources
    assert perform(killed).state == "done"
    assert killed.view().attempts == len(STEPS) + 1
    (whole, asked), (found, known) = told(home, quiet), told(home, project)
    assert len(found.samples) == COUNT + 3 + 1 + 2
    assert (found.id, found.samples, found.refusals) == (whole.id, whole.samples, whole.refusals)
    assert [one.model_dump(exclude={"created"}) for one in known] == [
        one.model_dump(exclude={"created"}) for one in asked
    ]
    assert not (killed.path / "work").exists()
    assert not list(home.project(project).glob("datasets/.*"))
    assert not (home.inbox / "killed").exists()
