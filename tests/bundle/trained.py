"""A training that has ended, without the training: a project with data, a run folder with bundle and report."""

from __future__ import annotations

import dataclasses

from tests.bundle.tiny import Made, make
from tl_core.domain.bundle import Parity
from tl_core.domain.decision import Distances, Wishes
from tl_core.domain.run import Status
from tl_core.evaluation.decisions import Held, decide
from tl_core.evaluation.distance import fit_distance
from tl_core.evaluation.report import Answers, build_report
from tl_core.runs.material import subset_of
from tl_core.store import runs
from tl_core.store.atomic import write_json
from tl_core.store.datasets import save_dataset
from tl_core.store.decisions import write_decision, write_distances
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.run_folder import RunFolder


@dataclasses.dataclass
class Trained:
    home: Home
    project: str
    folder: RunFolder
    made: Made

    @property
    def id(self) -> str:
        return self.folder.id


def decided(home: Home, modality: str, count: int = 180, wishes: Wishes | None = None) -> Trained:
    """As ``trained``, and the model says when it is not sure, which a third of ``count`` samples was held out for."""
    one = trained(home, modality, count)
    made, folder = one.made, one.folder
    learned, held = (subset_of(made.dataset, made.split, name) for name in ("train", "validation"))
    distance = fit_distance(made.features(learned.samples), learned.labels)
    far = distance.of(made.features(held.samples))
    found = decide(wishes or Wishes(), made.dataset.classes, Held(held.labels, made.measured(held.samples), None, far))
    write_distances(folder, "validation", Distances(samples=held.ids, values=far.tolist()))
    write_decision(folder, found)
    parity = (folder.bundle / "parity.json").read_bytes()
    made.write(run=one.id, decision=found, distance=distance)
    (folder.bundle / "parity.json").write_bytes(parity)
    return one


def trained(home: Home, modality: str, count: int = 30) -> Trained:
    project = create_project(home, "Tiny", "photos" if modality == "image" else "reviews").id
    made = make(home, modality, count=count, project=project)
    dataset = save_dataset(home, project, made.dataset)
    set_dataset(home, project, dataset.id)
    plan = made.plan.model_copy(update={"dataset": dataset.id})
    folder = runs.create_run(home, plan)
    folder.write_split(made.split)
    made = dataclasses.replace(made, folder=folder.bundle, plan=plan, dataset=dataset)

    held_out = subset_of(dataset, made.split, "validation")
    answers = {"probe": Answers(made.measured(held_out.samples), 3.5)}
    report, predictions = build_report("validation", dataset.classes, "probe", answers, held_out.labels, held_out.ids)
    write_json(folder.evaluation / "validation.json", report)
    write_json(folder.evaluation / "validation-predictions.json", predictions)
    made.write(run=folder.id, reports=[report])
    write_json(folder.bundle / "parity.json", Parity(samples=8, labels_equal=True, largest_difference=1e-7))
    folder.write_status(Status(state="done", ended=1.0, model=True))
    return Trained(home, project, folder, made)
