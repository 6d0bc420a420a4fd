"""What hand-made runs came to: their figures, answers, decisions, ladders and learning curves, and how they ended."""

from __future__ import annotations

import random
import time

import numpy as np

from tl_core.domain.decision import Decision, Distances, Wishes
from tl_core.domain.event import Event, Phase, Rung, Started
from tl_core.domain.ladder import Advice, Ladder
from tl_core.domain.learning_curve import LearningCurve
from tl_core.domain.mixes import Ability, Likeness, Mix, Mixes
from tl_core.domain.project import Project
from tl_core.domain.report import Candidate, ClassReport, Curve, Metric, Predictions, Report
from tl_core.domain.run import Status
from tl_core.domain.split import Subset
from tl_core.evaluation import decisions
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset
from tl_core.store.decisions import write_decision, write_distances
from tl_core.store.run_folder import RunFolder

HIT_RATE = "validation/balanced_accuracy"


def end(folder: RunFolder, state: str, **more: object) -> None:
    values: dict = {"state": state, "ended": time.time(), "seconds": {"total": 68.0}, "model": state == "done"}
    folder.write_status(Status.model_validate(values | more))


def metric(value: float, doubt: float | None = 0.05, samples: int = 180, groups: int = 40) -> Metric:
    if doubt is None:
        return Metric(value=value, samples=samples, groups=5)
    low, high = max(0.0, value - doubt), min(1.0, value + 0.8 * doubt)
    return Metric(value=value, low=low, high=high, method="bootstrap", samples=samples, groups=groups)


def judge(folder: RunFolder, made: Project, chosen: str, subset: Subset, *, grouped: bool = True) -> Report:
    """Figures and predictions that agree with each other as far as pages look at them."""
    home = folder.home
    dataset = load_dataset(home, made.id, str(made.dataset))
    count = len(dataset.classes)
    doubt = 0.05 if grouped else None
    rng = random.Random(1)
    true, told, ids = [], [], []
    for sample in dataset.samples:
        k = dataset.classes.index(sample.label or "")
        answer = k if rng.random() < 0.8 else (k + 1) % count
        sure = rng.uniform(0.55, 0.98)
        told.append([sure if j == answer else (1 - sure) / (count - 1) for j in range(count)])
        true.append(k)
        ids.append(sample.id)
    confusion = [[0] * count for _ in range(count)]
    for k, chances in zip(true, told, strict=True):
        confusion[k][chances.index(max(chances))] += 1
    hits = [confusion[k][k] / sum(confusion[k]) for k in range(count)]
    right = [confusion[k][k] / max(1, sum(row[k] for row in confusion)) for k in range(count)]
    whole = sum(hits) / count
    names = {"finetuned": ["finetuned", "probe"], "probe": ["probe"], "scratch": ["scratch"]}[chosen]
    values = {"finetuned": whole, "probe": 0.72, "scratch": 0.57, "classic": 0.59, "majority": 1 / count}
    candidates = [
        Candidate(
            name=name,
            metrics={
                "accuracy": metric(values[name], doubt),
                "balanced_accuracy": metric(values[name], doubt if name != "majority" else 0.0),
                "f1": metric(values[name] - 0.01, doubt),
                "auc": metric(min(1.0, values[name] + 0.08), doubt),
                "log_loss": metric(0.45, doubt),
            },
            seconds=64.0 if name != "majority" else 0.0,
            epochs={"finetuned": 9, "scratch": 30}.get(name),
        )
        for name in [*names, "classic", "majority"]
    ]
    x = [step / 20 for step in range(21)]
    report = Report(
        subset=subset,
        chosen=chosen,
        candidates=candidates,
        classes=[
            ClassReport(
                label=label,
                samples=sum(confusion[k]),
                recall=metric(hits[k], doubt and 0.08),
                precision=metric(right[k], doubt and 0.08),
                f1=metric((hits[k] + right[k]) / 2, doubt and 0.08),
            )
            for k, label in enumerate(dataset.classes)
        ],
        confusion=confusion,
        roc=[Curve(label=label, x=x, y=[v**0.3 for v in x], area=0.88) for label in dataset.classes],
        precision_recall=[
            Curve(label=label, x=x, y=[1 - 0.5 * v**3 for v in x], area=0.86) for label in dataset.classes
        ],
        gain_over_classic=metric(whole - 0.59, doubt and 0.07),
    )
    write_json(folder.evaluation / f"{subset}.json", report)
    write_json(
        folder.evaluation / f"{subset}-predictions.json", Predictions(samples=ids, true=true, probabilities=told)
    )
    return report


def kept(folder: RunFolder, ability: Ability = "agreement", steps: int = 5, grouped: bool = True) -> Mixes:
    """What a fine-tuning kept: the task gains on the way to the tuned model, the old ability falls."""
    doubt = 0.05 if grouped else None
    best = 1.0 if ability != "retrieval" else 0.5
    found = Mixes(
        ability=ability,
        mixes=[
            Mix(
                share=step / steps,
                metrics={
                    "balanced_accuracy": metric(0.72 + 0.1 * (step / steps) ** 0.5, doubt),
                    "log_loss": metric(0.6 - 0.15 * step / steps, doubt),
                },
                kept=metric(best * (1 - 0.17 * (step / steps) ** 2), 0.06, samples=91, groups=16),
            )
            for step in range(steps + 1)
        ],
        likeness=[
            Likeness(stage=f"blocks.{k}", title=title, frozen=k < 5, value=1.0 if k < 5 else 1.6 - 0.14 * k)
            for k, title in enumerate(["Edges", "Texture", "Pattern", "Parts", "Shape", "Things", "Meaning"])
        ],
        seconds=3.0,
    )
    write_json(folder.evaluation / "mixes.json", found)
    return found


