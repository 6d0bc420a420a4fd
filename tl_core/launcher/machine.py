"""What this machine offers: platform, disk, ports, a screen, a home folder to write to."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.words import number

GB = 1e9


@dataclass(frozen=True)
class Size:
    """What the pinned packages take, in bytes (sums over the wheels of one platform; dev requirements add a little)."""

    download: float
    installed: float
    room: float  # free disk needed while installing: unpacked packages beside the downloads of the larger step


SIZES = {
    "linux": Size(3.4 * GB, 7.3 * GB, 10.3 * GB),  # the CUDA libraries, without which torch does not load, are 2.3 GB
    "darwin": Size(0.5 * GB, 1.8 * GB, 2.3 * GB),
    "win32": Size(0.5 * GB, 1.9 * GB, 2.4 * GB),
}
MODELS = 0.1 * GB  # both default starting models


def size() -> Size:
    """The sizes for this platform. Raises InputFault where the pinned packages cannot run."""
    if sys.platform not in SIZES or (sys.platform == "darwin" and platform.machine() == "x86_64"):
        raise InputFault("launcher.platform")
    return SIZES[sys.platform]


def demand_room(folder: Path, needed: float) -> None:
    """Raises InputFault when the disk under ``folder`` has less than ``needed`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise InputFault("launcher.disk_low", folder=folder, needed=gigabytes(needed), free=gigabytes(free))


def gigabytes(size: float) -> str:
    return number(size / GB, ".1f")


def writable_home() -> Home:
    """The home folder, made if need be. Raises InputFault when nothing can be written there."""
    home = Home.default()
    probe = home.path / f".probe-{os.getpid()}"
    try:
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else's business
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        raise InputFault("launcher.home_unwritable", home=home.path, why=why) from problem
    return home


def demand_port(address: str, port: int) -> None:
    """Raises InputFault when the app could not listen there."""
    with socket.socket() as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one just closed is free
        try:
            probe.bind((address, port))
        except PermissionError as problem:
            raise InputFault("launcher.port_forbidden", port=port) from problem
        except OSError as problem:
            raise InputFault("launcher.port_taken", port=port, other=free_port()) from problem


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def has_screen() -> bool:
    """Would a browser opened here be seen by the person who started us?"""
    if os.environ.get("CI") or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
