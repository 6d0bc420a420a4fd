"""What a page shows of a sound. No torch."""

from __future__ import annotations

from tl_core.domain.dataset import Sample
from tl_core.domain.view import View
from tl_core.store.home import Home

FACTS = ("seconds", "rate", "channels", "format")


def preview(home: Home, project_id: str, sample: Sample) -> View:
    """The picture made on entry, and the sound itself to play."""
    return View(
        kind="audio",
        thumbnail=str(home.thumbnails(project_id) / f"{sample.id}.webp"),
        sound=str(home.samples(project_id) / (sample.file or "")),
        facts={name: sample.traits[name] for name in FACTS if name in sample.traits},
    )
