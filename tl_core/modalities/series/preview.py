"""What a page shows of a series. No torch."""

from __future__ import annotations

from tl_core.domain.dataset import Sample
from tl_core.domain.view import View
from tl_core.store.home import Home

FACTS = ("moments", "series_channels", "channel_names", "step", "gaps")


def preview(home: Home, project_id: str, sample: Sample) -> View:
    """The curves drawn on entry, a row a channel."""
    return View(
        kind="series",
        thumbnail=str(home.thumbnails(project_id) / f"{sample.id}.webp"),
        facts={name: sample.traits[name] for name in FACTS if name in sample.traits},
    )
