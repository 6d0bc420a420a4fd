"""What pages are given of a time series: a drawing of it, and of its variations; never its file as a picture."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tests.data.series.made import wave
from tl_core.data.series.picture import picture
from tl_core.data.series.stored import content_of, series
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.use_cases import data, models


def test_a_series_is_shown_as_a_drawing(home: Home) -> None:
    project = create_project(home, "Waves", "signals")
    assert project.modality == "series"
    one = series(wave(1), ["left"], np.arange(40) * 10**9)
    sample = Sample(
        id=one.id, source="row 2", target=ClassTarget(label="even"), file=f"{one.id}.npz",
        traits={"moments": 40, "series_channels": 1, "step": 1.0, "bytes": 3},
    )  # fmt: skip
    (home.samples(project.id) / f"{one.id}.npz").write_bytes(content_of(one))
    (home.thumbnails(project.id) / f"{one.id}.webp").write_bytes(picture(one))
    made = save_dataset(
        home, project.id, Dataset(id="", modality="series", classes=["even"], samples=[sample], received=1)
    )
    set_dataset(home, project.id, made.id)

    assert data.sound_path(project.id, sample) is None
    view = data.preview(project.id, sample)
    assert view.kind == "series"
    assert view.thumbnail == str(data.thumbnail_path(project.id, sample))
    assert view.facts == {"moments": 40, "series_channels": 1, "step": 1.0}
    copies = models.preview_augmentation(project.id, sample.id, "swings", count=3)
    assert len({copy for copy in copies if isinstance(copy, bytes)}) == 3
    assert all(Image.open(io.BytesIO(copy)).size == (256, 256) for copy in copies if isinstance(copy, bytes))
    assert models.preview_augmentation(project.id, sample.id, "swings", count=3) == copies
