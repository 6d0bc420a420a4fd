"""The models a predictor holds: the ones used last, within a cap, for as long as anybody asks."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tl_core.bundle.load import Predictor

LARGEST = 2 << 30  # bytes of weights held; one model alone may take more
IDLE = 600.0  # seconds without a question after which all are let go


class Models:
    """Loaded bundles by folder and by what lies in it. Safe in several threads; loads one at a time."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._lock = threading.RLock()
        self._held: OrderedDict[tuple[Path, int], Predictor] = OrderedDict()
        self._asked = time.monotonic()

    def get(self, bundle: Path) -> Predictor:
        """The model of a bundle's folder. Raises InputFault."""
        from tl_core.bundle.folder import MANIFEST, read_manifest

        with self._lock:
            self._asked = time.monotonic()
            read_manifest(bundle)  # says what is wrong with a folder that holds none
            key = (bundle, (bundle / MANIFEST).stat().st_mtime_ns)
            found = self._held.get(key)
            if found is None:
                found = self._load(bundle)
                self._held[key] = found
            self._held.move_to_end(key)
            self._make_room()
            return found

    def let_go_when_idle(self, idle: float = IDLE) -> bool:
        """Let all go if nobody asked for so long; says whether there was anything."""
        with self._lock:
            if not self._held or time.monotonic() - self._asked < idle:
                return False
            self._held.clear()
            _give_back_memory()
            return True

    @property
    def held(self) -> list[Path]:
        """Folders of the models held, the one used last at the end."""
        with self._lock:
            return [folder for folder, _ in self._held]

    def _load(self, bundle: Path) -> Predictor:
        for key in [key for key in self._held if key[0] == bundle]:  # written anew since
            del self._held[key]
        from tl_core.bundle.load import load_bundle

        return load_bundle(bundle)

    def _make_room(self) -> None:
        while len(self._held) > 1 and sum(one.bytes for one in self._held.values()) > self._largest:
            self._held.popitem(last=False)


def _give_back_memory() -> None:
    """Python and the C library keep freed memory for later; this is later."""
    gc.collect()
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except AttributeError:  # a C library other than GNU's
            return
