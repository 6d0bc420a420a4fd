"""Where everything lives: one folder, ``THAW_HOME``."""

from __future__ import annotations

import os
import re
import secrets
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tl_core.domain.fault import InputFault

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def checked_id(text: str) -> str:
    """``text`` when it can be the name of a folder of ours; ids arrive in URLs, so anything else is refused.

    Raises InputFault.
    """
    if not _ID.fullmatch(text):
        raise InputFault("store.bad_id")
    return text


def platform_folder() -> Path:
    """Where programs of this platform keep a person's data."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Thaw"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Thaw"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "thaw"


@dataclass(frozen=True)
class Home:
    """The home folder. Folders that belong to nobody in particular are made when asked for."""

    path: Path

    @classmethod
    def default(cls) -> Home:
        """``THAW_HOME``, or the platform's folder for data."""
        chosen = os.environ.get("THAW_HOME")
        return _real(chosen or str(platform_folder()), os.getcwd())

    def _made(self, *parts: str) -> Path:
        folder = self.path.joinpath(*parts)
        if os.path.isdir(folder):
            return folder
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True, exist_ok=True)
                self.path.chmod(0o700)  # samples of patients and customers: nobody else's business
            folder.mkdir(parents=True, exist_ok=True)
        except (PermissionError, NotADirectoryError, FileExistsError) as error:
            raise InputFault("store.home_closed", path=str(self.path)) from error
        return folder

    @property
    def inbox(self) -> Path:
        """Uploads land in ``inbox/<token>/`` and leave with their intake."""
        return self._made("inbox")

    @property
    def projects(self) -> Path:
        return self._made("projects")

    @property
    def runs(self) -> Path:
        """One folder a job, of any kind."""
        return self._made("runs")

    @property
    def cache(self) -> Path:
        """What can be computed again."""
        return self._made("cache")

    @property
    def weights(self) -> Path:
        """Starting models, converted once to safetensors."""
        return self._made("weights")

    @property
    def packages(self) -> Path:
        """Files fetched from package registries, as they came."""
        return self._made("packages")

    @property
    def trash(self) -> Path:
        """Deleted things on their way out."""
        return self._made("trash")

    @property
    def log(self) -> Path:
        """A folder: worker.log, app.log, cli.log ... A run's own log lies in its folder."""
        return self._made("logs")

    def project(self, project_id: str) -> Path:
        """Not made when asked for: a project is there when its ``project.json`` is."""
        return self.path / "projects" / checked_id(project_id)

    def dataset(self, project_id: str, version: str) -> Path:
        return self.project(project_id) / "datasets" / checked_id(version)

    def samples(self, project_id: str) -> Path:
        return self._made("projects", checked_id(project_id), "samples")

    def thumbnails(self, project_id: str) -> Path:
        return self._made("projects", checked_id(project_id), "thumbnails")

    def secret(self) -> bytes:
        """32 bytes of this home alone, for keyed pseudonyms and tokens; made once, readable by its owner only."""
        file = self._made() / "secret"
        if not file.exists():
            beside = file.with_name(f"secret.{secrets.token_hex(4)}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_bytes(32))
            try:
                os.link(beside, file)  # fails if another process was first: all must read the same secret
            except FileExistsError:
                pass
            except OSError:  # a file system without hard links
                if not file.exists():
                    beside.rename(file)
            beside.unlink(missing_ok=True)
        return file.read_bytes()


@lru_cache(maxsize=8)
def _real(path: str, here: str) -> Home:
    """Kept, as a page asks hundreds of times; ``here``: what a relative path begins at."""
    return Home(Path(path).expanduser().resolve())
