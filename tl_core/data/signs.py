"""What the names of samples have in common: signs that some may belong together, or lie in an order.

None of it is a group yet: the data doctor tries each. Where names are hidden on entry, signs are read before that and
kept as keyed pseudonyms among a sample's traits, so that the same can be tried without a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tl_core.data.names import pseudonym
from tl_core.data.structure import TEST, TRAINING, places
from tl_core.domain.dataset import Sample

Signs = dict[str, str | int]  # of one sample: those below that its name has, the order as an int

DEEP = 4  # levels of folders that are looked at
SHARED = (*(f"folder_{level}" for level in range(1, DEEP + 1)), "stem", "part_1", "part_2", "part_last", "date")
LINE = "line"  # samples numbered one after the other: of one folder and one stem
ORDER = "order"  # place of a sample in its line, from 0
TRAIT = "name_"  # before the kind, among a sample's traits

EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$|\.nii\.gz$")
SEPARATORS = re.compile(r"[\s_.,;+~-]+")
LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def signs(sources: Sequence[str]) -> list[Signs]:
    """Of each name ("root/cats/p12/a_034.png", "row 17") what it may share with others, and its place in an order.

    Folders that say the class or the subset are none. A kind that all names share, or none, is left out.
    """
    found = [_of(source, place.label) for source, place in zip(sources, places(sources), strict=True)]
    for kind in SHARED:
        values = [one.get(kind) for one in found]
        if not 1 < len(set(values) - {None}) < len(values):
            for one in found:
                one.pop(kind, None)
    _put_in_order(found)
    return found


def with_signs(secret: bytes, samples: Sequence[Sample]) -> list[Sample]:
    """The same samples with their names' signs among the traits, pseudonyms all; call it while names are known."""

    def veiled(sample: Sample, own: Signs) -> Sample:
        traits = {
            f"{TRAIT}{kind}": value if isinstance(value, int) else pseudonym(secret, f"{TRAIT}{kind}", value)
            for kind, value in own.items()
        }
        return sample.model_copy(update={"traits": {**sample.traits, **traits}})

    pairs = zip(samples, signs([sample.source for sample in samples]), strict=True)
    return [veiled(sample, own) for sample, own in pairs]


def kept(traits: Mapping[str, str | int | float]) -> Signs:
    """The signs among a sample's traits; empty where its name was not hidden."""
    return {
        name.removeprefix(TRAIT): value
        for name, value in traits.items()
        if name.startswith(TRAIT) and not isinstance(value, float)
    }


def _of(source: str, label: str | None) -> Signs:
    """All but the order, of which this gives the line and the number."""
    path, _, name = source.rpartition("/")
    base = EXTENSION.sub("", name)
    own: Signs = {}
    folders = _without_class(path.split("/") if path else [], label)
    for level in range(1, min(DEEP, len(folders)) + 1):
        own[f"folder_{level}"] = "/".join(folders[:level])
    parts = [part for part in SEPARATORS.split(base) if part]
    if len(parts) > 1:
        own |= {"part_1": parts[0], "part_last": parts[-1]}
    if len(parts) > 2:
        own["part_2"] = parts[1]
    if date := DATE.search(source):
        own["date"] = "-".join(date.groups())
    if number := LAST_NUMBER.search(base):
        stem = SEPARATORS.sub(" ", base[: number.start()]).strip()
        own[LINE] = f"{path}/{stem}"
        own[ORDER] = int(number[1][-18:])
        if stem:
            own["stem"] = stem
    return own


def _without_class(folders: list[str], label: str | None) -> list[str]:
    """Folders that may mean something: not the class, not a subset."""
    rest = [folder for folder in folders if folder.lower() not in TRAINING | TEST]
    if label in rest:
        rest.remove(label)
    return rest


def _put_in_order(found: Iterable[Signs]) -> None:
    """Numbers become places in their line: how many come before says nothing of a person, a number might."""
    lines: dict[str | int, list[Signs]] = defaultdict(list)
    for own in found:
        if LINE in own:
            lines[own[LINE]].append(own)
    for line in lines.values():
        for place, own in enumerate(sorted(line, key=lambda one: one[ORDER])):
            own[ORDER] = place
