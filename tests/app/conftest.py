"""Pages without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from pages._ui import front
from tl_core.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
OPENER = Callable[..., AppTest]


@pytest.fixture
def open_page(home: Home, monkeypatch: pytest.MonkeyPatch) -> OPENER:
    """``open_page("data", project=...)``: the app at that address, with the frame around the page."""
    begin = PagesManager.__init__

    def begin_claimed(self: PagesManager, *args: object, **options: object) -> None:
        begin(self, *args, **options)  # type: ignore[arg-type]
        front.claim_pages()  # as app.py does when a server starts

    monkeypatch.setattr(PagesManager, "__init__", begin_claimed)

    def open_at(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()  # learns which pages there are
        app.query_params.update(query)
        if page != "home":
            app.switch_page(str(ROOT / "pages" / f"{page}.py"))
        return app.run()

    return open_at
