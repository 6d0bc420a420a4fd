"""The demonstration made ready: its sample sets trained once, then copied into a home of its own at every start."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tl_core.commands import training_arguments as training
from tl_core.data.samples.catalogue import sample_set
from tl_core.domain.plan import IntakePlan, LadderPlan, Recipe
from tl_core.domain.split import SplitRule
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.use_cases import checks, data, demo, estimates, excited
from tl_core.use_cases.plans import default_plan
from tl_core.words import say

Play = Callable[[Home], None]  # makes projects and their runs in the home it is given
SHARED = ("weights", "packages", "cache")  # of the person's home: linked, not copied, where the disk can
_RECIPES: dict[demo.Act, Recipe] = {"planes": "probe", "reviews": "finetune"}
_RULES: dict[demo.Act, SplitRule] = {"reviews": SplitRule(validation=0.1, test=0.8)}  # few labels, and a large exam
_CHECKED: tuple[demo.Act, ...] = ("planes",)
_WITH_LADDER: tuple[demo.Act, ...] = ("reviews",)


def make_ready(home: Home) -> Path:
    """Prepare the acts that are not prepared yet, and lay out the home that is served; returns its path.

    On two cores this takes a few minutes the first time. Broken off, it goes on with the act it was at. Raises
    InputFault without network, if samples are not fetched yet, and what jobs raise.
    """
    titles = {card.name: card.title for card in data.sample_sets()}
    plays = {titles[act]: (act, partial(_play, act=act, title=titles[act])) for act in demo.ACTS}
    return lay_out(home, home.path / demo.FOLDER, plays)


def lay_out(home: Home, place: Path, plays: Mapping[str, tuple[str, Play]], *more: Path) -> Path:
    """Prepare in ``place`` what is not prepared there yet, and lay out a home of it, ``LIVE``; returns its path.

    ``plays``: title -> name of the folder that it is kept in, and what makes it; ``more``: other folders of prepared
    projects to lay out with them. Raises as ``make_ready``.
    """
    prepared = place / demo.PREPARED
    for title, (kept, play) in plays.items():
        if not (prepared / kept).is_dir():
            print(say("demo.preparing", title=title), file=sys.stderr, flush=True)
            _prepare(home, play, prepared / kept)
    live = Home(place / demo.LIVE)
    with _as_default(live):
        for name in ("projects", "runs", "inbox", "requests"):
            shutil.rmtree(live.path / name, ignore_errors=True)
        for file in [*live.path.glob("*.sqlite*"), live.path / "visited"]:
            file.unlink(missing_ok=True)
        _share(home, live)
        for folder in (prepared, *more):
            demo.put_back(folder, live)
    return live.path


def _prepare(home: Home, play: Play, target: Path) -> None:
    """In a home of its own, which becomes ``target`` when all is done."""
    making = Home(target.parents[1] / "making")
    shutil.rmtree(making.path, ignore_errors=True)
    with _as_default(making):
        _share(home, making)
        play(making)
    for entry in making.path.iterdir():
        if entry.name not in ("projects", "runs"):
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
    target.parent.mkdir(exist_ok=True)
    making.path.rename(target)


def _play(home: Home, act: demo.Act, title: str) -> None:
    """Data and a training; where it belongs to the act, their examination, and what it would be at every depth."""
    wanted, rule = sample_set(act), _RULES.get(act, SplitRule())
    project = create_project(home, title, wanted.purpose, act)
    training.do(home, IntakePlan(project=project.id, modality=project.modality, paths=[], sample_set=act))
    data.save_split(project.id, rule)
    if act in _CHECKED:
        training.do(home, checks.wanted(project.id))
    plan = default_plan(project.id, _RECIPES[act], rule)
    training.do(home, plan)
    if act in _WITH_LADDER:
        training.do(home, LadderPlan(base=plan))
    if act in _CHECKED and mend(project.id):  # the model page then has nothing to look for, nor to measure
        mended = default_plan(project.id)
        training.do(home, excited.wanted(mended))
        training.do(home, estimates.wanted(mended))
        checks.undo(project.id)


def mend(project_id: str) -> bool:
    """Keep together what the first finding that can be mended so is about; False where nothing was found."""
    found = checks.findings(project_id)
    for one in found.findings if found else []:
        for number, remedy in enumerate(one.remedies):
            if remedy.kind == "group":
                checks.remedy(project_id, one.key, number)
                return True
    return False


def _share(home: Home, other: Home) -> None:
    """What was fetched or can be computed again is found in ``other``, too, without taking the room twice."""
    for name in SHARED:
        source = home.path / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("tmp*", "asked-*")
            shutil.copytree(source, other.path / name, copy_function=_linked, dirs_exist_ok=True, ignore=ignored)


def _linked(source: str, target: str) -> str:
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or a system without such links
        shutil.copy2(source, target)
    return target


@contextmanager
def _as_default(home: Home) -> Iterator[None]:
    """Jobs and use cases work in ``home`` meanwhile, and with its own database: a person's index is left alone."""
    before = {name: os.environ.get(name) for name in ("THAW_HOME", "THAW_DATABASE_URL")}
    home.runs.mkdir(exist_ok=True)
    os.environ["THAW_HOME"] = str(home.path)
    os.environ.pop("THAW_DATABASE_URL", None)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
