"""The data doctor as a person meets it: what was found, what to do about it, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence

from tl_core import backbones
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.finding import DropRemedy, Finding, Findings, GroupRemedy, RelabelRemedy, Remedy
from tl_core.domain.plan import CheckPlan
from tl_core.domain.text import Text
from tl_core.store import datasets
from tl_core.store import findings as kept
from tl_core.store.home import Home
from tl_core.store.projects import changing_data, read_project, set_dataset
from tl_core.use_cases import data, runs


def findings(project_id: str) -> Findings | None:
    """What is known of the data in use, split as they are split now; None: nobody has looked yet."""
    home = Home.default()
    version = read_project(home, project_id).dataset
    found = kept.read_findings(home, project_id, version) if version else None
    return found if found is not None and found.rule == data.split_rule(project_id) else None


def findings_of(project_id: str, version: str) -> list[Finding] | None:
    """What was found in a version that a model learned from, but for what was left as it is; None: nobody looked."""
    home = Home.default()
    found = kept.read_findings(home, project_id, version)
    if found is None:
        return None
    accepted = kept.read_accepted(home, project_id)
    return [finding for finding in found.findings if finding.key not in accepted]


def start(project_id: str) -> str:
    """Have the data in use examined, or join the job that does; its id. Raises InputFault without data."""
    plan = wanted(project_id)
    for job in runs.running():
        if job.plan == plan:
            return job.id
    return runs.start(plan)


def newest(project_id: str) -> runs.RunSummary | None:
    """The last examination asked for of just these data, whatever became of it."""
    plan = wanted(project_id)
    return next((job for job in runs.runs_of(project_id, "check") if job.plan == plan), None)


def needed(project_id: str) -> BackboneCard | None:
    """The starting model to fetch before anybody can look; None where there is one, or none is needed.

    Raises InputFault without data.
    """
    if read_project(Home.default(), project_id).task in ("forecast", "answer"):
        return None  # series are looked at by their values alone, passages by their words
    card = backbones.card(Home.default(), wanted(project_id).backbone)
    return None if card.sha256 else card


def wanted(project_id: str) -> CheckPlan:
    """The examination of the data in use, by the usual starting model or, while that is not here, by one that is.

    Raises InputFault without data.
    """
    project = read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("data.no_data")
    return CheckPlan(
        project=project.id, dataset=project.dataset, modality=project.modality,
        backbone=backbones.at_hand(Home.default(), project.modality), split=data.split_rule(project_id),
    )  # fmt: skip


def remedy(project_id: str, key: str, number: int, only: Sequence[str] | None = None) -> Dataset:
    """Apply a finding's remedy as a new dataset version, and have that examined. ``only``: to these samples alone.

    Raises InputFault where the finding is not there any more, nothing was chosen, or too little would be left.
    """
    found = _finding(project_id, key)
    if number >= len(found.remedies):
        raise InputFault("findings.gone")
    chosen = found.remedies[number]
    meant = None if only is None else set(only)
    if meant is not None and not meant:
        raise InputFault("findings.nothing_chosen")
    stored = data.next_version(project_id, lambda old: _applied(old, chosen, meant), chosen.kind, found)
    look_again(project_id)
    return stored


def worthwhile(project_id: str) -> bool:
    """Whether there is anything to examine yet: of data of classes two of them. Raises InputFault without data."""
    found = data.dataset(project_id)
    return found is not None and (found.task != "classify" or len(found.classes) >= 2)


def accept(project_id: str, key: str, accepted: bool = True) -> None:
    """Leave a finding as it is, or not any more. It still follows the result, as something known."""
    home = Home.default()
    keys = kept.read_accepted(home, project_id)
    kept.write_accepted(home, project_id, keys | {key} if accepted else keys - {key})


def accepted(project_id: str) -> set[str]:
    """Keys of findings left as they are."""
    return kept.read_accepted(Home.default(), project_id)


def history(project_id: str) -> list[Dataset]:
    """The data in use and the versions they were made of, newest first, without samples."""
    home = Home.default()
    version = read_project(home, project_id).dataset
    return datasets.history(home, project_id, version) if version else []


def undo(project_id: str) -> Dataset:
    """Back to the version before the last change. Raises InputFault where there is none."""
    home = Home.default()
    with changing_data(home, project_id):
        versions = history(project_id)
        if len(versions) < 2:
            raise InputFault("findings.nothing_to_undo")
        set_dataset(home, project_id, versions[1].id)
    look_again(project_id)
    return datasets.load_dataset(home, project_id, versions[1].id)


def look_again(project_id: str) -> None:
    """Other data want another look, where somebody is there to do it."""
    if findings(project_id) is None and runs.worker_alive() and worthwhile(project_id):
        start(project_id)


def _finding(project_id: str, key: str) -> Finding:
    found = findings(project_id)
    for one in found.findings if found else []:
        if one.key == key:
            return one
    raise InputFault("findings.gone")


def _applied(old: Dataset, remedy: Remedy, only: set[str] | None) -> Dataset:
    """The data with the remedy applied. Raises InputFault: two classes must remain, or a series, or a document."""
    samples = [new for sample in old.samples if (new := _treated(sample, remedy, only)) is not None]
    classes = sorted({sample.label for sample in samples if sample.label is not None})
    if old.task == "forecast" and not samples:
        raise InputFault("data.last_series")
    if old.task == "answer" and not samples:
        raise InputFault("documents.last")
    if old.task == "classify" and len(classes) < 2 <= len(old.classes):
        raise InputFault("data.last_of_two")
    rule = old.group_rule
    if isinstance(remedy, GroupRemedy):
        rule = rule or Text(key="findings.grouped")
    return old.model_copy(update={"samples": samples, "classes": classes, "group_rule": rule})


def _treated(sample: Sample, remedy: Remedy, only: set[str] | None) -> Sample | None:
    """The sample as the remedy leaves it; None: not at all."""
    if only is not None and sample.id not in only:
        return sample
    match remedy:
        case DropRemedy(samples=dropped):
            return None if sample.id in dropped else sample
        case GroupRemedy(groups=groups) if sample.id in groups:
            return sample.model_copy(update={"group": groups[sample.id]})
        case RelabelRemedy(labels=labels) if sample.id in labels:
            return sample.model_copy(update={"target": ClassTarget(label=labels[sample.id])})
    return sample
