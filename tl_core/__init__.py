"""Thaw's core: everything but the pages. Nothing in here imports streamlit."""

__version__ = "0.1.0"
