"""How fast one starting model is on one device with a project's own samples, and what a training would take."""

from __future__ import annotations

from tl_core.domain.base import Noun


class Calibration(Noun):
    """Measured in a few seconds. Lists hold one value for each place of the boundary, from 0 to all stages frozen."""

    backbone: str
    sha256: str
    device: str  # for people
    read: float  # seconds to decode and prepare a sample
    through: list[float]  # seconds a sample through the compiled stages before the boundary
    step: list[float]  # seconds a sample forward and back through what is trained, optimizer included
    judge: list[float]  # seconds a sample forward through what is trained
    capacity: int | None  # bytes of memory of its own that the device has; None: it shares the machine's
    idle: int  # bytes before the first step
    each: list[float]  # bytes that one more sample in a batch takes
    bf16: bool = False  # whether the device computes with short numbers


class Estimate(Noun):
    """What a plan will take."""

    seconds: float  # all epochs, from start to packed model
    memory: float  # bytes at most
    fits: bool  # in what is free now
