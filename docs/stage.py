"""What the guide's pictures show: the demonstration's projects, and three more, made once and kept.

A forecast, an assistant, and the leak with its remedy as two runs to compare; each is made in a folder of its own, so
that what is broken off goes on with the project it was at.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from docs.shots import COMPARED
from tl_core import backbones
from tl_core.commands import demo as setting
from tl_core.commands import training_arguments as training
from tl_core.commands.setup import fetch_models
from tl_core.data.samples.catalogue import sample_set
from tl_core.domain.plan import IntakePlan
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.use_cases import assistants, checks, data, demo, forecasts
from tl_core.use_cases.plans import default_plan

FOLDER = "pictures"  # in the home folder, beside the demonstration's
STEPS = 40  # of tuning the forecast


def make_ready(home: Home) -> Path:
    """Prepare what is not prepared yet; returns the home to take pictures of. Raises as the demonstration's does."""
    setting.make_ready(home)
    fetch_models(home, [backbones.default("series")])
    plays: dict[str, tuple[str, setting.Play]] = {COMPARED: ("compared", _compare)}
    for name, play in (("airline", _forecast), ("backups", _assist)):
        title = next(card.title for card in data.sample_sets() if card.name == name)
        plays[title] = (name, partial(play, title=title))
    return setting.lay_out(home, home.path / FOLDER, plays, home.path / demo.FOLDER / demo.PREPARED)


def _project(home: Home, title: str, name: str, *, shown: bool = True) -> Project:
    """A project of the sample set ``name``; ``shown``: it can be found by that."""
    wanted = sample_set(name)
    project = create_project(home, title, wanted.purpose, name if shown else None)
    training.do(home, IntakePlan(project=project.id, modality=wanted.modality, paths=[], sample_set=name))
    return project


def _forecast(home: Home, title: str) -> None:
    project = _project(home, title, "airline")
    training.do(home, forecasts.default_plan(project.id).model_copy(update={"steps": STEPS}))


def _assist(home: Home, title: str) -> None:
    """Passages as the starting model finds them, chosen and judged by the questions of the manual's own FAQ."""
    project = _project(home, title, "backups")
    training.do(home, assistants.default_plan(project.id).model_copy(update={"recipe": "untuned"}))


def _compare(home: Home) -> None:
    """A quick look at slices that stand on both sides, and one once those of one person are kept together."""
    project = _project(home, COMPARED, "planes", shown=False)
    training.do(home, checks.wanted(project.id))
    training.do(home, default_plan(project.id, "probe"))
    setting.mend(project.id)
    training.do(home, default_plan(project.id, "probe"))
