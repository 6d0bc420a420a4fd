"""Strangers' recordings -> mono sound at 16 kHz, its spectrum and its picture. No torch."""

RATE = 16_000  # Hz, of every sound that is kept
