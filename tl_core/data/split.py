"""Who learns, who chooses and who is examined: by class in like shares, groups whole, the same for the same seed.

Versions made of others leave samples where they were, so that an exam stays one while data grow and get corrected.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.split import SUBSETS, Concern, Split, SplitRule, Subset
from tl_core.domain.text import Texts, counted

ENOUGH_SAMPLES = 10  # of a class
ENOUGH_GROUPS = 10  # below, no interval can be given
ENOUGH_EXAM = 20  # samples
NAMED = 5  # classes that a concern names
LACK = np.array([8.0, 4.0, 4.0])  # cost of all classes lacking in train, validation, test; a share wholly off costs 1
NOTHING = 1e-9
PASSES = 3  # of looking for better places for groups
MANY = 2000  # groups; with so many the first places are good, and looking again takes a second
TRAIN, VALIDATION, TEST = range(3)
OPEN = -1  # not dealt out yet


def make_split(dataset: Dataset, rule: SplitRule) -> Split:
    """The subset of every sample with a class. Depends on the samples, their groups and the rule alone.

    What the same rule put somewhere in an earlier version stays there, and only the rest is dealt out; a group whose
    samples had parted is dealt out anew. Samples of one group are in one subset. Where the upload brought a test set,
    it is the test set; what shares a group with it goes there too. ``concerns`` says what a person should know, and
    what to do about it.
    """
    samples = sorted((sample for sample in dataset.samples if sample.label is not None), key=lambda sample: sample.id)
    grouped = any(sample.group is not None for sample in samples)
    given = any(sample.given_test for sample in samples)
    tested = {_unit(sample) for sample in samples if sample.given_test}
    pool = [sample for sample in samples if _unit(sample) not in tested]
    shares = _shares(rule, given)
    stay = _stay(pool, given) if dataset.drawn_by == rule else np.full(len(pool), OPEN)
    where = _by_groups(pool, shares, rule.seed, stay) if grouped else _by_class(pool, shares, rule.seed, stay)
    subset: dict[str, Subset] = {sample.id: "test" for sample in samples if _unit(sample) in tested}
    subset |= {sample.id: SUBSETS[place] for sample, place in zip(pool, where, strict=True)}
    subset = {sample.id: subset[sample.id] for sample in samples}
    concerns = [
        *_too_few(dataset.classes, samples, grouped),
        *_shared(samples, tested),
        *_missing(dataset.classes, samples, subset),
        *_small_exam(subset),
    ]
    return Split(rule=rule, subset=subset, grouped=grouped, given_test=given, concerns=concerns)


def drawn(dataset: Dataset, rule: SplitRule) -> Dataset:
    """The same, with each sample knowing where ``rule`` puts it: what is made of it leaves it there."""
    if dataset.task != "classify":
        return dataset
    subset = make_split(dataset, rule).subset
    samples = [sample.model_copy(update={"drawn": subset.get(sample.id)}) for sample in dataset.samples]
    return dataset.model_copy(update={"samples": samples, "drawn_by": rule})


def comparable(dataset: Dataset, split: Split) -> bool:
    """Whether samples of two classes are held out to choose by: less than that says nothing of telling them apart."""
    held = {sample.label for sample in dataset.samples if split.subset.get(sample.id) == "validation"}
    return len(held) > 1


def without_validation(split: Split) -> Split:
    """The same with all that would be held out to choose by among what is learned from; the exam stays."""
    moved: dict[str, Subset] = {
        sample: "train" if place == "validation" else place for sample, place in split.subset.items()
    }
    return split.model_copy(update={"subset": moved})


def _unit(sample: Sample) -> tuple[str, str]:
    """What stays together: the group, or the sample alone (which no group's name can be mistaken for)."""
    return ("group", sample.group) if sample.group is not None else ("sample", sample.id)


def _shares(rule: SplitRule, given: bool) -> np.ndarray:
    """Of train, validation and test, (3,); something is always left to learn from."""
    validation, test = max(0.0, rule.validation), 0.0 if given else max(0.0, rule.test)
    total = max(1.0, (validation + test) / 0.9)
    return np.array([1 - (validation + test) / total, validation / total, test / total])


def _stay(pool: Sequence[Sample], given: bool) -> np.ndarray:
    """Where each stays (sample,): where all of its unit were. A test set that was brought ends the exam of before."""
    before: dict[tuple[str, str], set[int]] = {}
    for sample in pool:
        if sample.drawn is not None and not (given and sample.drawn == "test"):
            before.setdefault(_unit(sample), set()).add(SUBSETS.index(sample.drawn))
    places = [before.get(_unit(sample), set()) for sample in pool]
    return np.array([next(iter(one)) if len(one) == 1 else OPEN for one in places], dtype=int)


def _by_class(pool: Sequence[Sample], shares: np.ndarray, seed: int, stay: np.ndarray) -> np.ndarray:
    """A place (sample,) for each: every class cut at the shares, with at least one in each where there are enough."""
    rng = np.random.default_rng(seed)
    labels = np.array([sample.label for sample in pool], dtype=object)
    where = np.where(stay == OPEN, TRAIN, stay)
    for label in sorted(set(labels)):
        members = rng.permutation(np.flatnonzero((labels == label) & (stay == OPEN)))
        have = np.bincount(stay[(labels == label) & (stay != OPEN)], minlength=3)
        size = len(members) + int(have.sum())
        wanted = [place for place in (VALIDATION, TEST) if shares[place] > 0]
        start = 0
        for i, place in enumerate(wanted):
            following = sum(have[other] == 0 for other in wanted[i + 1 :]) if size > len(wanted) else 0
            left = len(members) - start - following  # one for each that follows
            count = max(1, round(shares[place] * size)) - have[place]
            count = min(count, left - (have[TRAIN] == 0))  # and one to learn from
            if count > 0:
                where[members[start : start + count]] = place
                start += count
    return where


def _by_groups(pool: Sequence[Sample], shares: np.ndarray, seed: int, stay: np.ndarray) -> np.ndarray:
    """The same with groups whole: the largest first to where they fit best, then moved while that helps."""
    if not pool:
        return np.zeros(0, dtype=int)
    keys = [_unit(sample) for sample in pool]
    units = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    unit = np.array([units[key] for key in keys])
    names, label = np.unique([sample.label or "" for sample in pool], return_inverse=True)
    counts = np.zeros((len(units), len(names)))
    np.add.at(counts, (unit, label), 1)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(units))
    order = order[np.argsort(-counts[order].sum(1), kind="stable")]
    before = np.full(len(units), OPEN)
    before[unit] = stay
    return _places(counts, order[before[order] == OPEN], shares, before)[unit]


