"""What a page shows of a picture. No torch."""

from __future__ import annotations

from tl_core.domain.dataset import Sample
from tl_core.domain.view import View
from tl_core.store.home import Home

FACTS = ("width", "height")


def preview(home: Home, project_id: str, sample: Sample) -> View:
    """The thumbnail made on entry, and the picture behind it."""
    return View(
        kind="image",
        thumbnail=str(home.thumbnails(project_id) / f"{sample.id}.webp"),
        picture=str(home.samples(project_id) / (sample.file or "")),
        facts={name: sample.traits[name] for name in FACTS if name in sample.traits},
    )
