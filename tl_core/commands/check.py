"""``check``: what would come in from a file or folder, what would not, and what the doctor finds in it."""

from __future__ import annotations

import argparse
from typing import Any, get_args

from tl_core import modalities
from tl_core.commands import training_arguments as training
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset, Refusal
from tl_core.domain.fault import InputFault
from tl_core.domain.finding import Finding, Findings
from tl_core.domain.project import Task
from tl_core.domain.split import SUBSETS, Concern, SplitRule
from tl_core.domain.text import said
from tl_core.store.datasets import load_dataset
from tl_core.store.findings import read_findings
from tl_core.store.home import Home
from tl_core.store.projects import delete_project, read_project
from tl_core.use_cases import checks
from tl_core.words import say

NOBODY_LOOKED = Concern(key="check_page.not_examined")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--modality", required=True, choices=modalities.names())
    parser.add_argument("--task", default="classify", choices=get_args(Task))
    training.add_data(parser)
    parser.add_argument("--known-columns", nargs="+", default=[], metavar="C")


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Counts per class and subset, every refusal, every finding. Its project is gone afterwards. Raises InputFault."""
    for path in (args.data, *args.add):
        if not path.exists():
            raise InputFault("data.path_missing", path=path.name)
    home = Home.default()
    project = training.create_project_of(home, args)
    try:
        _, status = training.take_in(home, args, project)
        if status.state == "stopped":
            return {"status": "stopped"}
        dataset = load_dataset(home, project.id, read_project(home, project.id).dataset or "")
        if checks.needed(project.id) is None and checks.worthwhile(project.id):
            _, status = training.do(home, checks.wanted(project.id))
        return _result(dataset, read_findings(home, project.id, dataset.id), status.state)
    finally:
        delete_project(home, project.id)


def tell(result: dict[str, Any]) -> str:
    if "samples" not in result:
        return say("data.check_stopped")
    left_out = [refusal for refusal in result["refusals"] if not refusal["kept"]]
    lines = [
        say(
            "data.checked" if result["classes"] else "data.checked_series",
            samples=result["samples"],
            classes=len(result["classes"]),
            left_out=len(left_out),
            received=result["received"],
        ),
        *(f"  {label}: {count}" for label, count in result["classes"].items()),
        *(concern["says"] for concern in result["concerns"]),
        *(f"{say('check_page.level_' + finding['level'])}. {finding['says']}" for finding in result["findings"]),
        *(f"  {refusal['source']}: {refusal['says']}" for refusal in result["refusals"]),
    ]
    return "\n".join(lines)


def _result(dataset: Dataset, found: Findings | None, state: str) -> dict[str, Any]:
    split = make_split(dataset, SplitRule()) if dataset.task == "classify" else None
    concerns = [*(split.concerns if split else []), *(found.omitted if found else [NOBODY_LOOKED])]
    names = {sample.id: sample.name for sample in dataset.samples}
    return {
        "status": state,
        "classes": dataset.counts(),
        "counts": {subset: len(split.ids(subset)) for subset in SUBSETS} if split else {},
        "received": dataset.received,
        "samples": len(dataset.samples),
        "groups": said(dataset.group_rule),
        "languages": dataset.languages,
        "refusals": [_refused(refusal) for refusal in dataset.refusals],
        "concerns": [{"name": one.key, "says": say(one.key, **one.values)} for one in concerns],
        "findings": [_found(finding, names) for finding in (found.findings if found else [])],
    }


def _found(finding: Finding, names: dict[str, str]) -> dict[str, Any]:
    """``samples`` as the person who brought them named them."""
    return {
        "code": finding.code,
        "level": finding.level,
        "says": say(f"findings.{finding.code}_title", **finding.values),
        "why": say(f"findings.{finding.code}_why", **finding.values),
        "do": say(f"findings.{finding.code}_do", **finding.values),
        "samples": [names[one] for one in finding.samples],
        "clusters": [[names[one] for one in cluster] for cluster in finding.clusters],
        "figures": {name: training.plain(metric) for name, metric in finding.figures.items()},
    }


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"source": refusal.name, "reason": refusal.reason, "says": refusal.why, "kept": refusal.kept}
