"""Whole jobs, each readable on one screen."""
