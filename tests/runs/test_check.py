"""A whole examination of small data with a small starting model: planted faults are among what is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.checks import CHECKS
from tl_core.data.series import timeline
from tl_core.domain.event import Phase
from tl_core.domain.finding import Findings
from tl_core.domain.plan import CheckPlan, TrainPlan
from tl_core.jobs.perform import perform
from tl_core.store.datasets import load_dataset
from tl_core.store.findings import read_findings
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run
from tl_core.use_cases import checks
from tl_core.words import say


def examined(home: Home, plan: TrainPlan) -> tuple[RunFolder, Findings]:
    folder = create_run(
        home,
        CheckPlan(
            project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=plan.backbone, device="cpu",
            options=plan.options,
        ),
    )  # fmt: skip
    status = perform(folder)
    assert status.state == "done", (status, folder.log_path.read_text() if folder.log_path.exists() else "")
    found = read_findings(home, plan.project, plan.dataset)
    assert found is not None
    return folder, found


@pytest.mark.parametrize("modality", ["image", "text", "series"])
def test_every_check_is_made_and_every_text_is_there(home: Home, modality: str) -> None:
    folder, found = examined(home, tiny_project.project(home, modality, count=60))
    phases = [event.name for event in folder.events() if isinstance(event, Phase)]
    assert phases == ["looks", "features", "checks"]
    assert len(CHECKS.names) >= 5
    for name in CHECKS.names:
        assert say(f"findings.check_{name}")
    for finding in found.findings:
        for part in ("title", "why", "do"):
            assert say(f"findings.{finding.code}_{part}", **finding.values)
        for figure in finding.figures:
            assert say(f"findings.figure_{figure}")
    for concern in found.omitted:
        assert say(concern.key, **concern.values)
    assert folder.view().result["note"] == len(found.of_level("note"))


def test_the_same_data_give_the_same_findings(home: Home) -> None:
    plan = tiny_project.project(home, "text", count=60)
    first = examined(home, plan)[1]
    assert examined(home, plan)[1].findings == first.findings


def test_series_to_forecast_are_looked_at_by_their_values_alone(home: Home) -> None:
    plan = tiny_project.forecasting(home, series=3)
    dead, *_ = load_dataset(home, plan.project, plan.dataset).samples
    file = home.samples(plan.project) / str(dead.file)
    one = timeline.load(file)
    file.write_bytes(timeline.content_of(replace(one, values=np.full(len(one.values), 7.0))))
    asked = checks.wanted(plan.project)
    assert checks.needed(plan.project) is None
    folder = create_run(home, asked)
    assert perform(folder).state == "done", folder.log_path.read_text()
    assert [event.name for event in folder.events() if isinstance(event, Phase)] == ["checks"]
    found = read_findings(home, plan.project, plan.dataset)
    assert found is not None
    [finding] = found.findings
    assert (finding.code, finding.samples) == ("timeline_flat", [dead.id])
    left = checks.remedy(plan.project, finding.key, 0)
    assert [sample.source for sample in left.samples] == ["shop 1", "shop 2"]
    assert (left.task, left.frequency) == ("forecast", load_dataset(home, plan.project, plan.dataset).frequency)
