"""What excites a starting model, on disk: one file a project and starting model, replaced when anything changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tl_core.domain.excited import Excited
from tl_core.domain.plan import ExcitePlan
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun

RULE = 1  # raised when the same samples would be looked at in another way


def key_of(plan: ExcitePlan, sha256: str) -> str:
    """A digest of all that what is found depends on; the device is not among it. 24 hexadecimal digits."""
    asked = plan.model_dump_json(exclude={"device"})
    return hashlib.sha256(f"{RULE}/{sha256}/{asked}".encode()).hexdigest()[:24]


def read_excited(home: Home, plan: ExcitePlan, sha256: str) -> Excited | None:
    """None when there is nothing for just this plan and these weights, or only what this Thaw cannot read."""
    found = read_noun(_file(home, plan, sha256), Excited, forgiving=True)
    return found if found and found.key == key_of(plan, sha256) else None


def write_excited(home: Home, plan: ExcitePlan, sha256: str, found: Excited) -> None:
    """Raises InputFault when the disk is full."""
    write_json(_file(home, plan, sha256), found)


def _file(home: Home, plan: ExcitePlan, sha256: str) -> Path:
    return home.project(plan.project) / "excited" / f"{sha256[:24]}.json"
