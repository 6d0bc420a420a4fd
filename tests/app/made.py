"""Hand-made homes: projects, data and runs in any state, written through the domain models, without a worker."""

from __future__ import annotations

import base64
import io
import math
import os
import random
import re
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from tl_core import backbones, processes
from tl_core.backbones.catalogue import weights_folder
from tl_core.data.split import make_split
from tl_core.domain.bundle import Parity
from tl_core.domain.calibration import Calibration
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.decision import Decision, Distances, Wishes
from tl_core.domain.event import Chosen, Epoch, Event, Notice, Phase, Probed, Progress, Rung, Started
from tl_core.domain.excited import Box, Excited, Patch
from tl_core.domain.ladder import Advice, Ladder
from tl_core.domain.learning_curve import LearningCurve
from tl_core.domain.mixes import Ability, Likeness, Mix, Mixes
from tl_core.domain.plan import ExamPlan, Plan, TrainPlan
from tl_core.domain.project import Project, Purpose
from tl_core.domain.report import Candidate, ClassReport, Curve, Metric, Predictions, Report
from tl_core.domain.run import Status
from tl_core.domain.split import Split, SplitRule, Subset
from tl_core.evaluation import decisions
from tl_core.store.atomic import write_json
from tl_core.store.calibrations import write_calibration
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.decisions import write_decision, write_distances
from tl_core.store.excited import key_of, write_excited
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run, record_opening
from tl_core.use_cases.excited import wanted

ROOT = Path(__file__).resolve().parents[2]
BACKBONES = {"image": "packaged:tf_efficientnet_lite0", "text": "packaged:all-MiniLM-L6-v2"}
HIT_RATE = "validation/balanced_accuracy"
PLACES = 8  # that MiniLM's boundary can have
WORDS = ["kind", "slow", "bright", "cold", "steady", "odd", "fresh", "plain", "warm", "loud", "quick", "calm"]


def project(
    home: Home, purpose: Purpose = "reviews", classes: tuple[str, ...] = ("negative", "positive"), samples: int = 60
) -> Project:
    """A project whose data are in: texts, or small coloured pictures with thumbnails."""
    made = create_project(home, f"Made of {purpose}", purpose)
    rng = random.Random(0)
    found = []
    for number in range(samples):
        label = classes[number % len(classes)]
        values: dict = {"text": f"{label} {' '.join(rng.choices(WORDS, k=12))} {number}"}
        if made.modality == "image":
            values = {"file": _picture(home, made.id, number, classes.index(label), rng)}
        found.append(Sample(id=f"{number:016x}", source=f"{label}/{number}", target=ClassTarget(label=label), **values))
    dataset = Dataset(id="", modality=made.modality, classes=sorted(classes), samples=found, received=samples)
    if made.modality == "text":
        dataset = dataset.model_copy(update={"languages": {"en": samples}})
    return set_dataset(home, made.id, save_dataset(home, made.id, dataset).id)


def _picture(home: Home, project_id: str, number: int, kind: int, rng: random.Random) -> str:
    """A module of cells; those of the second kind have a dark crack."""
    image = Image.new("RGB", (120, 120), (90 + rng.randint(0, 40),) * 3)
    draw = ImageDraw.Draw(image)
    for x in range(0, 120, 24):
        draw.line((x, 0, x, 120), fill=(150,) * 3)
    if kind:
        draw.line(
            (rng.randint(0, 60), rng.randint(0, 120), rng.randint(60, 120), rng.randint(0, 120)),
            fill=(20 * kind % 255, 20, 20),
            width=5,
        )
    name = f"{number:016x}.png"
    image.save(home.samples(project_id) / name)
    image.save(home.thumbnails(project_id) / f"{number:016x}.webp")
    return name


def fetched(home: Home, *names: str) -> None:
    """Starting models as if they had been fetched; without weights, as pages look at the card only."""
    for name in names or tuple(BACKBONES.values()):
        card = backbones.card(home, name).model_copy(update={"sha256": "0" * 64})
        write_json(weights_folder(home, name) / "card.json", card)


def calibration(home: Home, plan: TrainPlan, **changes: object) -> None:
    """MiniLM as if it had been measured with the plan's project: a hundredth of a second a layer group and step."""
    values: dict = {
        "backbone": plan.backbone, "sha256": "0" * 64, "device": "CPU", "read": 0.001, "capacity": None, "idle": 10**9,
        "through": [0.001 * k for k in range(PLACES)], "step": [0.01 * (PLACES - k) for k in range(PLACES)],
        "judge": [0.002 * (PLACES - 1 - k) for k in range(PLACES)], "each": [1e6 * (PLACES - k) for k in range(PLACES)],
    }  # fmt: skip
    write_calibration(home, plan.project, plan.device, Calibration.model_validate(values | changes))


def excited(home: Home, plan: TrainPlan) -> Excited:
    """As if the project's pictures had been looked at: under each layer group the first three that may be."""
    card = backbones.card(home, plan.backbone)
    asked = wanted(plan)
    dataset = load_dataset(home, plan.project, plan.dataset)
    shown = make_split(dataset, plan.split).ids("train")[:3]
    stages = []
    for number, _ in enumerate(card.stages):
        side = 0.1 + 0.08 * number
        stream = io.BytesIO()
        Image.effect_noise((76, 76), 10.0 * (number + 1)).save(stream, "WEBP")
        picture = base64.b64encode(stream.getvalue()).decode()
        box = Box(left=0.2, top=0.3, right=0.2 + side, bottom=0.3 + side)
        stages.append([Patch(sample=sample, box=box, picture=picture) for sample in shown])
    found = Excited(key=key_of(asked, card.sha256), stages=stages)
    write_excited(home, asked, card.sha256, found)
    return found


