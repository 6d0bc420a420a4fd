"""A job's folder: the one truth of what it was asked, what it did and how it ended."""

from __future__ import annotations

import io
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from tl_core.domain.depth import Depth
from tl_core.domain.event import Event
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Plan
from tl_core.domain.run import Folding, RunView, Status
from tl_core.domain.split import Split, Subset
from tl_core.store import locks
from tl_core.store.atomic import room_expected, write_bytes, write_json
from tl_core.store.home import Home, checked_id
from tl_core.store.nouns import read_noun
from tl_core.words import first_spoken, language

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class RunFolder:
    """``runs/<id>/``. Any number of readers; one writer, the child that holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tail_checked = False

    @classmethod
    def create(cls, home: Home, plan: Plan) -> RunFolder:
        """A new folder holding ``plan``; its id says when (UTC). Raises InputFault ``store.disk_full``."""
        while True:
            name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
            path = home.runs / name
            try:
                with room_expected():
                    path.mkdir()
            except FileExistsError:
                continue
            write_json(path / "plan.json", plan)
            write_bytes(path / "language", language().encode())
            return cls(path)

    @classmethod
    def find(cls, home: Home, run_id: str) -> RunFolder:
        """Raises InputFault when there is no such job (ids come from URLs)."""
        path = home.path / "runs" / checked_id(run_id)
        if not (path / "plan.json").is_file():
            raise InputFault("store.run_missing")
        return cls(path)

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def home(self) -> Home:
        """The home this folder lies in."""
        return Home(self.path.parent.parent)

    # written once, before the start

    def language(self) -> str:
        """Of whoever asked for the job: what it writes for people to take along is in that. Empty: it was not kept."""
        file = self.path / "language"
        return first_spoken([file.read_text("ascii")]) if file.is_file() else ""

    def plan(self) -> Plan:
        return _PLAN.validate_json((self.path / "plan.json").read_bytes())

    def split(self) -> Split | None:
        """None before it was made."""
        return read_noun(self.path / "split.json", Split)

    def write_split(self, split: Split) -> None:
        write_json(self.path / "split.json", split)

    def depth(self, part: str = "") -> Depth | None:
        """None before it was chosen, and where there is no choice. ``part``: a fold, which chooses for itself."""
        return read_noun(self._depth(part), Depth)

    def write_depth(self, depth: Depth, part: str = "") -> None:
        write_json(self._depth(part), depth)

    def _depth(self, part: str) -> Path:
        return self.path / (f"depth-{part}.json" if part else "depth.json")

    @property
    def environment(self) -> Path:
        """environment.json: versions, machine, threads; written by the child at its first start."""
        return self.path / "environment.json"

    # what it tells while it works

    def append(self, event: Event) -> None:
        """One line, stamped with the time. Not synced: after a power cut the last lines may be missing."""
        if not event.time:
            event = event.model_copy(update={"time": time.time()})
        line = _EVENT.dump_json(event) + b"\n"
        with room_expected(), open(self.path / "events.jsonl", "ab", buffering=0) as stream:
            if not self._tail_checked:
                _cut_torn_line(self.path / "events.jsonl")
                self._tail_checked = True
            end = stream.seek(0, io.SEEK_END)
            try:
                if stream.write(line) != len(line):
                    raise OSError(28, "No space left on device")
            except OSError:
                with suppress(OSError):
                    stream.truncate(end)
                raise

    def events(self) -> list[Event]:
        """All whole lines so far; only what is new since the last call is read."""
        return _TAILS.events(self.path / "events.jsonl")

    def view(self) -> RunView:
        """The events folded for a page."""
        return _TAILS.view(self.path / "events.jsonl")

    # asked to stop, held, ended

    def request_stop(self) -> None:
        """The child looks for this between steps and ends with what it has."""
        write_bytes(self.path / "control" / "stop", b"")

    def stop_requested(self) -> bool:
        return (self.path / "control" / "stop").exists()

    @contextmanager
    def lock(self, patience: float = 3.0) -> Iterator[None]:
        """Only one child works in a folder. Raises ``locks.Taken`` after ``patience`` seconds."""
        with locks.hold(self.path / "lock", patience, {"pid": os.getpid()}):
            yield

    def locked(self) -> bool:
        """Is a child at work in here?"""
        return locks.is_held(self.path / "lock")

    def status(self) -> Status | None:
        """How it ended; None while it has not."""
        return read_noun(self.path / "status.json", Status)

    def write_status(self, status: Status) -> None:
        """The last thing written."""
        write_json(self.path / "status.json", status)

    # where its products lie

    @property
    def log_path(self) -> Path:
        """What the child printed, and tracebacks: for us, not for the page."""
        return self.path / "log.txt"

    @property
    def checkpoints(self) -> Path:
        return self._made("checkpoints")

    @property
    def evaluation(self) -> Path:
        return self._made("evaluation")

    def predictions(self, subset: Subset) -> Path:
        """The file of what was answered about a judged part, sample by sample; it may not be there."""
        return self.path / "evaluation" / f"{subset}-predictions.json"

    @property
    def bundle(self) -> Path:
        """Not made when asked for: a bundle is there when its folder is."""
        return self.path / "bundle"

    def _made(self, name: str) -> Path:
        folder = self.path / name
        folder.mkdir(exist_ok=True)
        return folder


def _cut_torn_line(path: Path) -> None:
    """A killed writer may leave half a line: the next one must not write on behind it."""
    with open(path, "rb+") as stream:
        content = stream.read()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            stream.truncate(whole)


@dataclass
class _Tail:
    """What was read of one events file so far."""

    offset: int = 0
    events: list[Event] = field(default_factory=list)
    folding: Folding = field(default_factory=Folding)
    folded: RunView | None = None  # since the last event

    def add(self, event: Event) -> None:
        self.events.append(event)
        self.folding.add(event)
        self.folded = None

    def view(self) -> RunView:
        self.folded = self.folded or self.folding.view()
        return self.folded


class _Tails:
    """Events read so far, of the files looked at last."""

    def __init__(self, keep: int = 64) -> None:
        self._keep = keep
        self._tails: OrderedDict[Path, _Tail] = OrderedDict()
        self._lock = Lock()

    def events(self, path: Path) -> list[Event]:
        with self._lock:
            return list(self._read(path).events)

    def view(self, path: Path) -> RunView:
        with self._lock:
            return self._read(path).view()

    def _read(self, path: Path) -> _Tail:
        tail = self._tails.get(path) or _Tail()
        try:
            with open(path, "rb") as stream:
                if os.fstat(stream.fileno()).st_size < tail.offset:  # another file of the same name
                    tail = _Tail()
                stream.seek(tail.offset)
                fresh = stream.read()
        except FileNotFoundError:
            return _Tail()
        self._tails[path] = tail
        self._tails.move_to_end(path)
        while len(self._tails) > self._keep:
            self._tails.popitem(last=False)
        whole = fresh.rfind(b"\n") + 1
        for line in fresh[:whole].splitlines():
            with suppress(ValidationError):  # a power cut left zeros: what a lost line told stays unknown
                tail.add(_EVENT.validate_json(line))
        tail.offset += whole
        return tail


_TAILS = _Tails()
