"""What the doctor found is remedied as a new version of the data, taken back, or left as it is and remembered."""

from __future__ import annotations

import pytest

from tests.app import made
from tests.runs import tiny_project
from tl_core.domain.dataset import Change
from tl_core.domain.fault import InputFault
from tl_core.domain.finding import DropRemedy, Finding, Findings, GroupRemedy, RelabelRemedy
from tl_core.domain.plan import CheckPlan, IntakePlan
from tl_core.domain.project import Project
from tl_core.domain.run import Status
from tl_core.domain.split import SplitRule
from tl_core.store.findings import write_findings
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import checks, data, projects, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home, samples=12)


@pytest.fixture
def ids(project: Project) -> list[str]:
    found = data.dataset(project.id)
    assert found is not None
    return [sample.id for sample in found.samples]


def known(home: Home, project: Project, *findings: Finding) -> None:
    """As if the data in use had been examined."""
    plan = checks.wanted(project.id)
    found = Findings(
        dataset=plan.dataset, rule=plan.split, backbone=plan.backbone, findings=list(findings), seconds=1.0
    )
    write_findings(home, project.id, found)


def copies(ids: list[str]) -> Finding:
    remedies = [GroupRemedy(groups=dict.fromkeys(ids[:2], "copies-1")), DropRemedy(samples=ids[1:2])]
    return Finding(
        code="copies_near", level="note", values={"count": 1}, samples=ids[:2], clusters=[ids[:2]], remedies=remedies
    )


def test_nothing_is_known_before_somebody_looked_or_after_the_split_changed(home: Home, project: Project, ids) -> None:
    assert checks.findings(project.id) is None
    assert checks.findings_of(project.id, checks.wanted(project.id).dataset) is None
    known(home, project, copies(ids))
    found = checks.findings(project.id)
    assert found is not None
    assert found.findings == [copies(ids)]
    data.save_split(project.id, SplitRule(seed=5))
    assert checks.findings(project.id) is None, "other samples are in the exam now"


def test_a_remedy_makes_a_version_that_says_what_it_remedies(home: Home, project: Project, ids) -> None:
    known(home, project, copies(ids))
    changed = checks.remedy(project.id, copies(ids).key, 0)
    assert {sample.id for sample in changed.samples if sample.group == "copies-1"} == set(ids[:2])
    assert changed.group_rule
    assert changed.change == Change(kind="group", samples=2, finding="copies_near", values={"count": 1})
    assert checks.findings(project.id) is None, "other data want another look"
    assert [version.change.kind for version in checks.history(project.id) if version.change] == ["group"]


def test_only_what_is_chosen_is_touched(home: Home, project: Project, ids) -> None:
    finding = Finding(
        code="labels_wrong", level="warning", samples=ids[:3],
        remedies=[RelabelRemedy(labels=dict.fromkeys(ids[:3], "odd"))],
    )  # fmt: skip
    known(home, project, finding)
    with pytest.raises(InputFault, match="at least one"):
        checks.remedy(project.id, finding.key, 0, only=[])
    changed = checks.remedy(project.id, finding.key, 0, only=ids[1:2])
    assert [sample.id for sample in changed.samples if sample.label == "odd"] == ids[1:2]
    assert changed.classes == ["negative", "odd", "positive"]


def test_dropped_samples_come_back(home: Home, project: Project, ids) -> None:
    before = data.dataset(project.id)
    known(home, project, copies(ids))
    assert len(checks.remedy(project.id, copies(ids).key, 1).samples) == len(ids) - 1
    assert checks.undo(project.id) == before
    assert checks.findings(project.id) is not None, "what was known of that version still is"
    with pytest.raises(InputFault, match="no change"):
        checks.undo(project.id)


def test_two_classes_must_be_left(home: Home, project: Project, ids) -> None:
    found = data.dataset(project.id)
    assert found is not None
    negative = [sample.id for sample in found.samples if sample.label == "negative"]
    finding = Finding(code="odd_ones", level="note", samples=negative, remedies=[DropRemedy(samples=negative)])
    known(home, project, finding)
    with pytest.raises(InputFault):
        checks.remedy(project.id, finding.key, 0)
    assert data.dataset(project.id) == found


def test_a_series_must_be_left(home: Home) -> None:
    plan = tiny_project.forecasting(home, series=1)
    found = data.dataset(plan.project)
    assert found is not None
    only = [sample.id for sample in found.samples]
    finding = Finding(code="timeline_flat", level="warning", samples=only, remedies=[DropRemedy(samples=only)])
    known(home, projects.project(plan.project), finding)
    with pytest.raises(InputFault, match="no series at all"):
        checks.remedy(plan.project, finding.key, 0)


def test_what_is_not_found_any_more_cannot_be_remedied(home: Home, project: Project, ids) -> None:
    with pytest.raises(InputFault, match="not there any more"):
        checks.remedy(project.id, copies(ids).key, 0)


def test_what_is_left_as_it_is_stays_so_when_found_again(home: Home, project: Project, ids) -> None:
    known(home, project, copies(ids))
    version = checks.wanted(project.id).dataset
    checks.accept(project.id, copies(ids).key)
    assert checks.findings_of(project.id, version) == []
    known(home, project, copies(ids))
    assert checks.findings_of(project.id, version) == []
    checks.accept(project.id, copies(ids).key, accepted=False)
    assert checks.findings_of(project.id, version) == [copies(ids)]


def test_moving_by_hand_can_be_taken_back_too(home: Home, project: Project, ids) -> None:
    before = data.dataset(project.id)
    data.move_samples(project.id, ids[:1], "positive")
    [change] = [version.change for version in checks.history(project.id) if version.change]
    assert (change.kind, change.samples, change.finding) == ("relabel", 1, None)
    assert checks.undo(project.id) == before


def test_one_look_at_a_time(home: Home, project: Project) -> None:
    made.worker(home)
    job = checks.start(project.id)
    assert isinstance(runs.plan(job), CheckPlan)
    assert checks.start(project.id) == job
    newest = checks.newest(project.id)
    assert newest is not None
    assert newest.id == job


def test_an_upload_is_looked_at_by_itself_and_a_sample_set_after_its_training(home: Home, project: Project) -> None:
    def ended(plan) -> RunFolder:
        folder = made.run(home, plan)
        folder.write_status(Status(state="done", ended=1.0))
        runs.follow_up(folder)
        runs.follow_up(folder)
        return folder

    ended(IntakePlan(project=project.id, modality="text", paths=[]))
    assert [job.kind for job in runs.runs_of(project.id)].count("check") == 1
    other = made.project(home, samples=12)
    ended(IntakePlan(project=other.id, modality="text", paths=[], then_train=True))
    assert [job.kind for job in runs.runs_of(other.id)].count("check") == 0
    ended(made.plan(other))
    assert [job.kind for job in runs.runs_of(other.id)].count("check") == 1
