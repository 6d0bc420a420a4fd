"""Does the data doctor find what was planted? Faults in real sample sets, through the intake and the check's own job.

Every upload goes the way of a person's: read, stored, split, encoded by the default starting model, examined.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import doctor_speed, planting
from benchmarks.planting import SAME, Material, One
from benchmarks.prepare import home_of
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.finding import Finding, Findings, GroupRemedy
from tl_core.domain.plan import CheckPlan, IntakePlan
from tl_core.domain.project import Purpose
from tl_core.jobs.perform import perform
from tl_core.store.datasets import load_dataset
from tl_core.store.findings import read_findings
from tl_core.store.home import Home
from tl_core.store.projects import create_project, delete_project, read_project
from tl_core.store.runs import create_run
from tl_core.use_cases import checks
from tl_core.words import say

HEAD = ("set", "fault", "planted", "found", "precision", "target", "reached", "besides", "seconds")
SEEDS = 3  # of what is drawn at random
FLIPPED = 0.05  # of the labels
COPIED = 0.3  # of the samples, in one way each
ALTERED = 0.9  # of altered copies that must be found
HALF = 0.5  # of flipped labels that must be listed, and of listed ones that must be flipped
QUICK = 160  # samples
BORDER = ("border_brightness", "border_contrast", "border_black")
LIGHT = ("brightness", "darkest", "lightest", "contrast", *BORDER)
Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What became of an upload. ``seconds`` of its examination, features among them."""

    dataset: Dataset
    findings: Findings
    seconds: float

    def of(self, *codes: str) -> list[Finding]:
        return [finding for finding in self.findings.findings if finding.code in codes]

    @property
    def alarms(self) -> list[str]:
        return [finding.code for finding in self.findings.of_level("alarm")]

    def ids(self, test: bool = False) -> dict[str, str]:
        """Key of each sample of the one part of the upload -> its id."""
        return {key_of(sample): sample.id for sample in self.dataset.samples if sample.given_test == test}


def measure(folder: Path, quick: bool, only: list[str]) -> Iterator[Row]:
    """A row a set and fault; ``only``: sets, "planes" and "speed"."""
    home = home_of(folder)
    makers = [planting.reviews, planting.solar] if quick else [planting.reviews, planting.photos, planting.solar]
    for make in makers:
        if only and make.__name__ not in only:
            continue
        material = make(folder)
        if quick:
            material = fewer(material)
        for row in _of(home, folder, material, 1 if quick else SEEDS):
            yield _logged(row)
    if not quick and (not only or "planes" in only):
        yield _logged(_planes(home))
    if not only or "speed" in only:
        for row in doctor_speed.measure(home, folder, quick):
            yield _logged(row)


