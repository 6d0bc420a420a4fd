"""The models a predictor holds: the ones used last, within a cap, for as long as anybody asks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tl_core.processes import give_back_memory

if TYPE_CHECKING:
    from tl_core.bundle.assistant import LoadedAssistant
    from tl_core.bundle.load import Predictor
    from tl_core.store.home import Home

LARGEST = 2 << 30  # bytes of weights held; one model alone may take more
IDLE = 600.0  # seconds without a question after which all are let go


class Models:
    """Loaded bundles by folder and by what lies in it. Safe in several threads; loads one at a time."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._lock = threading.RLock()
        self._held: OrderedDict[tuple[Path, int], Any] = OrderedDict()
        self._asked = time.monotonic()

    def get(self, bundle: Path) -> Predictor:
        """The model of a bundle's folder. Raises InputFault."""
        from tl_core.bundle.folder import MANIFEST, read_manifest
        from tl_core.bundle.load import load_bundle

        read_manifest(bundle)  # says what is wrong with a folder that holds none
        return self._get(bundle, MANIFEST, lambda: load_bundle(bundle))

    def assistant(self, folder: Path, home: Home) -> LoadedAssistant:
        """The assistant in a folder, its encoder from ``home`` where it is not inside. Raises InputFault."""
        from tl_core.bundle.assistant import LoadedAssistant
        from tl_core.bundle.assistant_folder import MANIFEST, read_manifest

        read_manifest(folder)
        return self._get(folder, MANIFEST, lambda: LoadedAssistant(folder, home))

    def let_go_when_idle(self, idle: float = IDLE) -> bool:
        """Let all go if nobody asked for so long; says whether there was anything."""
        with self._lock:
            if not self._held or time.monotonic() - self._asked < idle:
                return False
            self._held.clear()
            give_back_memory()
            return True

    @property
    def held(self) -> list[Path]:
        """Folders of the models held, the one used last at the end."""
        with self._lock:
            return [folder for folder, _ in self._held]

    def _get(self, folder: Path, manifest: str, load: Callable[[], Any]) -> Any:
        with self._lock:
            self._asked = time.monotonic()
            key = (folder, (folder / manifest).stat().st_mtime_ns)
            if key not in self._held:
                for old in [old for old in self._held if old[0] == folder]:  # written anew since
                    del self._held[old]
                self._held[key] = load()
            self._held.move_to_end(key)
            self._make_room()
            return self._held[key]

    def _make_room(self) -> None:
        while len(self._held) > 1 and sum(one.bytes for one in self._held.values()) > self._largest:
            self._held.popitem(last=False)
