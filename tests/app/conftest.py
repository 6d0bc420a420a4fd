"""Pages without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tl_core.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
OPENER = Callable[..., AppTest]


@pytest.fixture
def open_page(home: Home) -> OPENER:
    """``open_page("data", project=...)``: the app at that address, as a browser finds it."""

    def open_at(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.query_params.update(query)
        app.switch_page(str(ROOT / "pages" / f"{page}.py"))
        return app.run()

    return open_at
