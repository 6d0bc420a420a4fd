"""Runs contenders on the same material, one after the other in turn, and keeps what each took and answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks import environment
from benchmarks.prepare import Draw, compile_at, prepare
from tl_core.quiet import child_environment

CORES = 2
Pace = Literal["quick", "slow", "slowest"]


@dataclass(frozen=True)
class Contender:
    title: str
    module: str  # of benchmarks.peers
    options: dict[str, Any] = field(default_factory=dict)
    pace: Pace = "quick"  # slower ones get fewer seeds, unless asked


@dataclass(frozen=True)
class Goal:
    """``mine`` against ``other``: at least so many times faster, or at most so many times its time."""

    mine: str
    other: str
    factor: float
    kind: Literal["at least", "at most"] = "at least"
    clock: Literal["whole", "equal loss"] = "whole"
    quality: Literal["any", "equal", "better", "surely equal"] = "any"  # of Thaw beside it; ``table.good_enough``


@dataclass(frozen=True)
class Work:
    name: str
    about: str
    modality: Literal["image", "text"]
    draw: Draw
    contenders: list[Contender]
    goals: list[Goal]
    minutes: float  # with the default seeds, two quiet cores
    boundaries: tuple[int, ...] = ()  # compiled before, beside those that the set-up compiles
    in_order: bool = False  # a later contender needs what an earlier one left


@dataclass(frozen=True)
class Seeds:
    quick: int = 5
    slow: int = 2
    slowest: int = 1

    def of(self, pace: Pace) -> int:
        return min(self.quick, {"quick": self.quick, "slow": self.slow, "slowest": self.slowest}[pace])


@dataclass
class Outcome:
    """One run of one contender; ``answers`` has ``validation``, ``test``, ``epochs`` where it gave them."""

    contender: str
    seed: int
    material: Path
    seconds: float
    parts: dict[str, float]
    memory: int
    facts: dict[str, Any]
    epochs: list[float]
    losses: list[tuple[float, float]]
    answers: dict[str, np.ndarray]


class Broken(Exception):
    """A contender did not come to its end; its log's last lines."""


def run_work(work: Work, folder: Path, seeds: Seeds, peers: Path | None) -> tuple[list[Outcome], dict[str, str]]:
    """All outcomes, and why a contender has none. The order changes with the seed, so that nobody is always first."""
    outcomes: list[Outcome] = []
    broken: dict[str, str] = {}
    compile_at(folder, work.modality, work.boundaries)
    for seed in range(seeds.quick):
        running = [c for c in work.contenders if seed < seeds.of(c.pace) and c.title not in broken]
        material = prepare(folder, work.name, work.modality, work.draw, seed)
        turn = 0 if work.in_order else seed % max(1, len(running))
        for contender in running[turn:] + running[:turn]:
            try:
                outcome = contend(contender, material, seed, peers)
            except Broken as error:
                broken[contender.title] = str(error)
                print(f"  {work.name}: {contender.title} did not finish: {error}", file=sys.stderr, flush=True)
                continue
            outcomes.append(outcome)
            said = f"  {work.name}, seed {seed}: {contender.title} {outcome.seconds:.2f} s"
            print(said, file=sys.stderr, flush=True)
    return outcomes, broken


def contend(contender: Contender, material: Path, seed: int, peers: Path | None = None) -> Outcome:
    """One contender in a fresh process with ``CORES`` cores. Raises Broken."""
    python = sys.executable
    if contender.module == "setfit":
        found = peers or environment.python()
        if found is None:
            raise Broken(environment.HOW)
        python = str(found)
    out = material.parent / f"{contender.title.replace(' ', '-').replace('/', '-').replace(',', '')}-{seed}"
    out.mkdir(exist_ok=True)
    spec = out / "spec.json"
    told = {
        "module": contender.module, "options": contender.options, "material": str(material), "out": str(out),
        "cores": CORES,
    }  # fmt: skip
    spec.write_text(json.dumps(told), "utf-8")
    surroundings = child_environment() | {"OMP_NUM_THREADS": str(CORES), "PYTHONPATH": str(environment.ROOT)}
    with open(out / "log.txt", "wb") as log:
        done = subprocess.run(
            [python, "-m", "benchmarks.contender", str(spec)], cwd=environment.ROOT, env=surroundings,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    if done.returncode:
        lines = (out / "log.txt").read_text("utf-8", "replace").strip().splitlines()
        raise Broken(lines[-1] if lines else f"exit status {done.returncode}")
    return _outcome(contender, material, seed, out)


def _outcome(contender: Contender, material: Path, seed: int, out: Path) -> Outcome:
    told = json.loads((out / "result.json").read_text("utf-8"))
    with np.load(out / "answers.npz") as answers:
        found = {name: answers[name] for name in answers.files}
    return Outcome(contender.title, seed, material, answers=found, **told)


def machine() -> dict[str, Any]:
    """What the figures are of, and how busy it was."""
    cpu = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {"processor": cpu, "cores used": CORES, "cores": os.cpu_count(), "load before the start": load}
