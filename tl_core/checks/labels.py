"""Labels that are likely wrong, by confident learning (Northcutt, Jiang & Chuang 2021).

A sample is suspected when models that have not seen it are surer of another class than they are, on average, of that
class's own samples. The method is a few lines over out-of-fold probabilities; cleanlab has it too, but brings packages
and its own way of asking a model, where ours is measured already. Three things are our own. Several kinds of model are
asked (``opinions``); where groups are known, most of them have seen the rest of the sample's group, so that fewer are
listed where a whole group is labelled wrongly. The other class must be at least ``ODDS`` times as likely as the one
given: where classes are hard to tell, the average alone lists too many. Not so where it lists ``MANY``: then the labels
themselves make the models unsure, and hardly any odds are that high. And copies with different labels are suspected
whatever the models say.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks import Omit, check
from tl_core.checks.enough import need_judgement
from tl_core.checks.examined import Examined
from tl_core.checks.opinions import opinions
from tl_core.domain.finding import DropRemedy, Finding, Level, RelabelRemedy
from tl_core.modalities.look import COPY

ODDS = 2.9
MANY = 0.15  # share of samples that are suspected without regard to odds, from which odds are not asked for
MOST = 0.4  # share from which it is not the labels: the models cannot tell these classes apart
SOME = 0.03  # share of samples from which it is worth a warning; an alarm never: hard samples are listed as well
LOOKED_AT = 3  # nearest others that may be a copy
PAIRS = 500  # that are compared
CLOSE = 0.8  # cosine of features: less alike ones are not compared as pictures or texts


@check("labels")
def labels(examined: Examined) -> Iterator[Finding]:
    """Of the exam's samples nothing is said: nobody may look there."""
    need_judgement(examined)
    chances, given = opinions(examined), examined.labels[examined.learning]
    suggested, doubt = suspects(chances, given)
    lost = float((suggested != given).mean()) > MOST
    if lost:
        suggested, doubt = given.copy(), np.zeros(len(given))
    for one, other in _contradictions(examined):
        less, more = sorted((one, other), key=lambda n: chances[n, given[n]])
        if suggested[less] == given[less]:
            suggested[less] = given[more]
            doubt[less] = 1 + chances[less, given[more]] - chances[less, given[less]]
    listed = np.flatnonzero(suggested != given)
    if not len(listed):
        if lost:
            raise Omit("findings.not_told_apart")
        return
    listed = listed[np.argsort(-doubt[listed], kind="stable")]
    ids = [examined.samples[examined.learning[n]].id for n in listed]
    classes = examined.dataset.classes
    share = len(listed) / len(given)
    pairs, counts = np.unique(np.stack([given[listed], suggested[listed]]), axis=1, return_counts=True)
    commonest = pairs[:, counts.argmax()]
    yield Finding(
        code="labels_wrong",
        level=_level(share),
        values={
            "count": len(listed),
            "of": len(given),
            "share": round(100 * share, 1),
            "label": classes[commonest[0]],
            "other": classes[commonest[1]],
            "most": int(counts.max()),
        },
        samples=ids,
        remedies=[
            RelabelRemedy(labels={id_: classes[suggested[n]] for id_, n in zip(ids, listed, strict=True)}),
            DropRemedy(samples=ids),
        ],
    )


def suspects(chances: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The class suggested for each sample (n,), the given one where there is no doubt; how likely it is ahead (n,).

    ``chances`` (n, class), each from models that did not see the sample; ``given`` (n,) class numbers.
    """
    rows = np.arange(len(given))
    present = np.unique(given)
    usual = np.full(chances.shape[1], np.inf)  # how sure of a class the model is for its own samples, on average
    usual[present] = [chances[given == number, number].mean() for number in present]
    surer = np.where(chances >= usual, chances, -1.0)
    other = surer.argmax(1)
    own = chances[rows, given]
    doubtful = (surer.max(1) >= 0) & (other != given)
    if doubtful.mean() < MANY:
        doubtful &= chances[rows, other] >= ODDS * own
    suggested = np.where(doubtful, other, given)
    return suggested, chances[rows, suggested] - own


def _contradictions(examined: Examined) -> list[tuple[int, int]]:
    """Pairs of copies with different labels, as places in ``learning``; the most alike pairs are compared."""
    chosen = examined.learning
    place = {int(number): n for n, number in enumerate(chosen)}
    numbers, similar = (found[chosen, :LOOKED_AT] for found in examined.neighbours)
    own = np.broadcast_to(chosen[:, None], numbers.shape)
    close = (similar >= CLOSE) & (examined.labels[own] != examined.labels[numbers])
    ranked = np.argsort(-similar[close], kind="stable")
    pairs = np.sort(np.stack([own[close], numbers[close]], axis=1)[ranked], axis=1)
    found = []
    for one, other in list(dict.fromkeys(map(tuple, pairs.tolist())))[:PAIRS]:
        examined.pause()
        both = one in place and other in place
        if both and examined.alike(examined.samples[one], examined.samples[other]) > COPY:
            found.append((place[one], place[other]))
    return found


def _level(share: float) -> Level:
    return "warning" if share >= SOME else "note"
