"""pip's many lines, told as one: how much is fetched and of what; and what went wrong, by its name."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tl_core.launcher.machine import GB, gigabytes
from tl_core.words import say

FAULTS = {  # text key: what pip says then; the first that fits
    "disk_full": re.compile(r"No space left on device|Errno 28|not enough space on the disk", re.IGNORECASE),
    "no_network": re.compile(
        r"Failed to establish a new connection|Temporary failure in name resolution|Max retries exceeded|"
        r"Name or service not known|getaddrinfo failed|Network is unreachable|"
        r"Connection (refused|reset|aborted|broken)|"
        r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|Connection to \S+ timed out|"
        r"Connection timed out while downloading|IncompleteRead|Remote end closed connection",
        re.IGNORECASE,
    ),
    "no_fit": re.compile(r"No matching distribution found|Could not find a version that satisfies", re.IGNORECASE),
}
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_FILE = re.compile(
    r"\s*(?:Downloading|Using cached) (?:\S*/)?([A-Za-z0-9_.]+)-\S+\.whl(?:\.metadata)?(?: \(([\d.]+) ([kMG]?B))?"
)
_UNITS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}


def follow(lines: Iterable[str], log: Path, done: int, total: float | None) -> tuple[int, str | None]:
    """Tell the progress while pip runs; everything it says goes to ``log``.

    ``done``: bytes fetched before; ``total``: bytes expected in all, when known. Returns the bytes fetched by now and
    the fault pip spoke of, a key of FAULTS, if any.
    """
    teller = Teller(done, total)
    fault = None
    with log.open("a", encoding="utf-8") as record:
        for line in lines:
            step = _PROGRESS.match(line)
            if step:
                teller.tell(int(step[1]))
                continue
            record.write(line)
            record.flush()
            found = next((name for name, pattern in FAULTS.items() if pattern.search(line)), None)
            if found and (fault is None or list(FAULTS).index(found) < list(FAULTS).index(fault)):
                fault = found
            package = _FILE.match(line)
            if package and ".metadata" not in line:
                teller.begin(package[1], round(float(package[2]) * _UNITS[package[3]]) if package[2] else 0)
            elif line.startswith("Installing collected packages"):
                teller.finish(say("launcher.unpacking", count=line.count(",") + 1))
    teller.finish()
    return teller.done, fault


class Teller:
    """One line that is rewritten on a terminal; elsewhere a line a tenth of a gigabyte or so."""

    def __init__(self, done: int, total: float | None) -> None:
        self.done, self.total = done, total
        self._name, self._expected = "", 0
        self._told = done
        self._live = sys.stdout.isatty()
        self._width = 0
        self._last = 0.0

    def begin(self, name: str, expected: int) -> None:
        """A file of ``expected`` bytes is next; the one before is here."""
        self.done += self._expected
        self._name, self._expected = name, expected
        self.tell(0)

    def tell(self, part: int) -> None:
        """``part`` bytes of the current file have come."""
        now = self.done + part
        if self._live and time.monotonic() - self._last < 0.2:
            return
        if not self._live and now - self._told < GB / 4:
            return
        self._told, self._last = now, time.monotonic()
        key = "launcher.fetched_of" if self.total else "launcher.fetched"
        total = gigabytes(max(self.total or 0, now))
        self._write(say(key, done=gigabytes(now), total=total, name=self._name))

    def finish(self, sentence: str = "") -> None:
        """The last file is here; ``sentence`` says what comes next."""
        self.done += self._expected
        self._expected = 0
        if sentence:
            self._write(sentence)
        if self._live and self._width:
            self._width = 0
            print(flush=True)

    def _write(self, text: str) -> None:
        if not self._live:
            print(text, flush=True)
            return
        print(f"\r{text.ljust(self._width)}", end="", flush=True)
        self._width = len(text)
