"""What nobody needs any more: deleted things, uploads never used, working files of processes that were killed."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from pydantic import ValidationError

from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

PASSING = ("tmp*", "asked-*")  # working folders in the cache: Python's own names, and the predictor's questions
FORGOTTEN = 2 * 86400.0  # seconds after which an upload that no job asked for is nobody's


def sweep(home: Home) -> None:
    """Called when a worker starts."""
    empty_trash(home)
    wanted = {upload for run_id in runs.unended(home) for upload in uploads_of(home, RunFolder(home.runs / run_id))}
    passing = [path for pattern in PASSING for path in home.cache.glob(pattern)]
    for path in [*home.inbox.iterdir(), *passing]:
        if path.resolve() not in wanted and time.time() - path.stat().st_mtime > FORGOTTEN:
            _remove(path)


def empty_trash(home: Home) -> None:
    """What cannot be removed now (a file open on Windows) is tried again at the next call."""
    for path in home.trash.iterdir():
        _remove(path)


def uploads_of(home: Home, folder: RunFolder) -> list[Path]:
    """Places in the inbox that this job reads, or keeps previews in; never a person's own files elsewhere."""
    try:
        plan = folder.plan()
    except (OSError, ValidationError):
        return []
    inbox = home.inbox.resolve()
    named = [Path(os.path.abspath(path)) for path in [*getattr(plan, "paths", []), *getattr(plan, "test_paths", [])]]
    read = {inbox / path.relative_to(inbox).parts[0] for path in named if inbox in path.parents}
    return sorted(read | {own for own in [inbox / folder.id] if own.is_dir()})


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
