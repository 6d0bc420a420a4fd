"""What folders mean: which of them is the root, which says train or test, which is the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tl_core.data.names import LONGEST_LABEL, cleaned

TRAINING = {"train", "training", "trn", "val", "valid", "validation", "dev"}
TEST = {"test", "testing", "tst", "holdout", "eval"}


@dataclass(frozen=True)
class Place:
    label: str | None  # none: it lies in no class folder
    test: bool  # it lies in the upload's own test set


def places(sources: Sequence[str]) -> list[Place]:
    """Where each path ("root/train/cats/1.jpg") belongs.

    A single root folder is stripped, also several in a row. If then all folders at the top are named train, val, test
    or the like and hold folders themselves, they say the subset. The first folder after that is the class.
    """
    paths = [source.split("/") for source in sources]
    depth = 0
    while _is_root(paths, depth):
        depth += 1
    tops = {path[depth].lower() for path in paths if len(path) > depth + 1}
    deep = sum(len(path) > depth + 2 for path in paths)
    subsets = len(tops) > 1 and tops <= TRAINING | TEST and deep > len(paths) / 2
    return [_place(path, depth, subsets) for path in paths]


def _is_root(paths: list[list[str]], depth: int) -> bool:
    """Do all paths pass this folder, and do most of them have a class folder after it?"""
    inside = [path for path in paths if len(path) > depth + 1]
    deep = sum(len(path) > depth + 2 for path in inside)
    return len({path[depth] for path in inside}) == 1 and deep > len(inside) / 2


def _place(path: list[str], depth: int, subsets: bool) -> Place:
    folders = path[depth:-1]
    test = subsets and bool(folders) and folders[0].lower() in TEST
    labels = folders[1:] if subsets else folders
    return Place(cleaned(labels[0], LONGEST_LABEL) if labels else None, test)
