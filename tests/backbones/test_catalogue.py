"""Cards without torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backbones import folders
from tl_core import backbones
from tl_core.backbones import catalogue
from tl_core.backbones.fetch import fetch
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


def test_defaults_come_first_and_are_not_there_yet(home: Home) -> None:
    for modality in catalogue.DEFAULTS:
        first = backbones.cards(modality, home)[0]
        assert first.name == backbones.default(modality)
        assert first.sha256 == ""
        assert not backbones.is_fetched(home, first.name)


@pytest.mark.parametrize("name", sorted(catalogue.entries()))
def test_packaged_cards_say_all_that_people_should_know(name: str) -> None:
    card = catalogue.catalogue_card(name)
    assert all([card.title, card.licence, card.learned_from, card.never_seen, card.good_for, card.known_bias])
    assert card.download_bytes > 0
    assert card.modality != "text" or card.languages
    assert card.any_depth == (card.modality in ("audio", "series"))
    assert all(len(package["sha256"]) == 64 for package in catalogue.entries()[name]["packages"])


@pytest.mark.parametrize("name", ["", "timm", "timm:", "ftp:x", "../x:y"])
def test_bad_names(home: Home, name: str) -> None:
    with pytest.raises(InputFault) as told:
        backbones.card(home, name)
    assert told.value.key == "backbones.bad_name"


@pytest.mark.parametrize("name", ["timm:resnet18", "hub:a/b", "folder:/nowhere", "packaged:other"])
def test_not_fetched(home: Home, name: str) -> None:
    with pytest.raises(InputFault) as told:
        backbones.card(home, name)
    assert told.value.key == "backbones.not_fetched"


def test_names_never_lead_out_of_the_folder_and_never_meet(home: Home) -> None:
    names = [
        "folder:/a/b",
        "folder:/a--b",
        "folder:/a/b/",
        "hub:a/b",
        "hub:a--b",
        "folder:../../x",
        "folder:/" + "x" * 300,
    ]
    places = {catalogue.weights_folder(home, name) for name in names}
    assert len(places) == len(names)
    for place in places:
        assert place.resolve().is_relative_to(home.weights.resolve())
        assert place.parent.parent == home.weights
        assert len(place.name) < 100


def test_a_fetched_model_is_among_the_cards(home: Home, tmp_path: Path) -> None:
    folders.write_transformers(tmp_path, "bert")
    card = fetch(home, f"folder:{tmp_path}")
    (home.weights / "folder" / ".keep-broken").mkdir()
    (home.weights / "folder" / ".keep-broken" / "card.json").write_text("{", "utf-8")
    assert backbones.cards("text", home)[-1] == card
    assert card not in backbones.cards("image", home)
    assert backbones.is_fetched(home, card.name)


def test_what_a_killed_fetch_left_is_removed_later(home: Home, tmp_path: Path) -> None:
    old, fresh, other = (home.weights / part for part in (".hub-old", "hub/.keep-new", "hub/.x.previous"))
    for folder in (old, fresh, other):
        folder.mkdir(parents=True)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    with pytest.raises(InputFault):
        fetch(home, f"folder:{tmp_path}")
    assert not old.exists()
    assert fresh.exists()
    assert other.exists()  # the one before a replacement that broke off: it may be the only one


def test_cards_need_no_torch(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path; from tl_core import backbones; from tl_core.store.home import Home\n"
        f"backbones.cards(None, Home(Path({str(home.path)!r})))\n"
        "print([m for m in ('torch', 'transformers', 'timm', 'torchvision', 'yaml', 'httpx') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
