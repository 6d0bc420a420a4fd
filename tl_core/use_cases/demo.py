"""The demonstration: a home of its own with prepared projects, put back as it was whenever it is shown anew.

``run.py demo`` prepares it once (``tl_core.commands.demo``) and serves it with ``THAW_DEMO`` set. Nothing of a person's
own home is in it, so starting over may take away whatever was tried.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.store import locks
from tl_core.store.home import Home
from tl_core.store.rebuild import rebuild
from tl_core.use_cases import projects, runs

FLAG = "THAW_DEMO"  # set by the launcher: this process serves the demonstration
FOLDER, PREPARED, LIVE = "demo", "prepared", "live"  # in a person's home; and therein what is kept, and what is shown
Act = Literal["planes", "reviews"]
ACTS: tuple[Act, ...] = get_args(Act)  # the sample sets it is played with, in the order of docs/demo.md
LONELY = 1200.0  # seconds without a visit after which the next visitor finds everything as at the start
_PATIENCE = 30.0  # seconds to wait for another visitor who starts over at the same moment


class Scene(Noun):
    """A prepared project, and what it is there to show."""

    act: Act
    project: str


def shown() -> bool:
    """Whether this is the demonstration."""
    return os.environ.get(FLAG) == "1"


def scenes() -> list[Scene]:
    """The prepared projects that are there, in the order of play."""
    found = {one.sample_set: one.id for one in reversed(projects.list_projects()) if one.sample_set}
    return [Scene(act=act, project=found[act]) for act in ACTS if act in found]


def visited(new: bool) -> None:
    """Call at each view. A ``new`` visitor after a long silence finds the demonstration as it was prepared."""
    mark = Home.default().path / "visited"
    silent = time.time() - mark.stat().st_mtime if mark.exists() else 0.0
    if new and silent > LONELY and not runs.running():
        start_over()
    mark.touch()


def start_over() -> None:
    """Take away all projects, whatever runs in them, and put the prepared ones back."""
    home = Home.default()
    with locks.hold(home.path / "starting-over", patience=_PATIENCE):
        for project in projects.list_projects():
            with suppress(InputFault):  # another visitor took it away
                projects.delete(project.id)
        put_back(home.path.parent / PREPARED, home)


def put_back(prepared: Path, home: Home) -> None:
    """What was prepared, copied into ``home``, where none of it is. A copy broken off before is done again."""
    for folder in prepared.glob("*/*/*"):  # act, list, project or run
        target = home.path / folder.parent.name / folder.name
        beside = target.with_name(f".{folder.name}.part")
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(folder, beside)
        shutil.rmtree(target, ignore_errors=True)
        beside.rename(target)
    rebuild(home)


def has_plug() -> bool:
    """Whether visitors may pull it: not where the network visits."""
    return not os.environ.get("THAW_PASSCODE")


def pull_plug() -> None:
    """End the web server as a power cut would: at once, with no word to anybody. The launcher starts another."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
