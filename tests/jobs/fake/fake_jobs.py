"""Small but real work: logistic regression by gradient descent with a checkpoint an epoch, and jobs that misbehave."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tl_core.domain.event import Epoch, Phase, Result, Resumed
from tl_core.domain.fault import InputFault, Stopped
from tl_core.store.atomic import write_json, write_text


def train(folder, plan, home):
    """``plan.epochs`` epochs of ``plan.note`` seconds each, exactly the same numbers however often it is broken off."""
    points = [(math.sin(k), math.cos(2 * k), k % 2) for k in range(40)]
    checkpoint = folder.checkpoints / "last.json"
    state = {"epoch": 0, "weights": [0.1 * plan.seed, 0.0, 0.0]}
    if checkpoint.exists():
        state = json.loads(checkpoint.read_text())
        folder.append(Resumed(epoch=state["epoch"]))
    folder.append(Phase(name="train", total=plan.epochs))
    for number in range(state["epoch"] + 1, plan.epochs + 1):
        weights, loss = state["weights"], 0.0
        for x, y, label in points:
            p = 1 / (1 + math.exp(-(weights[0] + weights[1] * x + weights[2] * y)))
            loss -= math.log(p if label else 1 - p) / len(points)
            weights = [w - 0.05 * (p - label) * part for w, part in zip(weights, (1, x, y), strict=True)]
        time.sleep(float(plan.note or 0))
        if folder.stop_requested():
            folder.bundle.mkdir()
            raise Stopped
        state = {"epoch": number, "weights": weights}
        metrics = {"validation/loss": loss, "validation/balanced_accuracy": 0.5}
        folder.append(Epoch(number=number, of=plan.epochs, metrics=metrics, best=True, seconds=0.1, rate=1, memory=1))
        write_json(checkpoint, state)  # after the event: one killed in between tells this epoch again
    write_text(folder.evaluation / "final.json", json.dumps(state["weights"]))
    folder.bundle.mkdir(exist_ok=True)


def fetch(folder, plan, home):
    """Misbehaves as told in place of a model's name."""
    what, _, more = plan.backbone.partition(":")
    print(f"printed by {what}", flush=True)
    if what == "environment":
        folder.append(Result(values={name: os.environ.get(name, "") for name in more.split(",")}))
    elif what == "deaf":  # heeds no stop, and has a child of its own
        helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        folder.append(Result(values={"helper": helper.pid}))
        time.sleep(600)
    elif what == "wait":
        time.sleep(float(more))
    elif what == "modules":
        folder.append(Result(values={name: int(name in sys.modules) for name in more.split(",")}))
    elif what == "memory":
        raise MemoryError
    elif what == "input":
        raise InputFault("projects.name_too_long", longest=80)
    elif what == "mistake":
        raise ZeroDivisionError
    elif what == "disk":
        write_text(folder.checkpoints / "small", "kept")
        Path(folder.checkpoints / "large").write_bytes(b"x" * (1 << 22))


def intake(folder, plan, home):
    folder.append(Result(values={"pid": os.getpid()}))


def fall(folder, plan, home):
    """Killed each time, as by a system without memory; ``plan.run`` times."""
    falls = sum(event.kind == "started" for event in folder.events())
    if falls <= int(plan.run):
        os.kill(os.getpid(), signal.SIGKILL)
