"""How good answers are: metrics with honest intervals, paired comparisons, baselines, reports. No torch."""
