"""A table comes in as series to forecast: nothing is lost without a word, and what is known beforehand stays."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tl_core.data.series.stored import load as load_plain
from tl_core.data.series.timeline import load
from tl_core.domain.dataset import Dataset
from tl_core.domain.forecast import Frequency
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.use_cases import forecasts, projects
from tl_core.words import say


def rows(shop: str, count: int, until: int) -> list[str]:
    days = (np.datetime64("2020-01-01") + np.arange(count)).astype(str)
    return [f"{shop},{day},{1e9 + k / 8 if k < until else ''},{k % 3}" for k, day in enumerate(days) if k != 7]


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(["shop,day,sold,price", *lines]))
    return path


def taken_in(home: Home, path: Path, columns: Columns | None = None, **more: object) -> tuple[Dataset | None, str]:
    project = create_project(home, "Sales", "forecasts")
    plan = IntakePlan(
        project=project.id, modality="series", paths=[str(path)], columns=columns, remove_paths=False, **more
    )
    status = perform(runs.create_run(home, plan))
    version = read_project(home, project.id).dataset
    assert (version is None) == (status.state != "done")
    return load_dataset(home, project.id, version) if version else None, status.reason or project.id


def test_every_series_is_a_sample_or_a_refusal(home: Home, tmp_path: Path) -> None:
    path = table(tmp_path, *rows("north", 40, 35), *rows("south", 45, 45), *rows("west", 40, 8))
    found, project = taken_in(home, path, Columns(known=["price"]))
    assert found is not None
    assert (found.task, found.modality, found.classes, found.known) == ("forecast", "series", [], ["price"])
    assert found.frequency == Frequency(unit="nanosecond", count=86_400 * 10**9)
    assert found.columns is not None
    assert (found.columns.time, found.columns.values, found.columns.id) == ("day", ["sold"], "shop")
    assert [one.source for one in found.samples] == ["north", "south"]
    assert found.received == 3
    kept = {(one.source, one.reason) for one in found.refusals if one.kept}
    assert kept == {("north", "refusals.series_moments"), ("south", "refusals.series_moments")}
    assert [(one.source, one.reason) for one in found.refusals if not one.kept] == [("west", "forecast.too_short")]
    assert all(say(one.reason, **one.values) for one in found.refusals)
    assert found.samples[0].traits["until"] == "2020-02-04T00:00:00"
    one = load(home.samples(project) / str(found.samples[0].file))
    assert one.known.shape == (1, 40)
    assert len(one.values) == 35
    assert one.values[34] == 1e9 + 34 / 8, "in full precision"
    assert np.isnan(one.values[7])
    assert load_plain(home.samples(project) / str(found.samples[0].file)).channels == ("north", "price")
    assert (home.thumbnails(project) / f"{found.samples[0].id}.webp").is_file()
    history = forecasts.history(project)
    assert (history.end, len(history.times), history.values[35:]) == (35, 40, [None] * 5)
    assert history.known["price"][-1] == 39 % 3
    assert projects.steps(project)[0].fact == "2 series"


def test_the_same_table_is_the_same_version(home: Home, tmp_path: Path) -> None:
    path = table(tmp_path, *rows("north", 40, 40))
    (one, _), (other, _) = (taken_in(home, path) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.id == other.id


def test_a_table_in_a_zip_file(home: Home, tmp_path: Path) -> None:
    packed = tmp_path / "t.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(table(tmp_path, *rows("north", 40, 40)), "data/sales.csv")
        archive.writestr("data/notes.txt", "north is in the north")
    found, _ = taken_in(home, packed, Columns(values=["sold"]))
    assert found is not None
    assert [one.source for one in found.samples] == ["sold"]
    assert [(one.source, one.reason) for one in found.refusals] == [
        ("sold", "refusals.series_moments"), ("data/notes.txt", "forecast.other_file"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("shop,day,sold\n" + "\n".join(f"a,2020-01-0{k},{k}" for k in range(1, 9)), "forecast.too_short"),
        ("name,word\n" + "a,b\n" * 30, "forecast.no_times"),
        ("", "data.table_empty"),
    ],
)
def test_what_gives_no_series_is_a_sentence(content: str, reason: str, home: Home, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    found, told = taken_in(home, path)
    assert (found, told) == (None, reason)


def test_a_picture_is_no_table(home: Home, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert taken_in(home, tmp_path / "picture.png") == (None, "data.no_table")
