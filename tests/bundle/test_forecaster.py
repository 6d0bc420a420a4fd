"""A forecaster as files: forecasts as measured from a fresh process; whatever was changed is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.tasks.test_forecast import small, year  # noqa: F401 - a fixture
from tl_core.bundle import forecaster as files
from tl_core.bundle.forecaster import LoadedForecaster, certify, write_forecaster
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import ForecastReport, Frequency, Judgement, Spread
from tl_core.evaluation.forecast_ways import Ways
from tl_core.tasks.forecast import Forecaster

SERIES = [year(60, 5, 3) + 0.01 * np.arange(60), year(50, -100, 7)]
MONTHS = Frequency(unit="month", count=1)


def ways(model: Forecaster, known: bool = False) -> Ways:
    return Ways(model, model, 7, 12, "theta", known)


def report(way: str) -> ForecastReport:
    found = Spread(mean=0.5, deviation=0.1, each=[0.4, 0.6])
    judged = Judgement(
        name=way, mase=found, weighted_quantile_loss=found, coverage={80: found}, by_series={"my secret": 0.5},
        by_step=[0.5] * 7, bias=0.0, seconds=0.1,
    )  # fmt: skip
    return ForecastReport(
        subset="validation", horizon=7, season=12, origins=2, few_origins=True, judgements=[judged], known_used=False,
        tuned_steps=10, recommended=way,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["tuned", "mean", "theta", "seasonal_naive"])
def test_it_forecasts_as_measured(way, small: Forecaster, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "forecaster"
    measured = ways(small).ask(way, SERIES)
    told = write_forecaster(folder, ways(small), report(way), MONTHS, 0)
    assert (folder / "model.safetensors").exists() == (way in ("tuned", "mean"))
    assert "secret" not in (folder / files.MANIFEST).read_text()
    assert "secret" not in (card := (folder / "card.md").read_text("utf-8"))
    assert "# Forecaster card: " in card
    assert (told.way, told.horizon, told.frequency) == (way, 7, MONTHS)
    np.testing.assert_allclose(LoadedForecaster(folder).ahead(SERIES), measured, rtol=1e-5, atol=1e-5)


def test_a_fresh_process_certifies_it(small: Forecaster, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "forecaster"
    gap = [SERIES[0].copy(), SERIES[1]]
    gap[0][7] = np.nan
    write_forecaster(folder, ways(small), report("tuned"), MONTHS, 0)
    measured = ways(small).ask("tuned", gap)
    assert certify(folder, gap, [], measured).passed
    assert json.loads((folder / "parity.json").read_text())["series"] == 2
    assert not certify(folder, gap, [], measured + 0.01).passed
    (folder / files.MANIFEST).write_text("{}")
    assert not certify(folder, gap, [], measured).passed


def test_known_columns_are_asked_for(small: Forecaster, tmp_path: Path) -> None:  # noqa: F811
    random = np.random.default_rng(0)
    known = [random.normal(size=(1, len(one) + 7)) for one in SERIES]
    given = [one + 4 * row[0, : len(one)] for one, row in zip(SERIES, known, strict=True)]
    write_forecaster(tmp_path / "f", ways(small, True), report("theta"), MONTHS, 1)
    loaded = LoadedForecaster(tmp_path / "f")
    np.testing.assert_allclose(loaded.ahead(given, known), ways(small, True).ask("theta", given, known))
    with pytest.raises(InputFault) as told:
        loaded.ahead(given, [row[:, :-1] for row in known])
    assert told.value.key == "forecast.known_ends"


def test_what_was_changed_is_refused(small: Forecaster, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "forecaster"

    def refusal() -> str:
        with pytest.raises(InputFault) as told:
            LoadedForecaster(folder)
        return told.value.key

    assert refusal() == "bundle.not_a_bundle"
    write_forecaster(folder, ways(small), report("tuned"), MONTHS, 0)
    manifest = json.loads((folder / files.MANIFEST).read_text())
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    assert refusal() == "bundle.damaged"
    (folder / "model.safetensors").unlink()
    assert refusal() == "bundle.file_missing"
    (folder / "model.safetensors").write_bytes(weights)
    for change, key in [
        ({"architecture": {"library": "os"}}, "backbones.unknown_family"),
        ({"architecture": {**manifest["architecture"], "width": 24}}, "bundle.damaged"),
        ({"card": None}, "bundle.not_a_bundle"),
        ({"way": "magic"}, "bundle.not_a_bundle"),
        ({"more": 1}, "bundle.not_a_bundle"),
        ({"format": 2, "more": 1}, "bundle.newer"),
        ({"horizon": 10**9}, "bundle.strange"),
        ({"architecture": {**manifest["architecture"], "layers": 10**9}}, "bundle.strange"),
    ]:
        (folder / files.MANIFEST).write_text(json.dumps({**manifest, **change}))
        assert refusal() == key, change
