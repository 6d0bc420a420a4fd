"""The home folder: private, safe against strange ids, one secret."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


def test_thaw_home_is_obeyed(home: Home) -> None:
    assert Home.default() == home


def test_without_thaw_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("THAW_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert Home.default().path == tmp_path.resolve() / "thaw"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_look_in(home: Home) -> None:
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    home.secret()
    assert stat.S_IMODE((home.path / "secret").stat().st_mode) == 0o600


def test_all_get_the_same_secret(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: home.secret(), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32
    assert [p.name for p in home.path.glob("secret*")] == ["secret"]


@pytest.mark.parametrize("name", ["..", "a/b", "", "/etc", "a.b", "-x"])
def test_an_id_is_never_a_path(home: Home, name: str) -> None:
    for ask in (home.project, home.samples, home.thumbnails):
        with pytest.raises(InputFault):
            ask(name)


def test_a_home_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputFault, match="cannot be used"):
            Home(place).runs  # noqa: B018 - asking for it makes it
