"""Hand-made homes: projects, data and runs in any state, written through the domain models, without a worker.

What runs came to stands in ``made_results``; tests ask for that here, too.
"""

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

from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from tests.app.made_results import HIT_RATE, advised, climbed, curve, decided, end, judge, kept, metric  # noqa: F401
from tl_core import backbones, processes
from tl_core.backbones.catalogue import weights_folder
from tl_core.data.split import make_split
from tl_core.domain.bundle import Parity
from tl_core.domain.calibration import Calibration
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.event import Chosen, Epoch, Event, Notice, Phase, Probed, Progress, Started
from tl_core.domain.excited import Box, Excited, Patch
from tl_core.domain.plan import ExamPlan, Plan, TrainPlan
from tl_core.domain.project import Project, Purpose
from tl_core.domain.split import Split, SplitRule, Subset
from tl_core.store.atomic import write_json
from tl_core.store.calibrations import write_calibration
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.excited import key_of, write_excited
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run, record_opening
from tl_core.use_cases.excited import wanted

ROOT = Path(__file__).resolve().parents[2]
BACKBONES = {"image": "packaged:tf_efficientnet_lite0", "text": "packaged:all-MiniLM-L6-v2"}
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


def examined(home: Home, made: Project, folder: RunFolder) -> None:
    """The sealed exam was opened for this run."""
    job = run(home, ExamPlan(project=made.id, run=folder.id))
    tell(job, [Started(), Phase(name="predict", total=10)])
    judge(folder, made, "finetuned", "test")
    record_opening(home, made.id, folder.id)
    end(job, "done")


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
