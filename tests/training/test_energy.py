"""Joules: counted where counters can be read, also over their full; else reckoned, and said so."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
import torch

from tl_core.training import energy
from tl_core.training.energy import WATTS_A_CORE, WATTS_OF_CARD, Meter

CPU = torch.device("cpu")


def package(powercap: Path, name: str, kind: str = "package-0", whole: int = 1_000_000) -> Path:
    folder = powercap / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{kind}\n")
    (folder / "energy_uj").write_text("900000\n")
    (folder / "max_energy_range_uj").write_text(f"{whole}\n")
    return folder


def work() -> None:
    torch.randn(400, 400) @ torch.randn(400, 400)


def test_without_a_counter_it_is_reckoned_from_processor_seconds(tmp_path: Path, monkeypatch) -> None:
    seconds = iter([10.0, 12.5])
    monkeypatch.setattr(energy.time, "process_time", lambda: next(seconds))
    with Meter(CPU, tmp_path) as meter:
        work()
        spent = meter.spent()
    assert not spent.measured
    assert spent.joules == pytest.approx(2.5 * WATTS_A_CORE)


def test_packages_are_counted_and_their_parts_are_not(tmp_path: Path) -> None:
    one, two = package(tmp_path, "intel-rapl:0"), package(tmp_path, "intel-rapl:1", "package-1")
    package(tmp_path, "intel-rapl:0:0", "core")
    package(tmp_path, "intel-rapl:2", "psys")
    with Meter(CPU, tmp_path) as meter:
        (one / "energy_uj").write_text("950000\n")
        (two / "energy_uj").write_text("100000\n")  # full, and begun anew
        assert meter.spent().joules == pytest.approx(0.05 + 0.2, abs=1e-5)
        (two / "energy_uj").write_text("200000\n")
        spent = meter.spent()
    assert spent.joules == pytest.approx(0.05 + 0.3, abs=1e-5)
    assert spent.measured


def test_a_counter_that_fills_up_between_is_looked_at_in_time(tmp_path: Path, monkeypatch, until) -> None:
    one = package(tmp_path, "intel-rapl:0")
    monkeypatch.setattr(energy, "LOOK", 0.02)
    with Meter(CPU, tmp_path) as meter:
        for now in ("200000", "800000", "300000"):
            (one / "energy_uj").write_text(now)
            until(lambda now=now: meter._packages[0]._last == int(now), 5)
        assert meter.spent().joules == pytest.approx(0.3 + 0.6 + 0.5, abs=1e-4)


def test_a_look_that_fails_is_made_up_for(tmp_path: Path) -> None:
    one = package(tmp_path, "intel-rapl:0")
    with Meter(CPU, tmp_path) as meter:
        for now in ("950000", "", "100000"):
            (one / "energy_uj").write_text(now)
            meter.spent()
        assert meter.spent().joules == pytest.approx(0.05 + 0.15, abs=1e-5)


def test_counters_that_nobody_may_read_are_none(tmp_path: Path) -> None:
    one = package(tmp_path, "intel-rapl:0")
    (one / "energy_uj").unlink()
    with Meter(CPU, tmp_path) as meter:
        assert not meter.spent().measured


class Driver:
    """NVML as far as it is asked."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.millijoules = fails, 5_000

    def nvmlInit_v2(self) -> int:
        return int(self.fails == "init")

    def nvmlDeviceGetHandleByUUID(self, uuid: bytes, handle: object) -> int:
        return int(uuid != b"GPU-1")

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: object, used: object) -> int:
        ctypes.cast(used, ctypes.POINTER(ctypes.c_ulonglong))[0] = self.millijoules
        return int(self.fails == "energy")


def test_a_card_is_counted_by_its_driver_and_both_must_be(tmp_path: Path, monkeypatch) -> None:
    driver = Driver()
    monkeypatch.setattr(energy, "_card_counter", lambda device: energy._nvml_counter(driver, "GPU-1"))
    monkeypatch.setattr(energy.time, "process_time", lambda: 0.0)
    with Meter(torch.device("cuda"), tmp_path) as meter:
        driver.millijoules = 47_000
        spent = meter.spent()
    assert (spent.joules, spent.measured) == (pytest.approx(42.0), False), "the processor was not counted"
    package(tmp_path, "intel-rapl:0")
    with Meter(torch.device("cuda"), tmp_path) as meter:
        driver.millijoules = 48_000
        assert meter.spent().measured


@pytest.mark.parametrize("fails", ["init", "energy"])
def test_a_driver_that_does_not_tell_leaves_an_estimate(tmp_path: Path, monkeypatch, fails: str) -> None:
    assert energy._nvml_counter(Driver(fails), "GPU-1") is None
    assert energy._nvml_counter(Driver(), "GPU-2") is None
    monkeypatch.setattr(energy, "_card_counter", lambda device: None)
    monkeypatch.setattr(energy.time, "process_time", lambda: 0.0)
    times = iter([1.0, 3.0])
    monkeypatch.setattr(energy.time, "monotonic", lambda: next(times))
    with Meter(torch.device("cuda"), tmp_path) as meter:
        spent = meter.spent()
    assert spent.joules == pytest.approx(2 * WATTS_OF_CARD["cuda"])
    assert not spent.measured