def markdown(rows: list[Row]) -> str:
    """One table."""
    lines = [f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    return "\n".join(lines + [f"| {' | '.join(str(row.get(name, '')) for name in HEAD)} |" for row in rows])


def fewer(material: Material) -> Material:
    """Whole groups where there are any."""
    order = np.random.default_rng(0).permutation(len(material.ones))
    places: dict[str, int] = {}
    for n in order:
        places.setdefault(material.ones[n].group, len(places))
    ranked = sorted(material.ones, key=lambda one: places[one.group])
    return replace(material, ones=ranked[:QUICK])


def examined(
    home: Home, purpose: Purpose, paths: list[str], tests: list[str] | None = None, **how: Any
) -> tuple[CheckPlan, Told]:
    """An upload, taken in and examined; its project is left to delete. Raises RuntimeError when a job fails."""
    project = create_project(home, "Planted", purpose)
    _done(home, IntakePlan(
        project=project.id, modality=project.modality, paths=paths, test_paths=tests or [], remove_paths=False, **how,
    ))  # fmt: skip
    plan = checks.wanted(project.id)
    began = time.monotonic()
    _done(home, plan)
    seconds = time.monotonic() - began
    found = read_findings(home, project.id, plan.dataset)
    version = read_project(home, project.id).dataset
    assert found
    assert version
    return plan, Told(load_dataset(home, project.id, version), found, seconds)


def _done(home: Home, plan: IntakePlan | CheckPlan) -> None:
    status = perform(create_run(home, plan))
    if status.state != "done":
        raise RuntimeError(f"{plan.kind} ended as {status}")


def _of(home: Home, folder: Path, material: Material, seeds: int) -> Iterator[Row]:
    clean = _tell(home, folder, material, material.ones, **material.grouped)
    yield _clean(material, clean)
    yield from _flips(home, folder, material, seeds)
    yield from _copies(home, folder, material, seeds)
    if material.grouped:
        yield _groups_left_out(home, folder, material)
    if not material.is_text:
        yield from _one_class(home, folder, material)


def _tell(
    home: Home, folder: Path, material: Material, ones: list[One], test: list[One] | None = None, **how: Any
) -> Told:
    place = folder / "upload"
    paths = [str(planting.write(place / "train", ones))]
    tests = [str(planting.write(place / "test", test))] if test else []
    if material.is_text:
        how.setdefault("columns", planting.columns(False))
    plan, told = examined(home, material.purpose, paths, tests, **how)
    delete_project(home, plan.project)
    return told


def _clean(material: Material, told: Told) -> Row:
    """Groups known, nothing planted: no alarm, and what is called a copy is none, or was in the set already."""
    pairs = [cluster for finding in _copies_of(told) for cluster in finding.clusters]
    return {
        "set": material.name, "fault": "nothing planted", "planted": len(told.dataset.samples),
        "found": f"{len(told.alarms)} alarms", "target": "no alarm", "reached": not told.alarms,
        "besides": f"{len(pairs)} pairs or more of copies among them; {_others(told)}",
        "seconds": round(told.seconds, 1),
        "pairs": [[_source(told, one) for one in cluster] for cluster in pairs],
    }  # fmt: skip


def _flips(home: Home, folder: Path, material: Material, seeds: int) -> Iterator[Row]:
    """Of the exam's samples nobody may say anything, so those flipped there do not count."""
    planted, found, listed, seconds, parts = 0, 0, 0, 0.0, []
    for seed in range(seeds):
        ones, wrong = planting.flipped(material.ones, FLIPPED, np.random.default_rng(seed))
        told = _tell(home, folder, material, ones, **material.grouped)
        ids = told.ids()
        split = make_split(told.dataset, told.findings.rule)
        there = {ids[key] for key in wrong if key in ids} - set(split.ids("test"))
        said = {sample for finding in told.of("labels_wrong") for sample in finding.samples}
        planted, found, listed = planted + len(there), found + len(there & said), listed + len(said)
        parts.append(f"{len(there & said)} of {len(there)} among {len(said)}")
        seconds += told.seconds
    yield {
        "set": material.name, "fault": "5 % of labels flipped", "planted": planted,
        "found": _share(found, planted), "precision": _share(found, listed), "target": "50 %, at 50 % precision",
        "reached": found >= HALF * planted and found >= HALF * listed, "besides": "; ".join(parts),
        "seconds": round(seconds / seeds, 1),
    }  # fmt: skip


def _copies(home: Home, folder: Path, material: Material, seeds: int) -> Iterator[Row]:
    """Originals to learn from, copies in a test set brought along; groups are not told."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    clusters = right = 0
    seconds, missed = 0.0, []
    for seed in range(seeds):
        kinds = planting.copied(material, COPIED, np.random.default_rng(seed))
        copies = [copy for pairs in kinds.values() for _, copy in pairs]
        told = _tell(home, folder, material, material.ones, copies)
        learned, asked = told.ids(), told.ids(test=True)
        together = [set(cluster) for finding in _copies_of(told) for cluster in finding.clusters]
        places: set[str] = set()
        for kind, pairs in kinds.items():
            for original, copy in pairs:
                one, other = learned.get(original.key), asked.get(copy.key)
                same = one is None and other is not None  # equal content: the exam's stays
                near = any({one, other} <= cluster for cluster in together)
                planted[kind] += 1
                found[kind] += same or near
                if not (same or near):
                    missed.append(f"{kind}: {original.key[:80]} | {copy.key[:80]}")
                places |= {id_ for id_ in (one, other) if id_}
        clusters += len(together)
        right += sum(len(cluster & places) > 1 for cluster in together)
        seconds += told.seconds
    for kind, count in planted.items():
        least = 1.0 if kind in SAME else ALTERED
        yield {
            "set": material.name, "fault": f"copies in the exam: {kind}", "planted": count,
            "found": _share(found[kind], count), "target": f"{least:.0%}", "reached": found[kind] >= least * count,
            "precision": _share(right, clusters), "seconds": round(seconds / seeds, 1),
            "missed": [line for line in missed if line.startswith(kind)],
        }  # fmt: skip


def _groups_left_out(home: Home, folder: Path, material: Material) -> Row:
    """The set's own groups, not told: names or order give them away, or nothing does."""
    told = _tell(home, folder, material, material.ones)
    alarms = told.of("leak_names", "leak_order")
    groups = {one.key: one.group for one in material.ones}
    return {
        "set": material.name, "fault": "groups left out", "planted": f"{len(set(groups.values()))} groups",
        "found": ", ".join(finding.code for finding in alarms) or "nothing", "target": "an alarm",
        "reached": bool(alarms), "besides": "; ".join(_fall(finding) for finding in alarms),
        "seconds": round(told.seconds, 1),
    }  # fmt: skip


def _one_class(home: Home, folder: Path, material: Material) -> Iterator[Row]:
    """Each class in turn gets a border, or another light."""
    on_white = material.name == "photos"
    faults = [
        ("a border on one class", planting.bordered, BORDER),
        ("one class darker", planting.darkened, LIGHT),
        *([] if on_white else [("one class brighter", planting.brightened, LIGHT)]),
    ]
    for fault, change, traits in faults:
        found, levels, seconds = 0, [], 0.0
        named = {say(f"traits.{trait}") for trait in traits}
        for label in material.classes:
            told = _tell(
                home, folder, material, planting.as_one_class(material.ones, label, change), **material.grouped
            )
            fitting = [one for one in told.of("confound_traits") if named & set(str(one.values["traits"]).split(", "))]
            loud = [one for one in fitting if one.level != "note"]
            found += bool(loud)
            levels += [f"{label}: {one.level} ({one.values['traits']})" for one in told.of("confound_traits")]
            seconds += told.seconds
        count = len(material.classes)
        yield {
            "set": material.name, "fault": fault, "planted": count, "found": f"{found} of {count}",
            "target": "a warning or an alarm that names it", "reached": found == count, "besides": "; ".join(levels),
            "seconds": round(seconds / count, 1),
        }  # fmt: skip


def _planes(home: Home) -> Row:
    """Slices of three persons, who are not told; scans, so their names are hidden on entry."""
    people = Counter(file.name.split("__")[0] for file in fetch_sample_set(home, "planes").glob("*/*.png"))
    plan, told = examined(home, "scans", [], sample_set="planes")
    delete_project(home, plan.project)
    alarms = told.of("leak_names")
    remedies = [remedy for finding in alarms for remedy in finding.remedies if isinstance(remedy, GroupRemedy)]
    sizes = sorted(Counter(remedies[0].groups.values()).values()) if remedies else []
    return {
        "set": "planes", "fault": "persons in several parts", "planted": f"{len(people)} persons",
        "found": f"{len(sizes)} groups of {sizes}", "target": "an alarm with their groups",
        "reached": sizes == sorted(people.values()), "besides": "; ".join(_fall(finding) for finding in alarms),
        "seconds": round(told.seconds, 1),
    }  # fmt: skip


def key_of(sample: Sample) -> str:
    return sample.text if sample.text is not None else sample.source.rpartition("/")[2]


def _copies_of(told: Told) -> list[Finding]:
    return told.of("copies_across", "copies_torn", "copies_near")


def _source(told: Told, id_: str) -> str:
    return next(f"{key_of(sample)} ({sample.label})" for sample in told.dataset.samples if sample.id == id_)


def _others(told: Told) -> str:
    return ", ".join(f"{finding.code} {finding.level}" for finding in told.findings.findings) or "nothing said"


def _fall(finding: Finding) -> str:
    return " -> ".join(f"{name} {metric.value:.3f}" for name, metric in finding.figures.items())


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def _logged(row: Row) -> Row:
    print(f"  {row['set']}, {row['fault']}: {row.get('found', '')}", file=sys.stderr, flush=True)
    return row
