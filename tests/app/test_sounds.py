"""Wherever samples are shown, sounds have their picture and can be played; no page asks which modality it is."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages._ui import doors, evidence, gallery, picker
from tests.modalities.made_sounds import tone
from tl_core import modalities
from tl_core.data.sounds.flac import flac
from tl_core.data.sounds.picture import picture
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.explanation import Explanation
from tl_core.domain.project import Project
from tl_core.modalities.audio.augment import AUGMENTATIONS
from tl_core.modalities.audio.preview import preview
from tl_core.modalities.audio.reading import load
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.use_cases import data, models, uploads

SOUND = Sample(
    id="0123456789abcdef", source="knock/1.wav", file="0123456789abcdef.flac", target=ClassTarget(label="knock"),
    traits={"seconds": 1.0, "rate": 44_100, "channels": 2, "format": "WAV", "level": -20.0},
)  # fmt: skip
PHOTO = Sample(id="fedcba9876543210", source="cat/1.png", file="fedcba9876543210.png", target=ClassTarget(label="cat"))


@pytest.fixture
def project(home: Home) -> Project:
    """With one sound, in a project of pictures: what is shown depends on the sample alone."""
    made = create_project(home, "Knocks", "photos")
    (home.samples(made.id) / f"{SOUND.id}.flac").write_bytes(flac(tone()))
    (home.thumbnails(made.id) / f"{SOUND.id}.webp").write_bytes(picture(tone()))
    dataset = Dataset(id="", modality="image", classes=["knock"], samples=[SOUND], received=1)
    return set_dataset(home, made.id, save_dataset(home, made.id, dataset).id)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What galleries are given."""
    found: list[dict[str, Any]] = []

    def draw(*, data: dict[str, Any], **_: object) -> SimpleNamespace:
        found.append(data)
        return SimpleNamespace(chosen=[SOUND.id])

    monkeypatch.setattr(gallery, "_gallery", draw)
    return found


@pytest.fixture
def client(home: Home) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=doors.routes())) as client:
        yield client


def test_sounds_are_chosen_and_shown_with_their_picture_and_can_be_played(
    project: Project, drawn: list[dict[str, Any]], client: TestClient
) -> None:
    assert picker.pick(project, [SOUND, PHOTO], key="pick", label="some") == [SOUND.id]
    evidence.show(project.id, [SOUND, PHOTO], key="some", label="some", note=lambda sample: "says knock")
    for given in drawn:
        assert [item["play"] for item in given["items"]] == ["Play knock/1.wav", ""]
        assert client.get(f"{given['url']}/{SOUND.id}.webp").headers["content-type"] == "image/webp"
        heard = client.get(f"{given['sounds']}/{SOUND.id}.flac")
        assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/flac")
        assert heard.content == flac(tone())


def test_sounds_need_their_projects_token(project: Project, client: TestClient, home: Home) -> None:
    token = uploads.picture_token(project.id)
    part = client.get(f"{doors.SOUNDS}/{token}/{SOUND.id}.flac", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")
    assert client.get(f"{doors.SOUNDS}/{token}/ffffffffffffffff.flac").status_code == 404
    assert client.get(f"{doors.SOUNDS}/forged/{SOUND.id}.flac").status_code == 403
    assert client.get(f"{doors.SOUNDS}/{uploads.picture_token('other')}/{SOUND.id}.flac").status_code == 404
    assert client.get(f"{doors.SOUNDS}/{token}/..%2Fsecret.flac").status_code in (403, 404)


def test_what_a_page_shows_of_a_sound(project: Project, home: Home) -> None:
    view = preview(home, project.id, SOUND)
    assert view.kind == "audio"
    assert view.sound == str(data.sound_path(project.id, SOUND))
    assert view.thumbnail == str(data.thumbnail_path(project.id, SOUND))
    assert view.facts == {"seconds": 1.0, "rate": 44_100, "channels": 2, "format": "WAV"}
    assert data.sound_path(project.id, PHOTO) is None


def variations(project_id: str, name: str) -> None:
    from pages._ui import variations as page
    from tl_core.use_cases import data, projects

    project, found = projects.project(project_id), data.dataset(project_id)
    assert found is not None
    page._original(project, found.samples[0])
    page._examples(project, found.samples[0], name, "Loudness")


def test_variations_can_be_heard(project: Project, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = SimpleNamespace(
        augmentations=lambda: AUGMENTATIONS,
        load_raw=lambda home, project_id, sample: load(home.samples(project_id) / sample.file),
    )
    monkeypatch.setattr(modalities, "get", lambda name: audio)
    copies = models.preview_augmentation(project.id, SOUND.id, "gain")
    assert len(set(copies)) == 4
    app = AppTest.from_function(variations, kwargs={"project_id": project.id, "name": "hiss"}).run()
    assert not app.exception
    assert len(app.get("audio")) == 3, "the sample, and two variations of it"


def why(found: str) -> None:
    from pages._ui import why as page
    from tl_core.domain.explanation import Explanation

    page.draw(Explanation.model_validate_json(found), key="one")


def test_what_counted_can_be_heard() -> None:
    found = Explanation(
        label="knock", picture="aGk=", sound=base64.b64encode(flac(np.zeros(160))).decode(), certain=0.9, without=0.3,
        elsewhere=0.8, covered=0.1, unlearned=0.1,
    )  # fmt: skip
    app = AppTest.from_function(why, kwargs={"found": found.model_dump_json()}).run()
    assert not app.exception
    assert len(app.get("audio")) == 1
    said = " ".join(text.value for text in app.text)
    assert "pitches and moments" in said
    assert "silent" in said
