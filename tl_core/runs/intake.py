"""A job: bring an upload, or a sample set, into a project as its next dataset version."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tl_core import backbones, modalities
from tl_core.backbones.fetch import fetch
from tl_core.bundle.assistant import write_version_index
from tl_core.data.intake import Doors, Reading, Undecided, collect
from tl_core.data.samples.catalogue import fetch_sample_set, sample_set
from tl_core.data.tables import TEXTS
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import IntakePlan
from tl_core.domain.suspect import REVIEW, Suspects
from tl_core.runs import document_intake, forecast_intake
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project, set_dataset
from tl_core.store.questions import add_questions, follow_passages
from tl_core.store.run_folder import RunFolder

MEGABYTE = 1_000_000
SUSPECTS = "suspects.json"  # in the job's folder


def run(folder: RunFolder, plan: IntakePlan, home: Home) -> dict[str, Any] | None:
    """Fetch (sample sets), read, store. A run taken up again after a kill starts over: samples have the same names."""
    if folder.view().result.keys() & {"dataset", "suspects"}:  # killed between its last word and its end
        return None
    asked = plan
    try:
        project = read_project(home, plan.project)
        licence = None
        if plan.sample_set is not None:
            plan, licence = _from_sample_set(folder, plan, home)
        with _working_folder(folder) as work:
            doors = Doors(
                samples=home.samples(project.id),
                thumbnails=home.thumbnails(project.id),
                work=work,
                secret=home.secret(),
                private=project.private,
                review=_review_folder(home, plan),
                tell=folder.append,
                stop=folder.stop_requested,
            )
            questions: list[Question] = []
            if project.task == "forecast":
                dataset = forecast_intake.collect(plan, doors, licence)
            elif project.task == "answer":
                dataset, questions = document_intake.collect(plan, doors, lambda: _in_use(home, project.id), licence)
            else:
                dataset = collect(plan, reading_of(plan.modality), doors, licence)
        folder.append(Phase(name="store"))
        dataset = save_dataset(home, project.id, dataset)
        if dataset.task == "answer":
            write_version_index(home, project.id, dataset)
            known = add_questions(home, project.id, questions)
            wanted = {name for one in known for name in one.passages}
            follow_passages(home, project.id, document_intake.moved(wanted, _in_use(home, project.id), dataset))
        set_dataset(home, project.id, dataset.id)
    except Undecided as undecided:  # the upload stays until a person has looked
        write_json(folder.path / SUSPECTS, Suspects(suspects=undecided.suspects))
        folder.append(Result(values={"suspects": len(undecided.suspects)}))
        return None
    except (InputFault, Stopped):
        _empty_inbox(home, asked)
        raise
    folder.append(Result(values=_facts(dataset)))
    _empty_inbox(home, asked)
    return None


def _in_use(home: Home, project_id: str) -> Dataset | None:
    version = read_project(home, project_id).dataset
    return load_dataset(home, project_id, version) if version else None


@contextmanager
def _working_folder(folder: RunFolder) -> Iterator[Path]:
    """For what passes through; in the job's folder, so that nothing outlives the job's own deletion."""
    work = folder.path / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _review_folder(home: Home, plan: IntakePlan) -> Path | None:
    """Beside the upload, so that previews go with it; None where nobody is to be asked."""
    inbox = home.inbox.resolve()
    if not plan.review or not plan.paths or inbox not in Path(plan.paths[0]).resolve().parents:
        return None
    folder = inbox / Path(plan.paths[0]).resolve().relative_to(inbox).parts[0] / REVIEW
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _facts(dataset: Dataset) -> dict[str, str | int | float]:
    return {
        "dataset": dataset.id,
        "samples": len(dataset.samples),
        "received": dataset.received,
        "left_out": sum(not refusal.kept for refusal in dataset.refusals),
    }


def reading_of(modality: str) -> Reading:
    """How uploads of this modality are read."""
    function = modalities.get(modality).reading
    module = function.partition(":")[0]
    __import__(module)
    loaded = sys.modules[module]
    return Reading(function, loaded.TABLES, loaded.LISTS, getattr(loaded, "CONVERTER", TEXTS))


def _from_sample_set(folder: RunFolder, plan: IntakePlan, home: Home) -> tuple[IntakePlan, str]:
    """The plan with the set's own files, columns and groups, and the set's licence.

    Where a training follows, its starting model is fetched too: who asked for the one asked for the other.
    """
    assert plan.sample_set is not None
    wanted = sample_set(plan.sample_set)
    folder.append(Phase(name="fetch", total=wanted.download_bytes // MEGABYTE))

    def tell(done: int, total: int | None) -> None:
        if folder.stop_requested():
            raise Stopped
        folder.append(Progress(done=done // MEGABYTE, total=total // MEGABYTE if total else None))

    path = fetch_sample_set(home, wanted.name, tell)
    model = backbones.default(plan.modality)
    if plan.then_train and not backbones.is_fetched(home, model):
        folder.append(Phase(name="fetch_model"))
        fetch(home, model, tell)
    changes = {
        "paths": [str(path)],
        "test_paths": [],
        "columns": wanted.columns,
        "group_pattern": wanted.group_pattern,
        "merge_labels": plan.merge_labels or wanted.merge_labels,
    }
    return plan.model_copy(update=changes), wanted.licence


def _empty_inbox(home: Home, plan: IntakePlan) -> None:
    """Remove what was uploaded; a person's own files elsewhere are never touched."""
    if not plan.remove_paths:
        return
    inbox = home.inbox.resolve()
    for path in map(Path, [*plan.paths, *plan.test_paths]):
        below = path.resolve()
        if inbox in below.parents:
            shutil.rmtree(inbox / below.relative_to(inbox).parts[0], ignore_errors=True)
