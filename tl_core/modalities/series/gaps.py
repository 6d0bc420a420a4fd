"""Gaps drawn over: between two known values a straight line, before the first and after the last the same value."""

from __future__ import annotations

import numpy as np


def filled(values: np.ndarray) -> np.ndarray:
    """(channel, time) float64 without NaN; a channel without any value is 0."""
    made = np.zeros(values.shape, dtype=np.float64)
    for row, channel in zip(made, values, strict=True):
        there = np.flatnonzero(np.isfinite(channel))
        if len(there):
            row[:] = np.interp(np.arange(len(channel)), there, channel[there])
    return made


def standard(values: np.ndarray) -> np.ndarray:
    """(channel, time) float64, filled, each channel of mean 0 and spread 1; a constant is 0."""
    whole = filled(values)
    centred = whole - whole.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    flat = spread <= 1e-6 * np.abs(whole).max(axis=1, keepdims=True)
    return np.where(flat, 0.0, centred / np.where(flat, 1.0, spread))
