"""Two people about the same samples: how far they agree, where they part, what is settled; and whether a person still
looks at suggestions."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np

from tl_core.data.columns import label_text
from tl_core.data.labels import Opinions, opinions, settled
from tl_core.domain.base import Noun, new_id
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.labelling import Agreement, Labelling, Trust
from tl_core.evaluation import agreement as judging
from tl_core.store.home import Home
from tl_core.store.labels import append, read_labels
from tl_core.use_cases import data

DATA = ""  # stands for what the data said before anybody labelled here


class Pair(Noun):
    """Two who looked at the same samples; a name, or ``DATA``."""

    first: str
    second: str
    samples: int


class Parted(Noun):
    """A sample of which people say different things, and nobody has settled which."""

    sample: Sample
    said: dict[str, str]  # who -> class


def pairs(project_id: str) -> list[Pair]:
    """Those with samples in common, most first."""
    thought = _opinions(project_id)
    found = [
        Pair(first=first, second=second, samples=len(thought[first].keys() & thought[second].keys()))
        for first, second in combinations(thought, 2)
    ]
    return sorted((one for one in found if one.samples), key=lambda one: -one.samples)


def agreement(project_id: str, pair: Pair) -> Agreement:
    """Of what both said. Raises InputFault without data, or with nothing in common."""
    thought = _opinions(project_id)
    first, second = thought.get(pair.first, {}), thought.get(pair.second, {})
    dataset = data.dataset(project_id)
    both = [one for one in dataset.samples if one.id in first and one.id in second] if dataset else []
    if not both:
        raise InputFault("labelling.nothing_in_common")
    groups = [one.group for one in both] if any(one.group for one in both) else None
    return judging.agreement([first[one.id] for one in both], [second[one.id] for one in both], groups)


def disagreements(project_id: str) -> list[Parted]:
    """Samples to settle, in the order of the data."""
    dataset = data.dataset(project_id)
    thought = _opinions(project_id)
    done = settled(read_labels(Home.default(), project_id).said)
    found = []
    for sample in dataset.samples if dataset else []:
        said = {who: own[sample.id] for who, own in thought.items() if sample.id in own}
        if len(set(said.values())) > 1 and sample.id not in done:
            found.append(Parted(sample=sample, said=said))
    return found


def settle(project_id: str, sample: str, label: str, by: str) -> None:
    """What a sample is after all. Raises InputFault for a class without a name."""
    name = label_text(label)
    if not name:
        raise InputFault("data.label_missing")
    one = Labelling(id=new_id(), sample=sample, label=name, by=by, time=time.time(), way="settle")
    append(Home.default(), project_id, [one])


def trust(project_id: str) -> Trust:
    """How often suggestions shown were corrected, against how often those kept back were wrong."""
    counted = [one for one in read_labels(Home.default(), project_id).said if one.suggested and one.label]
    wrong = {way: [one.label != one.suggested for one in counted if one.way == way] for way in ("group", "audit")}
    return judging.trust(np.array(wrong["group"], dtype=bool), np.array(wrong["audit"], dtype=bool))


def _opinions(project_id: str) -> Opinions:
    """Of people, and of the data where they knew better: a class that somebody gave here is no second opinion."""
    dataset = data.dataset(project_id)
    said = read_labels(Home.default(), project_id).said
    thought = opinions(said)
    given = {one.sample for one in said if one.way in ("alone", "group", "audit") and one.label and not one.undone}
    own = {one.id: one.label for one in dataset.samples if one.label and one.id not in given} if dataset else {}
    return {DATA: own, **thought}
