"""What a training took beside the same network from scratch: seconds and energy, and how good that came out."""

from __future__ import annotations

from collections.abc import Iterator

from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import LadderPlan, TrainPlan
from tl_core.domain.report import Energy, Metric
from tl_core.domain.run import RunView, Status
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.energy import WATTS_A_CORE, WATTS_OF_CARD
from tl_core.use_cases import results

SCORE = "validation/balanced_accuracy"
WATTS = {"core": round(WATTS_A_CORE), "nvidia": round(WATTS_OF_CARD["cuda"]), "apple": round(WATTS_OF_CARD["mps"])}
_OLDER = ("features", "views", "probe", "train")  # phases that count, in folders from before they were summed up


class Cost(Noun):
    """What was spent, samples at hand: encoding, solving, training; not judging and packing."""

    seconds: float
    energy: Energy | None  # None: it was not counted, or not to its end


class Scratch(Noun):
    """The same network from random weights, on the same data split alike."""

    hit_rate: Metric
    cost: Cost


class Saving(Noun):
    """A training beside its network from scratch."""

    scratch: Scratch
    ours: Cost | None  # None: it ran on another device, or was interrupted before this was counted


def saving(run_id: str) -> Saving | None:
    """From a training from scratch, the newest first, or a ladder's last rung; None where neither was run.

    Samples are encoded once and then shared, so the dearest first look of all trainings alike counts for each.
    Raises InputFault: no such job, or no training.
    """
    home = Home.default()
    folder = RunFolder.find(home, run_id)
    plan = folder.plan()
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    if plan.recipe == "scratch":
        return None
    alike = list(_alike(home, plan))
    device = str(folder.view().device)
    found = [(str(other.view().device), made) for other in alike if (made := _scratch(other)) is not None]
    if not found:
        return None
    there = next((made for where, made in found if where == device), None)
    if there is None:
        return Saving(scratch=found[0][1], ours=None)
    looks = [_look(other) for other in [folder, *alike] if str(other.view().device) == device]
    return Saving(scratch=there, ours=_cost(folder, [look for look in looks if look is not None]))


def _alike(home: Home, plan: TrainPlan) -> Iterator[RunFolder]:
    """Other trainings and ladders of the same starting model and data, split alike; newest first, trainings first."""
    for kind in ("train", "ladder"):
        for name in index.ids_of(home, plan.project, kind):
            folder = RunFolder(home.runs / name)
            asked = folder.plan()
            base = asked.base if isinstance(asked, LadderPlan) else asked
            same = ("backbone", "dataset", "split")
            if isinstance(base, TrainPlan) and all(getattr(base, one) == getattr(plan, one) for one in same):
                yield folder


def _scratch(folder: RunFolder) -> Scratch | None:
    plan, view = folder.plan(), folder.view()
    if isinstance(plan, LadderPlan):
        for rung in view.rungs:
            if rung.recipe == "scratch" and SCORE in rung.metrics:
                cost = Cost(seconds=rung.seconds + rung.prepare_seconds, energy=rung.energy)
                return Scratch(hit_rate=rung.metrics[SCORE], cost=cost)
        return None
    report = results.report(folder.id, "validation")
    if not isinstance(plan, TrainPlan) or plan.recipe != "scratch" or report is None:
        return None
    made = report.candidates[0]
    cost = _cost(folder, []) or Cost(seconds=made.seconds, energy=None)
    return Scratch(hit_rate=made.metrics["balanced_accuracy"], cost=cost)


def _look(folder: RunFolder) -> Cost | None:
    """What the first look took here."""
    view = folder.view()
    if "look" in view.spent:
        return Cost(seconds=view.spent["look"].seconds, energy=view.spent["look"].energy)
    for rung in view.rungs:
        if rung.recipe == "probe":
            return Cost(seconds=rung.seconds + rung.prepare_seconds, energy=rung.energy)
    return None


def _cost(folder: RunFolder, looks: list[Cost]) -> Cost | None:
    """All that was done for a training's model."""
    view, status = folder.view(), folder.status()
    if not view.spent:
        return _older(view, status)
    parts = [Cost(seconds=one.seconds, energy=one.energy) for name, one in view.spent.items() if name != "look"]
    if looks:
        parts.append(max(looks, key=lambda look: look.seconds))
    energies = [part.energy for part in parts]
    told = [energy for energy in energies if energy is not None]
    energy = None
    if len(told) == len(energies):
        energy = Energy(joules=sum(one.joules for one in told), measured=all(one.measured for one in told))
    return Cost(seconds=sum(part.seconds for part in parts), energy=energy)


def _older(view: RunView, status: Status | None) -> Cost | None:
    """Phases hold the time between two children, too: of a training taken up again nothing is known."""
    if status is None or view.attempts != 1:
        return None
    return Cost(seconds=sum(status.seconds.get(name, 0.0) for name in _OLDER), energy=None)
