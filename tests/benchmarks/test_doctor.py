"""What the doctor's benchmark plants, and how it counts what was found."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import doctor, doctor_speed, planting
from benchmarks.doctor import Told
from benchmarks.planting import Material, One
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.finding import Finding, Findings
from tl_core.domain.split import SplitRule
from tl_core.modalities.look import COPY
from tl_core.modalities.text.alike import alike
from tl_core.store.home import Home

SENTENCE = "sentence {} says that the battery of my telephone lasts for {} days and no longer"


def pictures(count: int = 40) -> Material:
    """Noise, dark or light."""
    rng = np.random.default_rng(0)
    ones = []
    for number in range(count):
        grey = rng.integers(0, 120, (60, 80), dtype=np.uint8) + 100 * (number % 2)
        picture = Image.fromarray(grey.astype(np.uint8))
        ones.append(One(f"{number:02d}.png", "ab"[number % 2], planting.saved(picture), f"module-{number // 4}"))
    return Material("pictures", "photos", ones)


def texts(count: int = 40) -> Material:
    words = [SENTENCE.format(f"{n} of {count}", 3 * n + 1) for n in range(count)]
    return Material("texts", "reviews", [One(text, "ab"[n % 2], text, str(n // 4)) for n, text in enumerate(words)])


def told(ones: list[One], *findings: Finding, tests: list[One] | None = None) -> Told:
    """As if the intake had taken them in, number by number."""
    samples = [
        Sample(id=str(number), source=f"root/{one.key}", target=ClassTarget(label=one.label), given_test=given)
        for number, (one, given) in enumerate([*((o, False) for o in ones), *((o, True) for o in tests or [])])
    ]
    dataset = Dataset(id="d", modality="image", classes=["a", "b"], samples=samples, received=len(samples))
    found = Findings(dataset="d", rule=SplitRule(), backbone="b", findings=list(findings), seconds=1.0)
    return Told(dataset, found, 1.0)


def test_flipped_labels_are_others_and_known() -> None:
    ones = pictures().ones
    changed, wrong = planting.flipped(ones, 0.1, np.random.default_rng(0))
    assert len(wrong) == 4
    assert {one.key for one, before in zip(changed, ones, strict=True) if one.label != before.label} == wrong


def test_each_sample_is_copied_in_one_way_and_under_another_name() -> None:
    kinds = planting.copied(pictures(), 0.5, np.random.default_rng(0))
    originals = [one.key for pairs in kinds.values() for one, _ in pairs]
    assert set(kinds) == set(planting.PICTURES)
    assert len(set(originals)) == len(originals) == 20
    assert not {copy.key for pairs in kinds.values() for _, copy in pairs} & set(originals)
    for kind, pairs in kinds.items():
        same = [np.array_equal(planting.opened(one), planting.opened(copy)) for one, copy in pairs]
        assert all(same) if kind in planting.SAME else not any(same)
        assert all((one.content == copy.content) == (kind == "exact") for one, copy in pairs)


@pytest.mark.parametrize("kind", list(planting.TEXTS))
def test_edits_of_a_word_are_light(kind: str) -> None:
    rng = np.random.default_rng(0)
    pairs = planting.copied(texts(), 0.9, rng)[kind]
    assert all((one.content == copy.content) == (kind == "exact") for one, copy in pairs)
    assert np.mean([alike(one.key, copy.key) > COPY for one, copy in pairs]) >= 0.8


def test_one_class_gets_a_border_and_the_others_none() -> None:
    ones = planting.as_one_class(pictures().ones, "b", planting.bordered)
    rings = {one.key: np.asarray(planting.opened(one))[0].max() for one in ones}
    assert {key for key, most in rings.items() if most == 0} == {one.key for one in ones if one.label == "b"}
    assert {planting.opened(one).size for one in ones} == {(80, 60)}


def test_uploads_are_folders_or_tables(tmp_path: Path) -> None:
    folder = planting.write(tmp_path / "pictures", pictures().ones)
    planting.write(tmp_path / "pictures", pictures(6).ones)
    assert sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.png"))[:2] == ["a/00.png", "a/02.png"]
    assert len(list(folder.rglob("*.png"))) == 6, "what was there before is gone"
    table = planting.write(tmp_path / "texts", texts().ones)
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    assert [row["text"] for row in rows] == [one.content for one in texts().ones]
    assert set(rows[0]) == {"text", "label", planting.REVIEW}


def test_quick_keeps_groups_whole() -> None:
    material = pictures(4 * doctor.QUICK)
    kept = doctor.fewer(material).ones
    assert len(kept) == doctor.QUICK
    assert len({one.group for one in kept}) == doctor.QUICK // 4


def row_of(kind: str, rows: list[doctor.Row]) -> doctor.Row:
    return next(row for row in rows if row["fault"].endswith(kind))


def test_copies_are_found_by_cluster_or_kept_out_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact ones lose their original; of the resized the first pair is called copies, and two strangers are too."""
    material = pictures()

    def tell(home: Home, folder: Path, material: Material, ones: list[One], test: list[One]) -> Told:
        kinds = planting.copied(material, doctor.COPIED, np.random.default_rng(0))
        gone = {one.key for kind in planting.SAME for one, _ in kinds[kind]}
        left = [one for one in ones if one.key not in gone]
        ids = told(left, tests=test)
        original, copy = kinds["resized"][0]
        pairs = [[ids.ids()[original.key], ids.ids(test=True)[copy.key]], [ids.ids()[left[0].key], "99"]]
        return told(left, Finding(code="copies_across", level="alarm", clusters=pairs), tests=test)

    monkeypatch.setattr(doctor, "_tell", tell)
    rows = list(doctor._copies(Home(Path()), Path(), material, 1))
    each = round(doctor.COPIED * len(material.ones) / len(planting.PICTURES))
    assert [row_of(kind, rows)["reached"] for kind in planting.SAME] == [True, True]
    assert row_of("resized", rows)["found"] == f"1 of {each} ({1 / each:.0%})"
    assert row_of("cropped", rows)["reached"] is False
    assert row_of("resized", rows)["precision"] == "1 of 2 (50%)"


