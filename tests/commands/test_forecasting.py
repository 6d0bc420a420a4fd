"""Forecasts from the command line, with the real starting model."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.commands.test_train import refused, thaw
from tl_core.bundle.forecaster import LoadedForecaster
from tl_core.store.home import Home

pytestmark = pytest.mark.weights
WAYS = {"untuned", "tuned", "seasonal_naive", "smoothing", "arima", "theta", "mean"}
FIGURES = {"mase", "weighted_quantile_loss", "coverage_80", "coverage_95"}


def table(path: Path, steps: int = 72) -> Path:
    random = np.random.default_rng(0)
    months = (np.datetime64("2015-01", "M") + np.arange(steps)).astype(str)
    values = 100 + np.arange(steps) + 20 * np.sin(np.arange(steps) * np.pi / 6) + random.normal(0, 3, steps)
    rows = [f"{month},{value:.3f},{k % 5}" for k, (month, value) in enumerate(zip(months, values, strict=True))]
    path.write_text("\n".join(["month,sold,shelf", *rows]))
    return path


def test_from_a_table_to_what_comes_next(stocked: Home, tmp_path: Path, capfd) -> None:
    out = tmp_path / "out"
    arguments = ["train", "--modality", "series", "--task", "forecast", "--data", table(tmp_path / "t.csv"), "--json"]
    columns = ["--time-column", "month", "--value-columns", "sold", "--horizon", 6, "--frozen-stages", "all"]
    result = thaw(stocked, *arguments, *columns, "--exam", "--out", out)
    assert result["status"] == "done"
    assert (result["season"], result["frequency"]) == (12, {"unit": "month", "count": 1})
    assert set(result["baselines"]) == WAYS
    expected = {f"{subset}/{figure}" for subset in ("validation", "test") for figure in FIGURES}
    assert all(set(figures) == expected for figures in result["baselines"].values())
    scores = {name: figures["validation/mase"]["value"] for name, figures in result["baselines"].items()}
    assert scores[result["recommended"]] == min(scores.values())
    assert result["metrics"] == result["baselines"][result["recommended"]]
    assert result["parity"]
    with open(result["forecasts"], encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["time"][:7] for row in rows] == ["2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06"]
    assert all(float(row["q0.1"]) < float(row["q0.5"]) < float(row["q0.9"]) for row in rows)
    again = tmp_path / "again.csv"
    told = thaw(stocked, "predict", "--bundle", out, "--data", tmp_path / "t.csv", "--value-columns", "sold",
                "--out", again, "--json")  # fmt: skip
    assert (told["rows"], told["way"]) == (6, result["recommended"])
    with open(again, encoding="utf-8", newline="") as file:
        once_more = list(csv.DictReader(file))
    for one, other in zip(rows, once_more, strict=True):
        assert float(other["q0.5"]) == pytest.approx(float(one["q0.5"]), rel=1e-4)
    years = tmp_path / "years.csv"
    years.write_text("year,sold\n" + "".join(f"{1950 + k},{k}\n" for k in range(40)))
    assert "pace" in refused(capfd, "predict", "--bundle", out, "--data", years, "--out", again)
    assert LoadedForecaster(Path(result["bundle"])).manifest.way == result["recommended"]


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        ("a,b\n" + "1,2\n" * 40, [], "holds times"),
        ("", [], "no rows"),
        ("date,a\n" + "".join(f"2024-01-{d:02},{d}\n" for d in range(1, 31)), ["--horizon", "20"], "shorter horizon"),
        ("date,a\n2024-01-01,1\n", ["--horizon", "0"], "between 1 and"),
        ("date,a\n2024-01-01,1\n", ["--time-column", "when"], "when"),
        ("date,a\n2024-01-01,1\n", ["--frozen-stages", "9"], "frozen"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    content: str, more: list[str], said: str, stocked: Home, tmp_path: Path, capfd
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    told = refused(capfd, "train", "--modality", "series", "--task", "forecast", "--data", path, *more)
    assert said in told


def test_only_series_are_forecast(stocked: Home, tmp_path: Path, capfd) -> None:
    told = refused(capfd, "train", "--modality", "text", "--task", "forecast", "--data", tmp_path)
    assert "series" in told


def test_the_doctor_looks_at_series_without_a_starting_model(home: Home, tmp_path: Path) -> None:
    data = tmp_path / "shops.csv"
    rows = [f"2015-{month + 1:02d},{shop},{month % 3}" for shop in ("north", "south") for month in range(12)]
    again = [f"2016-{month + 1:02d},{shop},{month % 4}" for shop in ("north", "south") for month in range(12)]
    data.write_text("\n".join(["month,shop,sold", *rows, *again]), "utf-8")
    told = thaw(home, "check", "--modality", "series", "--task", "forecast", "--data", data, "--json")
    assert (told["samples"], told["classes"], told["counts"], told["concerns"]) == (2, {}, {}, [])
    copies = next(one for one in told["findings"] if one["code"] == "timeline_copies")
    assert copies["clusters"] == [["north", "south"]]
