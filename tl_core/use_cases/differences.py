"""What several runs do not share: in what they were asked, where they ran, and what data they saw."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from tl_core.domain.dataset import Dataset
from tl_core.domain.difference import DataDifference, Difference, Moved, Relabelled, Value
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastPlan, Plan, TrainPlan
from tl_core.domain.split import SUBSETS
from tl_core.store.atomic import read_json
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training import recipes
from tl_core.use_cases import models, plans

_SAME = ("kind", "project", "modality", "task", "note")  # what trainings of a project share, or nobody compares
_OWN = (*_SAME, "dataset")  # the data are compared for themselves


def of_plans(asked: Sequence[Plan]) -> list[Difference]:
    """Fields that not all share, in the order of the plan; what was left open counts as what is usual."""
    return _apart([_flat(_filled(plan).model_dump(mode="json", exclude=set(_OWN))) for plan in asked])


def of_runs(run_ids: Sequence[str]) -> list[Difference]:
    """The same of what runs were asked, with the values that were taken where nobody chose any.

    Raises InputFault: no such run.
    """
    folders = [RunFolder.find(Home.default(), one) for one in run_ids]
    taken = [_environment(folder).get("plan") or {} for folder in folders]
    if not all(taken):  # one has not begun: what was asked is all that is known
        return of_plans([folder.plan() for folder in folders])
    return _apart([_flat({name: value for name, value in one.items() if name not in _OWN}) for one in taken])


def of_environments(run_ids: Sequence[str]) -> list[Difference]:
    """Versions and machine. Runs that never began are left as unknown. Raises InputFault: no such run."""
    known = [_environment(RunFolder.find(Home.default(), one)) for one in run_ids]
    found = [_flat({name: value for name, value in one.items() if name != "plan"}) for one in known]
    return _apart(found)


def of_data(project_id: str, first: str, second: str) -> DataDifference:
    """From version ``first`` to ``second``. Raises InputFault: one is not there."""
    home = Home.default()
    if first == second:
        return DataDifference()
    return _of_data(load_dataset(home, project_id, first), load_dataset(home, project_id, second))


def of_splits(first: str, second: str) -> list[Moved]:
    """Samples that both runs have and used for different things. Raises InputFault: no such run."""
    home = Home.default()
    splits = [RunFolder.find(home, one).split() for one in (first, second)]
    if splits[0] is None or splits[1] is None:
        return []
    theirs = splits[1].subset
    moved = [
        (place, theirs[sample], sample)
        for sample, place in splits[0].subset.items()
        if sample in theirs and theirs[sample] != place
    ]
    moved.sort(key=lambda one: (SUBSETS.index(one[0]), SUBSETS.index(one[1])))
    return [
        Moved(before=before, after=after, samples=[sample for *_, sample in group])
        for (before, after), group in groupby(moved, key=lambda one: one[:2])
    ]


def _filled(plan: Plan) -> Plan:
    with suppress(InputFault):  # of a starting model that is gone, nobody knows what is usual
        if isinstance(plan, TrainPlan):
            options = models.checked_options(plan.modality, plan.options)
            return plans.resolved(plan).model_copy(update={"options": options})
        if isinstance(plan, AnswerPlan):
            return recipes.resolve_answer(plan, models.card(plan.backbone))
        if isinstance(plan, ForecastPlan):
            return plan.model_copy(update={"frozen_stages": plan.frozen_stages or 0})
    return plan


def _of_data(old: Dataset, new: Dataset) -> DataDifference:
    before, after = ({sample.id: sample for sample in one.samples} for one in (old, new))
    both = [(sample, after[sample.id]) for sample in old.samples if sample.id in after]
    return DataDifference(
        added=[sample.id for sample in new.samples if sample.id not in before],
        removed=[sample.id for sample in old.samples if sample.id not in after],
        relabelled=[
            Relabelled(sample=was.id, before=was.label, after=now.label) for was, now in both if was.label != now.label
        ],
        regrouped=[was.id for was, now in both if was.group != now.group],
    )


def _environment(folder: RunFolder) -> dict:
    try:
        return _read(folder.environment, folder.environment.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=256)
def _read(file: Path, changed: int) -> dict:
    return read_json(file)


def _flat(told: dict, before: str = "") -> dict[str, Value]:
    """Parts of parts with dots between their names, lists as one text."""
    found: dict[str, Value] = {}
    for name, value in told.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[before + name] = ", ".join(map(str, value)) if isinstance(value, list) else value
    return found


def _apart(found: Sequence[dict[str, Value]]) -> list[Difference]:
    names = dict.fromkeys(name for one in found for name in one)
    values = {name: [one.get(name) for one in found] for name in names}
    return [Difference(name=name, values=each) for name, each in values.items() if any(v != each[0] for v in each)]