def decided(folder: RunFolder, made: Project, subset: Subset = "validation", wishes: Wishes | None = None) -> Decision:
    """How the run's model decides, made of its answers; one of twenty samples lies far off."""
    dataset = load_dataset(folder.home, made.id, str(made.dataset))
    said = Predictions.model_validate_json((folder.evaluation / f"{subset}-predictions.json").read_bytes())
    values = [3.0 if place % 20 == 0 else 1.0 + place / 1000 for place in range(len(said.samples))]
    write_distances(folder, subset, Distances(samples=said.samples, values=values))
    answers = decisions.Held(np.array(said.true), np.array(said.probabilities), None, np.array(values))
    found = decisions.decide(wishes or Wishes(), dataset.classes, answers)
    if subset == "validation":
        write_decision(folder, found)
    return found


def climbed(count: int, stages: int = 7, scratch: bool = True) -> list[Event]:
    """A ladder up to its ``count``-th rung: better until five groups are frozen, then level, weak from scratch."""
    asked = [("probe", stages), *(("finetune", n) for n in reversed(range(stages)))]
    asked += [("scratch", 0)] if scratch else []
    events: list[Event] = [Started(device="CPU, 2 cores"), Phase(name="prepare"), Phase(name="features", total=620)]
    for recipe, frozen in asked[:count]:
        depth = stages - frozen
        value = 0.55 if recipe == "scratch" else min(0.86, 0.72 + 0.07 * depth)
        if recipe != "probe":
            events.append(Phase(name="train", total=12))
        events.append(
            Rung.model_validate(
                {
                    "frozen_stages": frozen,
                    "recipe": recipe,
                    "of": len(asked),
                    "metrics": {HIT_RATE: metric(value, 0.06), "validation/log_loss": metric(1.1 - value, 0.08)},
                    "seconds": 0.4 if recipe == "probe" else 9.0 * depth * (2.5 if recipe == "scratch" else 1),
                    "prepare_seconds": 12.0 if recipe == "probe" else 0.3,
                    "memory": 900_000_000 + 60_000_000 * depth,
                    "trained_parameters": 770 + 480_000 * depth,
                    "epochs": None if recipe == "probe" else 12,
                }
            )
        )
    return events


def advised(folder: RunFolder, frozen: int = 5) -> Ladder:
    """The ladder's last words: ``frozen`` groups are enough."""
    told = folder.view().rungs
    versus = {"frozen_stages": 0, "recipe": "finetune", "gain": metric(-0.01, 0.04), "faster": 4.1}
    advice = Advice.model_validate(
        {
            "frozen_stages": frozen,
            "recipe": "finetune",
            "reason": "as_good",
            "best": versus,
            "everything": versus,
            "scratch": {**versus, "recipe": "scratch", "gain": metric(0.3, 0.07), "faster": 9.3},
        }
    )
    found = Ladder(rungs=told, advice=advice)
    write_json(folder.evaluation / "ladder.json", found)
    return found


def curve(folder: RunFolder, grouped: bool = True) -> LearningCurve:
    """A learning curve that was measured: transfer ahead with few labels, the classic method catching up."""
    doubt = 0.08 if grouped else None
    shares = {0.25: (60, 0.70, 0.60), 0.5: (120, 0.75, 0.65), 1.0: (240, 0.79, 0.70)}
    span = {"value": 60.0} | ({"low": 40.0, "high": 110.0} if grouped else {})
    outlook: dict = {"verdict": "too_few"}
    if grouped:
        path = [
            {"labels": 240 + 30 * k, "hit_rate": {"value": 0.79 + 0.004 * k, "low": 0.72, "high": 0.85}}
            for k in range(9)
        ]
        gain = {"value": 0.02, "low": 0.005, "high": 0.032}
        outlook = {"verdict": "more", "labels": 150, "gain": gain, "path": path}
    rise = {"value": 0.031, "low": 0.01, "high": 0.05}
    found = LearningCurve.model_validate(
        {
            "classes": ["negative", "positive"],
            "points": [
                {
                    "share": share, "labels": labels, "draws": 1 if share == 1 else 5,
                    "probe": metric(probe, doubt), "classic": metric(classic, doubt),
                    "recalls": [metric(probe - 0.05, doubt), metric(probe + 0.05, doubt)],
                }
                for share, (labels, probe, classic) in shares.items()
            ],
            "left_out": [0.1],
            "outlook": outlook,
            "need": {"label": "negative", "rise": rise, "hit_rate": 0.74} if grouped else {"label": None},
            "matched": {"labels": span, "of": 240},
            "seconds": 20.0,
        }
    )  # fmt: skip
    write_json(folder.evaluation / "learning-curve.json", found)
    end(folder, "done", model=False)
    return found
