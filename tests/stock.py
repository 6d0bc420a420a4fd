"""Real weights and sample sets for tests, fetched once a checkout and shared by the homes of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.store.home import Home
from tl_core.store.locks import hold

SHARED = ("weights", "packages", "cache/samples", "cache/compiled")


@pytest.fixture(scope="session")
def stock(request: pytest.FixtureRequest) -> Home:
    """A home with the default starting models and the sample sets that tests use."""
    from tl_core import backbones
    from tl_core.backbones import catalogue
    from tl_core.backbones.fetch import fetch
    from tl_core.quiet import allow_fetching

    home = Home(Path(request.config.cache.mkdir("stock")).resolve())
    allow_fetching()
    with hold(home.path / "stock.lock", patience=600):  # tests run in several processes
        for modality in catalogue.DEFAULTS:
            if not backbones.is_fetched(home, backbones.default(modality)):
                fetch(home, backbones.default(modality), None)
        for name in ("reviews", "solar", "drums"):
            fetch_sample_set(home, name)
    return home


@pytest.fixture
def stocked(home: Home, stock: Home) -> Home:
    """This test's own home, with the stock's weights and packages in it."""
    for part in SHARED:
        (stock.path / part).mkdir(parents=True, exist_ok=True)
        place = home.path / part
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(stock.path / part, target_is_directory=True)
    return home
