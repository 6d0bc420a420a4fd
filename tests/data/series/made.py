"""Series made for tests, and files of them."""

from __future__ import annotations

import numpy as np


def wave(seed: int = 0, length: int = 40, rising: bool = False) -> np.ndarray:
    """(length,) float32: a noisy sine, or one whose swing grows."""
    rng = np.random.default_rng(seed)
    turns = np.linspace(0, 4 * np.pi, length) + rng.uniform(0, 0.5)
    swing = np.linspace(0.2, 2, length) if rising else 1.0
    return (swing * np.sin(turns) + rng.normal(0, 0.05, length)).astype(np.float32)


def rows(count: int = 6, length: int = 40) -> list[tuple[str, np.ndarray]]:
    """Class and values, by turns."""
    return [("rising" if k % 2 else "even", wave(k, length, bool(k % 2))) for k in range(count)]


def wide(found: list[tuple[str, np.ndarray]], first: bool = False, head: bool = True) -> str:
    """A row a series; the class last, or ``first``."""
    length = max(len(values) for _, values in found)
    names = [f"t{k}" for k in range(length)]
    lines = [",".join(["label", *names] if first else [*names, "label"])] if head else []
    for label, values in found:
        cells = [f"{value:.5f}" for value in values] + [""] * (length - len(values))
        lines.append(",".join([label, *cells] if first else [*cells, label]))
    return "\n".join(lines)


def long(found: list[tuple[str, np.ndarray]], start: str = "2024-03-01T08:00") -> str:
    """A row a moment, two channels."""
    lines = ["trial;timestamp;left;right;activity;person"]
    for number, (label, values) in enumerate(found):
        times = np.datetime64(start, "s") + np.arange(len(values)) * 2
        lines += [
            f"trial {number};{time};{value:.4f};{value**2:.4f};{label};p{number // 2}"
            for time, value in zip(times, values, strict=True)
        ]
    return "\n".join(lines)


def ts(found: list[tuple[str, np.ndarray]], channels: int = 1) -> str:
    head = ["# made", "@problemName Made", "@timestamps false", f"@univariate {str(channels == 1).lower()}"]
    head += ["@classLabel true even rising", "@data"]
    lines = [
        ":".join([*[",".join(f"{v * (k + 1):.5f}" for v in values) for k in range(channels)], label])
        for label, values in found
    ]
    return "\n".join([*head, *lines]) + "\n"
