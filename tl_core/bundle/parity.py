"""Proof that what is handed out is what was measured: a fresh process loads the bundle and answers held-out samples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from tl_core.bundle.folder import PARITY
from tl_core.domain.bundle import Parity
from tl_core.domain.dataset import Sample
from tl_core.quiet import child_environment
from tl_core.store.atomic import write_json
from tl_core.store.home import Home

MOST = 64  # samples answered again
PATIENCE = 600  # seconds for a process that may share its cores
FAILED = Parity(samples=0, labels_equal=False, largest_difference=1.0)
ROOT = Path(__file__).resolve().parents[2]
Replies = TypeVar("Replies")


def start_fresh(library: str = "", kind: str = "bundle") -> subprocess.Popen[bytes]:
    """A process that imports ``library`` (timm, torchvision, transformers) and waits for what ``ask`` will ask.

    Started while a training still runs, it is ready when the bundle is; imports take seconds. It ends with us.
    ``kind``: bundle, forecaster, assistant.
    """
    environment = child_environment()
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "tl_core.bundle.fresh", str(os.getpid()), kind, library]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def ask(fresh: subprocess.Popen[bytes], request: dict, read: Callable[[dict], Replies]) -> Replies | None:
    """What ``read`` makes of the answer to ``request``; None where there is none. ``fresh`` is used up."""
    try:
        reply, _ = fresh.communicate(json.dumps(request).encode(), timeout=PATIENCE)
        return read(json.loads(reply))
    except (subprocess.SubprocessError, OSError, ValueError, KeyError) as error:
        fresh.kill()
        fresh.wait()
        print(f"the fresh process gave no answers: {type(error).__name__}", file=sys.stderr)
        return None


def certify(
    bundle: Path,
    home: Home,
    project_id: str,
    samples: Sequence[Sample],
    probabilities: np.ndarray,
    fresh: subprocess.Popen[bytes] | None = None,
) -> Parity:
    """Compare the written bundle with the measured model on held-out ``samples`` and keep the result beside it.

    ``probabilities`` (n, c) are what the measured model said of ``samples``; at most 64 of them are asked again, spread
    evenly. ``fresh`` comes from ``start_fresh`` and is used up. A fresh process that fails leaves a certificate that
    does not pass; its words go to standard error.
    """
    rows = np.unique(np.linspace(0, len(samples) - 1, min(MOST, len(samples))).round().astype(int))
    request = {
        "bundle": str(bundle),
        "home": str(home.path),
        "project": project_id,
        "samples": [samples[row].model_dump(mode="json") for row in rows],
    }
    again = ask(fresh or start_fresh(), request, lambda reply: np.array(reply["probabilities"], np.float64))
    parity = FAILED if again is None else compare(probabilities[rows], again)
    write_json(bundle / PARITY, parity)
    return parity


def compare(measured: np.ndarray, reloaded: np.ndarray) -> Parity:
    """Both (n, c) probabilities."""
    if measured.shape != reloaded.shape or not np.isfinite(reloaded).all():
        return FAILED
    return Parity(
        samples=len(measured),
        labels_equal=bool((measured.argmax(1) == reloaded.argmax(1)).all()),
        largest_difference=float(np.abs(measured - reloaded).max(initial=0.0)),
    )
