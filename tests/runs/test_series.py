"""A training on time series: depth chosen, competitors beside it, one recommended, mixed, its sealed exam opened."""

from __future__ import annotations

import pytest

from tests.runs import tiny_project
from tests.runs.tuned import uncertified
from tl_core.bundle.load import load_bundle
from tl_core.domain.plan import ExamPlan, MixPlan
from tl_core.domain.report import Report
from tl_core.evaluation.baselines import competitors
from tl_core.jobs.perform import perform
from tl_core.runs import mix, train
from tl_core.runs.baselines import Raws
from tl_core.runs.material import subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run


def report_of(folder: RunFolder, subset: str) -> Report:
    return Report.model_validate_json((folder.evaluation / f"{subset}.json").read_bytes())


def test_from_training_to_exam(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (train, mix):
        uncertified(monkeypatch, module)
    plan = tiny_project.project(home, "series", count=60).model_copy(update={"augmentations": ["jitter"]})
    folder = create_run(home, plan)
    status = perform(folder)
    assert status.state == "done", folder.log_path.read_text() if folder.log_path.exists() else status
    assert folder.depth() is not None
    report = report_of(folder, "validation")
    names = {one.name for one in report.candidates}
    rivals = set(competitors("series"))
    assert names == {"probe", "finetuned", "majority", *rivals}
    assert report.recommended in names - {"majority"}
    assert report.against in rivals
    assert report.gain_over_classic is not None

    exam = create_run(home, ExamPlan(project=plan.project, run=folder.id))
    assert perform(exam).state == "done"
    told = report_of(folder, "test")
    assert (told.recommended, told.against) == (report.recommended, report.against), "the exam has no say in it"
    assert rivals < {one.name for one in told.candidates}
    dataset, split = load_dataset(home, plan.project, plan.dataset), folder.split()
    assert split is not None
    judged = subset_of(dataset, split, "test")
    raws = list(Raws(home, plan.project, "series", judged.samples))
    assert load_bundle(folder.bundle).answer(raws).shape == (len(raws), 2)

    mixed = create_run(home, MixPlan(project=plan.project, run=folder.id, share=0.5))
    status = perform(mixed)
    assert status.state == "done", mixed.log_path.read_text() if mixed.log_path.exists() else status
    report = report_of(folder, "validation")
    assert report.chosen == "mix"
    assert rivals < {one.name for one in report.candidates}
    assert report.recommended
