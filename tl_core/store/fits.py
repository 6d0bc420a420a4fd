"""How starting models suit a project's data, on disk: one file a project, replaced when anything changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tl_core.domain.fit import Fits
from tl_core.domain.plan import FitPlan
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun


def key_of(plan: FitPlan) -> str:
    """A digest of the samples looked at and how; neither device nor models are among it. 24 hexadecimal digits."""
    asked = plan.model_dump_json(exclude={"device", "backbones"})
    return hashlib.sha256(asked.encode()).hexdigest()[:24]


def read_fits(home: Home, plan: FitPlan) -> Fits | None:
    """None when there is nothing for just these samples, or only what this Thaw cannot read."""
    found = read_noun(_file(home, plan.project), Fits, forgiving=True)
    return found if found and found.key == key_of(plan) else None


def write_fits(home: Home, plan: FitPlan, found: Fits) -> None:
    """Raises InputFault when the disk is full."""
    write_json(_file(home, plan.project), found)


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "fits.json"