def _places(counts: np.ndarray, order: np.ndarray, shares: np.ndarray, before: np.ndarray) -> np.ndarray:
    """A place (unit,) for ``counts`` (unit, class), so that each class's shares come near ``shares`` (3,).

    Those in ``order`` are dealt out; the others stay where they are ``before`` (unit,).
    """
    weights = counts / counts.sum(0)  # what a unit is of each class
    wanted = shares[:, None]
    open_to = np.flatnonzero(shares > 0)
    place = before.copy()
    have = np.stack([weights[before == number].sum(0) for number in range(3)])

    def best(number: int) -> int:
        """Where the unit lowers the sum of squared distances to ``wanted`` most, and that of classes not there."""
        weight = weights[number]
        gain = -2 * (have - wanted) @ weight
        gain += LACK / len(weight) * ((have < NOTHING) & (weight > 0)).sum(1)
        return int(open_to[np.argmax(gain[open_to])])

    for number in order:
        place[number] = best(number)
        have[place[number]] += weights[number]
    for _ in range(PASSES if len(counts) <= MANY else 0):
        moved = False
        for number in order:
            have[place[number]] -= weights[number]
            there = best(number)
            have[there] += weights[number]
            moved = moved or there != place[number]
            place[number] = there
        if not moved:
            break
    return place


def _too_few(classes: Sequence[str], samples: Sequence[Sample], grouped: bool) -> list[Concern]:
    concerns = []
    found = {label: [sample for sample in samples if sample.label == label] for label in classes}
    few = {label: len(members) for label, members in found.items() if len(members) < ENOUGH_SAMPLES}
    if few:
        values = {"count": len(few), "labels": smallest_first(few), "enough": ENOUGH_SAMPLES}
        concerns.append(Concern(key="data.concern_few_samples", values=values))
    if grouped:
        units = len({_unit(sample) for sample in samples})
        if units < ENOUGH_GROUPS:
            concerns.append(Concern(key="data.concern_few_groups", values={"count": units, "enough": ENOUGH_GROUPS}))
        narrow = {label: len({_unit(sample) for sample in members}) for label, members in found.items()}
        narrow = {label: number for label, number in narrow.items() if number < len(SUBSETS)}
        if narrow:
            values = {"count": len(narrow), "labels": smallest_first(narrow), "enough": len(SUBSETS)}
            concerns.append(Concern(key="data.concern_narrow_class", values=values))
    return concerns


def _shared(samples: Sequence[Sample], tested: set[tuple[str, str]]) -> list[Concern]:
    moved = sum(not sample.given_test and _unit(sample) in tested for sample in samples)
    return [Concern(key="data.concern_shared_groups", values={"count": moved})] if moved else []


def _missing(classes: Sequence[str], samples: Sequence[Sample], subset: dict[str, Subset]) -> list[Concern]:
    concerns = []
    for name in SUBSETS:
        there = {sample.label for sample in samples if subset[sample.id] == name}
        missing = dict.fromkeys((label for label in classes if label not in there), 0)
        if missing and (there or name != "test"):
            values = {"count": len(missing), "labels": Texts(texts=list(missing)[:NAMED])}
            concerns.append(Concern(key=f"data.concern_missing_{name}", values=values))
    return concerns


def _small_exam(subset: dict[str, Subset]) -> list[Concern]:
    exam = sum(place == "test" for place in subset.values())
    if exam >= ENOUGH_EXAM:
        return []
    return [Concern(key="data.concern_small_exam", values={"count": exam, "enough": ENOUGH_EXAM})]


def smallest_first(numbers: dict[str, int]) -> Texts:
    """The smallest classes with their numbers: "a (3), b (7)"."""
    ranked = sorted(numbers.items(), key=lambda pair: (pair[1], pair[0]))
    return counted(ranked[:NAMED])
