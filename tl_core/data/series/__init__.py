"""Strangers' time series -> values over time, channel by channel, on an even grid, and their picture. No torch."""
