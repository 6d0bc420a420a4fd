"""How tests are shared out among processes: by file, and all that drive a browser to one of them, from the start.

So no two browsers compete for the cores, a fixture of a file or of the browser is made once, and while pages are
waited for, the other process has work. The browser comes first, as it takes longest: last, it would run alone.
"""

from __future__ import annotations

from typing import Any

import pytest

BROWSER = "tests/e2e/"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)

    return ByFile(config, log)