def test_flips_count_where_somebody_may_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """All flipped ones are listed and as many that are right: the exam's do not count, the share is of the rest."""

    def tell(home: Home, folder: Path, material: Material, ones: list[One]) -> Told:
        _, wrong = planting.flipped(material.ones, doctor.FLIPPED, np.random.default_rng(0))
        keys = told(ones).ids()
        exam = set(doctor.make_split(told(ones).dataset, SplitRule()).ids("test"))
        listed = [keys[key] for key in sorted(wrong) if keys[key] not in exam]
        others = [id_ for key, id_ in keys.items() if key not in wrong and id_ not in exam][: len(listed)]
        return told(ones, Finding(code="labels_wrong", level="warning", samples=listed + others))

    monkeypatch.setattr(doctor, "_tell", tell)
    [row] = doctor._flips(Home(Path()), Path(), pictures(200), 1)
    assert row["reached"]
    assert 0 < row["planted"] <= 10
    assert row["found"] == f"{row['planted']} of {row['planted']} (100%)"
    assert row["precision"].endswith("(50%)")


def test_one_table_for_people() -> None:
    text = doctor.markdown([{"set": "a", "fault": "b", "reached": True, "missed": ["not for the table"]}])
    assert {line.count("|") for line in text.splitlines()} == {len(doctor.HEAD) + 1}
    assert "not for the table" not in text


@pytest.mark.weights
def test_the_speeds_samples_are_real_and_distinct(stock: Home) -> None:
    cells, sentences = doctor_speed.cells(stock), doctor_speed.sentences(stock)
    assert len({one.content for one in cells}) >= doctor_speed.IMAGES
    assert len(sentences) >= doctor_speed.SENTENCES
    assert {one.label for one in cells} == {"defective", "functional"}


@pytest.mark.weights
def test_planted_faults_through_the_real_job(stocked: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of 160 scans, of which the exam asks: the exact ones and nearly all others are found."""
    monkeypatch.setattr(doctor, "home_of", lambda folder: stocked)
    (tmp_path / "home").mkdir(exist_ok=True)
    material = doctor.fewer(planting.solar(tmp_path))
    rows = list(doctor._copies(stocked, tmp_path, material, 1))
    assert [row["fault"] for row in rows if not row["reached"]] == []
