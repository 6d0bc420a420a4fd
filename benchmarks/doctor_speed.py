"""How long the doctor takes beyond the feature pass, and what memory: 2,000 images, 10,000 sentences.

``python -m benchmarks.doctor_speed HOME RUN``: one examination in a fresh process; seconds by part and peak memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    os.environ["THAW_HOME"] = sys.argv[1]
    if hasattr(os, "sched_setaffinity"):  # before any library counts them
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])

from benchmarks import planting
from benchmarks.contender import peak
from benchmarks.planting import One
from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on
from tl_core.data.packages import fetch_package
from tl_core.data.samples import opinions, solar
from tl_core.data.samples.catalogue import sample_set
from tl_core.jobs.perform import perform
from tl_core.store.home import Home
from tl_core.store.projects import delete_project
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run

IMAGES, SENTENCES = 2000, 10_000
QUICK = 100
SECONDS = 120.0


def measure(home: Home, folder: Path, quick: bool) -> Iterator[dict[str, Any]]:
    """A row for images and one for sentences."""
    from benchmarks.doctor import examined

    kinds: list[tuple[str, Callable[[Home], list[One]], int, dict[str, Any]]] = [
        ("images", cells, QUICK if quick else IMAGES, {}),
        ("sentences", sentences, QUICK if quick else SENTENCES, {"columns": planting.columns(False)}),
    ]
    for name, make, count, how in kinds:
        upload = planting.write(folder / f"speed-{name}-{count}", make(home)[:count])
        plan, told = examined(home, "photos" if name == "images" else "reviews", [str(upload)], **how)
        again = create_run(home, plan)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.doctor_speed", str(home.path), again.id],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        parts = json.loads(done.stdout.splitlines()[-1])
        delete_project(home, plan.project)
        memory = parts.pop("memory")
        beyond = parts["looks"] + parts["checks"]
        yield {
            "set": "speed", "fault": f"{len(told.dataset.samples)} {name}", "found": f"{beyond:.1f} s",
            "target": f"at most {SECONDS:.0f} s beyond the feature pass", "reached": beyond <= SECONDS,
            "besides": f"peak memory {memory / 2**30:.2f} GiB; looks {parts['looks']:.1f} s, "
            f"checks {parts['checks']:.1f} s", "seconds": round(parts["total"], 1), "parts": parts,
        }  # fmt: skip


def cells(home: Home) -> list[One]:
    """All scans of solar cells that the package of the sample set has, single crystal or not, sure or not."""
    [package] = sample_set("solar").packages
    found = []
    with zipfile.ZipFile(fetch_package(home, package.requirement, package.sha256)) as wheel:
        for line in wheel.read(f"{solar.ROOT}labels.csv").decode("utf-8").splitlines():
            file, probability, _ = line.split()
            label = "defective" if float(probability) > 0.5 else "functional"
            found.append(One(Path(file).name, label, wheel.read(solar.ROOT + file)))
    return found


def sentences(home: Home) -> list[One]:
    """Sentences of film reviews, by the sign of their readers' opinion; each once."""
    [package] = sample_set("reviews").packages
    found = {}
    for one in opinions.opinions(fetch_package(home, package.requirement, package.sha256), "movieReviewSnippets"):
        found[one.text] = One(one.text, "positive" if one.score > 0 else "negative", one.text)
    return list(found.values())


def main(home: Home, run: str) -> None:
    folder = RunFolder(home.runs / run)
    status = perform(folder)
    if status.state != "done":
        raise RuntimeError(f"it ended as {status}")
    print(json.dumps({**status.seconds, "memory": peak()}))


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), sys.argv[2])
    sys.stdout.flush()
    os._exit(0)  # libraries' threads need not be asked
