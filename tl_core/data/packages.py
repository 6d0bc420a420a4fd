"""Packages as files: fetched once from the person's own package index, checked by hash, never installed or imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tl_core.domain.fault import InputFault

if TYPE_CHECKING:
    from tl_core.store.home import Home

SESSION = Path(__file__).with_name("pip_session.py")
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+_-]+)")

FetchProgress = Callable[[int, "int | None"], None]  # bytes so far, bytes in all when known


def fetched_package(home: Home, sha256: str) -> Path | None:
    """The file with this hash, when it was fetched before."""
    folder = home.packages / sha256
    return next((file for file in sorted(folder.iterdir()) if file.is_file()), None) if folder.is_dir() else None


def fetch_package(home: Home, requirement: str, sha256: str, progress: FetchProgress | None = None) -> Path:
    """The file of ``requirement`` ("name==version") whose content has this sha256: wheel or source archive, as it is.

    Kept in the home folder, so the second call needs no network. Whatever ``progress`` raises (a wish to stop) ends
    the transfer. Raises ``InputFault`` (area fetch) without network, without the file, and when the disk is full.
    """
    kept = fetched_package(home, sha256)
    if kept is not None:
        return kept
    wanted = REQUIREMENT.fullmatch(requirement)
    if wanted is None:
        raise ValueError(f"not a pinned requirement: {requirement}")
    folder = home.packages / sha256
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=home.packages) as beside:
        target = Path(beside) / "package" / "part"
        target.parent.mkdir()
        name = _transfer({**wanted.groupdict(), "sha256": sha256, "target": str(target)}, requirement, progress)
        target.rename(target.with_name(name))
        try:
            os.replace(target.parent, folder)
        except OSError:
            if not folder.is_dir():  # else somebody fetched the same file meanwhile: theirs is as good
                raise
    return folder / name


def _transfer(asked: dict[str, str], requirement: str, progress: FetchProgress | None) -> str:
    """Let a process of its own copy the file; its name."""
    command = [sys.executable, "-I", str(SESSION)]
    name, total, last = "", None, {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(asked))
            child.stdin.close()
            for line in child.stdout:
                last = json.loads(line)
                if "file" in last:
                    name, total = Path(last["file"]).name, last["total"]
                if "done" in last and progress:
                    progress(last["done"], total)
        finally:
            if child.poll() is None and not last.keys() & {"finished", "fault"}:
                child.kill()
    if last.get("finished"):
        return name
    raise InputFault(f"fetch.{last.get('fault', 'broken')}", package=requirement)
