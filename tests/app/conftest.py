"""Pages without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from pages._ui import front
from tl_core.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
OPENER = Callable[..., AppTest]


@cache
def components() -> BidiComponentManager:
    """As on a server: one for all sessions. To make one, all installed packages are looked through."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


@pytest.fixture
def open_page(home: Home, monkeypatch: pytest.MonkeyPatch) -> OPENER:
    """``open_page("data", project=...)``: the app at that address, with the frame around the page."""
    begin = PagesManager.__init__

    def begin_claimed(self: PagesManager, *args: object, **options: object) -> None:
        begin(self, *args, **options)  # type: ignore[arg-type]
        front.claim_pages()  # as app.py does when a server starts

    monkeypatch.setattr(PagesManager, "__init__", begin_claimed)

    def open_at(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app._bidi_component_manager = components()
        app.query_params.update(query)
        if page != "home":
            app.switch_page(str(ROOT / "pages" / f"{page}.py"))
        return app.run()

    return open_at


def alts(app: AppTest) -> list[str]:
    """What the page's charts say to those who do not see them, plotly's first."""
    dotted = [one.proto for one in app.main.get("bidi_component") if one.proto.component_name.endswith("thaw_dotted")]
    return [one.proto.alt for one in app.main.get("plotly_chart")] + [json.loads(one.json)["alt"] for one in dotted]


def unfold(app: AppTest) -> AppTest:
    """With every table of the page shown."""
    mark = "-open-table-"
    for box in app.expander:
        _, found, key = box.proto.id.partition(mark)
        if found:
            app.session_state[f"{mark[1:]}{key}"] = True
    return app.run()
