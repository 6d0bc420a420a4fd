"""Measurements against what else people would do, on the same data, in one run. ``python -m benchmarks --help``."""
