"""What a page shows of a text. No torch."""

from __future__ import annotations

from tl_core.domain.dataset import Sample
from tl_core.domain.view import View
from tl_core.store.home import Home

SHOWN = 400  # characters
FACTS = ("characters", "language")


def preview(home: Home, project_id: str, sample: Sample) -> View:
    """The beginning of the text, cut between words."""
    text = sample.text or ""
    if len(text) > SHOWN:
        text = text[:SHOWN].rsplit(None, 1)[0] + " …"
    return View(kind="text", text=text, facts={name: sample.traits[name] for name in FACTS if name in sample.traits})
