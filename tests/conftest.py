"""What all tests share: a fresh home each, fixed seeds, silent libraries, and a real worker for those who need one."""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import workers as real
from tl_core import quiet  # noqa: F401 - silences libraries in this process too
from tl_core.domain.run import Status
from tl_core.jobs import kinds
from tl_core.store.home import Home

pytest_plugins = ["tests.demanded", "tests.order", "tests.stock"]


KNOWN = pytest.StashKey[int]()  # modules imported so far
MUCH = 200


@pytest.fixture(autouse=True)
def imported(request: pytest.FixtureRequest) -> None:
    """What imports left is there for good: no search for garbage looks through it again."""
    if len(sys.modules) > request.config.stash.get(KNOWN, 0) + MUCH:
        gc.collect()
        gc.freeze()
        request.config.stash[KNOWN] = len(sys.modules)


@pytest.fixture(autouse=True, scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the tests' small networks are kept compiled (``tests/runs/tiny_project.py``)."""
    os.environ["THAW_TEST_COMPILED"] = str(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(autouse=True, scope="session")
def hasty() -> Iterator[None]:
    """Nobody pulls the plug on a test: this process does not wait for the disk. Those that are killed do, as ever."""
    real, os.fsync = os.fsync, lambda descriptor: None
    yield
    os.fsync = real


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database of an empty home, made once a process."""
    from tl_core.store import database

    home = Home((tmp_path_factory.mktemp("migrated") / "home").resolve())
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("THAW_DATABASE_URL", raising=False)
        database.engine(home).dispose()
    return (home.path / "thaw.sqlite").read_bytes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated: bytes) -> Home:
    """An empty THAW_HOME of this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("THAW_HOME", str(folder))
    monkeypatch.delenv("THAW_DATABASE_URL", raising=False)
    home = Home(folder.resolve())
    home.runs.mkdir(exist_ok=True)
    (home.path / "thaw.sqlite").write_bytes(migrated)
    return home


@pytest.fixture(autouse=True)
def seeds() -> None:
    """Same numbers every time; numpy and torch only where a test has loaded them."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something to be so: ``until(true, seconds)``."""
    return real.wait_until


@pytest.fixture
def ended() -> Callable[..., Status]:
    """Wait for a job's end: ``ended(run_id, seconds) -> Status``."""
    return real.wait_ended


@pytest.fixture
def fake_jobs(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Jobs that are small and misbehave on demand, in this process; returns the environment for others."""
    monkeypatch.syspath_prepend(str(real.FAKE_JOBS))
    for kind, name in real.FAKE_KINDS.items():
        monkeypatch.setitem(kinds.KINDS, kind, f"fake_jobs:{name}")
    return real.fake_environment()


@pytest.fixture
def workers(home: Home) -> Iterator[real.Workers]:
    """Workers whose jobs are the fake ones."""
    crowd = real.Workers(home, real.fake_environment)
    yield crowd
    crowd.end()


@pytest.fixture
def real_workers(home: Home) -> Iterator[real.Workers]:
    """Workers as people have them."""
    crowd = real.Workers(home, real.real_environment)
    yield crowd
    crowd.end()
