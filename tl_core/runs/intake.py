"""A job: bring an upload, or a sample set, into a project as its next dataset version."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tl_core import backbones, modalities
from tl_core.backbones.fetch import fetch
from tl_core.bundle.assistant import write_version_index
from tl_core.data.doors import Doors
from tl_core.data.intake import Reading, Undecided, collect
from tl_core.data.samples.catalogue import fetch_sample_set, sample_set
from tl_core.data.split import drawn
from tl_core.data.tables import TEXTS
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import IntakePlan
from tl_core.domain.suspect import REVIEW, Suspects
from tl_core.runs import document_intake, forecast_intake
from tl_core.store.atomic import read_json, write_json
from tl_core.store.datasets import history, load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import changing_data, read_project, set_dataset
from tl_core.store.questions import add_questions, follow_passages
from tl_core.store.run_folder import RunFolder
from tl_core.store.split_rules import read_split_rule

MEGABYTE = 1_000_000
SUSPECTS = "suspects.json"  # in the job's folder
JOINED = "joined.json"  # there, too: the version made, of a plan that adds


def run(folder: RunFolder, plan: IntakePlan, home: Home) -> dict[str, Any] | None:
    """Fetch (sample sets), read, store. A run taken up again after a kill starts over: samples have the same names."""
    if folder.view().result.keys() & {"dataset", "suspects"}:  # killed between its last word and its end
        return None
    asked = plan
    if (made := _joined(folder, plan, home)) is not None:
        folder.append(Result(values=_facts(made)))
        _empty_inbox(home, folder, asked)
        return None
    try:
        with ExitStack() as held:
            dataset = _taken_in(folder, plan, home, held)
    except Undecided as undecided:  # the upload stays until a person has looked
        write_json(folder.path / SUSPECTS, Suspects(suspects=undecided.suspects))
        folder.append(Result(values={"suspects": len(undecided.suspects)}))
        return None
    except (InputFault, Stopped):
        _empty_inbox(home, folder, asked)
        raise
    folder.append(Result(values=_facts(dataset)))
    _empty_inbox(home, folder, asked)
    return None


def _taken_in(folder: RunFolder, plan: IntakePlan, home: Home, held: ExitStack) -> Dataset:
    """The version that is in use now. ``held`` keeps others from changing the data from the moment all are read."""
    project = read_project(home, plan.project)

    def at_last() -> Dataset | None:
        held.enter_context(changing_data(home, project.id))
        return _in_use(home, project.id)

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
            review=_review(home, folder, plan),
            tell=folder.append,
            stop=folder.stop_requested,
        )
        questions: list[Question] = []
        old: Dataset | None = None  # of documents
        if project.task == "forecast":
            dataset = forecast_intake.collect(plan, doors, licence)
            at_last()
        elif project.task == "answer":
            read = document_intake.read_documents(plan, doors)
            old = at_last()
            dataset, questions = document_intake.version_of(read, plan, old, licence)
        else:
            in_use = partial(_in_use, home, project.id)

            def joining() -> Dataset | None:
                there = at_last()
                return drawn(there, read_split_rule(home, project.id)) if there and plan.add else there

            dataset = collect(plan, reading_of(plan.modality), doors, licence, in_use, joining)
    folder.append(Phase(name="store"))
    dataset = save_dataset(home, project.id, dataset)
    if dataset.task == "answer":
        write_version_index(home, project.id, dataset)
        known = add_questions(home, project.id, questions)
        wanted = {name for one in known for name in one.passages}
        follow_passages(home, project.id, document_intake.moved(wanted, old, dataset))
    if plan.add:
        write_json(folder.path / JOINED, {"dataset": dataset.id})
    set_dataset(home, project.id, dataset.id)
    return dataset


def _joined(folder: RunFolder, plan: IntakePlan, home: Home) -> Dataset | None:
    """What a plan that adds made before it was killed: the second time nothing would be new."""
    path = folder.path / JOINED
    if not path.exists():
        return None
    version, in_use = read_json(path)["dataset"], read_project(home, plan.project).dataset
    made = in_use is not None and version in {one.id for one in history(home, plan.project, in_use)}
    return load_dataset(home, plan.project, version) if made else None


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


def review_folder(home: Home, run_id: str, plan: IntakePlan) -> Path:
    """Where previews of suspects lie: beside the upload, so that they go with it, else in a place of the job's own."""
    inbox = home.inbox.resolve()
    above = next((path for path in (Path(one).resolve() for one in plan.paths) if inbox in path.parents), None)
    return inbox / (above.relative_to(inbox).parts[0] if above else run_id) / REVIEW


def _review(home: Home, folder: RunFolder, plan: IntakePlan) -> Path | None:
    """None where nobody is to be asked: for files that a watch found nobody waits, nor for a command's."""
    path = review_folder(home, folder.id, plan)
    brought = plan.inside is not None or path.parent.name != folder.id  # on the page: from the server, or uploaded
    if not plan.review or plan.only or not brought:
        return None
    path.mkdir(parents=True, exist_ok=True)
    return path


def _facts(dataset: Dataset) -> dict[str, str | int | float]:
    added = {"added": dataset.change.samples} if dataset.change else {}
    return {
        "dataset": dataset.id,
        "samples": len(dataset.samples),
        "received": dataset.received,
        "left_out": sum(not refusal.kept for refusal in dataset.refusals),
        **added,
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


def _empty_inbox(home: Home, folder: RunFolder, plan: IntakePlan) -> None:
    """Remove what was uploaded, and previews; a person's own files elsewhere are never touched."""
    inbox = home.inbox.resolve()
    shutil.rmtree(inbox / folder.id, ignore_errors=True)
    if not plan.remove_paths:
        return
    for path in map(Path, [*plan.paths, *plan.test_paths]):
        below = path.resolve()
        if inbox in below.parents:
            shutil.rmtree(inbox / below.relative_to(inbox).parts[0], ignore_errors=True)