def worker(home: Home, alive: bool = True) -> None:
    """A heartbeat as if a worker were there: that of this process."""
    file = home.path / "worker.json"
    if not alive:
        file.unlink(missing_ok=True)
        return
    told = {"pid": os.getpid(), "born": processes.born(os.getpid()), "host": socket.gethostname(), "beat": time.time()}
    write_json(file, told)


def plan(made: Project, **changes: object) -> TrainPlan:
    values: dict = {
        "project": made.id,
        "dataset": made.dataset,
        "modality": made.modality,
        "backbone": BACKBONES[made.modality],
        "frozen_stages": 5,
    }
    return TrainPlan.model_validate(values | changes)


def run(home: Home, asked: Plan, queued: bool = True) -> RunFolder:
    """A job's folder as ``runs.start`` leaves it, without the queue itself."""
    folder = create_run(home, asked)
    if queued:
        (folder.path / "control").mkdir(exist_ok=True)
        (folder.path / "control" / "queued").touch()
    return folder


def tell(folder: RunFolder, events: list[Event], seconds_ago: float = 60.0) -> None:
    start = time.time() - seconds_ago
    for place, event in enumerate(events):
        folder.append(event.model_copy(update={"time": start + place * seconds_ago / (len(events) + 1)}))


def learning(epochs: int, of: int = 12, best: int = 6, probe: float = 0.72) -> list[Event]:
    """A training up to some epoch: overfitting after ``best``."""
    events: list[Event] = [
        Started(device="CPU, 2 cores"),
        Phase(name="prepare"),
        Phase(name="features", total=620),
        Progress(done=620, total=620, rate=180.0, memory=900_000_000),
        Phase(name="probe"),
        Probed(
            metrics={"validation/balanced_accuracy": metric(probe, 0.05), "validation/log_loss": metric(0.6, 0.05)},
            seconds=4.2,
        ),
        Phase(name="train", total=of),
    ]
    for number in range(1, epochs + 1):
        fall = math.exp(-number / 3)
        late = max(0, number - best) * 0.02
        events.append(
            Epoch(
                number=number,
                of=of,
                metrics={
                    "train/loss": 0.1 + 0.7 * fall,
                    "validation/loss": 0.32 + 0.45 * fall + late,
                    "train/balanced_accuracy": 0.95 - 0.4 * fall,
                    "validation/balanced_accuracy": 0.8 - 0.35 * fall - late / 4,
                },
                best=number <= best,
                seconds=5.8,
                rate=62.0,
                memory=1_100_000_000,
            )
        )
    return events


def done(
    home: Home, made: Project, recipe: str = "finetune", *, grouped: bool = True, classes: int = 2, **changes: object
) -> RunFolder:
    """A training that came to its end, judged on its validation samples, its bundle checked."""
    asked = plan(made, recipe=recipe, **changes)
    folder = run(home, asked)
    chosen = {"finetune": "finetuned", "probe": "probe", "scratch": "scratch"}[recipe]
    events = learning(0 if recipe == "probe" else 9)
    if recipe == "scratch":
        events = [event for event in events if not isinstance(event, Probed)]
    events += [
        Notice(key="training.batch_halved", values={"size": 16}),
        Chosen(candidate=chosen, gain=0.06, error=0.02),
        Phase(name="evaluate"),
        Phase(name="bundle"),
    ]
    tell(folder, events)
    judge(folder, made, chosen, "validation", grouped=grouped)
    dataset = load_dataset(home, made.id, str(made.dataset))
    thirds: tuple[Subset, ...] = ("train", "validation", "test")
    subset = {sample.id: thirds[place % 3] for place, sample in enumerate(dataset.samples)}
    folder.write_split(Split(rule=SplitRule(), subset=subset, grouped=grouped, given_test=False))
    folder.bundle.mkdir(exist_ok=True)
    write_json(folder.bundle / "parity.json", Parity(samples=40, labels_equal=True, largest_difference=3e-6))
    end(folder, "done")
    return folder


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


def examined(home: Home, made: Project, folder: RunFolder) -> None:
    """The sealed exam was opened for this run."""
    job = run(home, ExamPlan(project=made.id, run=folder.id))
    tell(job, [Started(), Phase(name="predict", total=10)])
    judge(folder, made, "finetuned", "test")
    record_opening(home, made.id, folder.id)
    end(job, "done")


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


class Held(ExitStack):
    """Holds a run's lock as its child would: the run is at work."""

    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self.enter_context(folder.lock())


def words(at: AppTest) -> str:
    """All a person can read on the page's main part, escapes taken away."""
    main = at.main
    found = [
        element.value if hasattr(element, "value") else ""
        for kind in ("title", "header", "subheader", "text", "caption", "markdown", "info", "warning", "error")
        for element in main.get(kind)
    ]
    return plain("\n".join(str(text) for text in found))


def plain(text: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", text).replace("\u2060", "")


def button(at: AppTest, key: str):
    return next((one for one in at.button if one.key == key), None)


def address(at: AppTest, name: str) -> str:
    """A part of the page's address."""
    value = at.query_params.get(name, "")
    return value if isinstance(value, str) else "".join(value)


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
