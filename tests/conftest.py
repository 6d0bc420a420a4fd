"""What all tests share: a fresh home each, fixed seeds, silent libraries."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tl_core.store.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty THAW_HOME of this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("THAW_HOME", str(folder))
    monkeypatch.delenv("THAW_DATABASE_URL", raising=False)
    home = Home(folder.resolve())
    home.runs.mkdir(exist_ok=True)
    return home


@pytest.fixture(autouse=True)
def seeds() -> None:
    """Same numbers every time; numpy and torch only where a test has loaded them."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
