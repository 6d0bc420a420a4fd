"""The other end of ``limited``: started as ``python -m tl_core.data.limited_child <function> <memory MB> <seconds>``.

Reads one JSON item a line, answers one JSON line: ``{"value": ...}`` or ``{"refused": reason, "values": {...}}``;
``"last": true`` asks to be replaced. Ends when its input closes, so it never outlives whoever started it by more than
one item.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tl_core.data.refused import Refused

ROOT = Path(__file__).resolve().parents[2]
NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
LARGEST_FILE = 1 << 30  # bytes a child may write into one file


def load(function: str) -> Callable[[dict], dict]:
    """The function "package.module:name". Its module is loaded alone: the packages above it may bring much along
    that a reader does not need, and every fresh child would pay for it."""
    module, _, name = function.partition(":")
    spec = importlib.util.spec_from_file_location(module, ROOT.joinpath(*module.split(".")).with_suffix(".py"))
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(module)
    sys.modules[module] = loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)


def limit(memory_mb: int) -> None:
    """Cap address space, core dumps and files of this process. Windows offers nothing alike: there only the clock of
    whoever started us holds, and this does nothing."""
    try:
        import resource
    except ImportError:
        return
    caps = [("RLIMIT_AS", memory_mb << 20), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", LARGEST_FILE)]
    for name, most in caps:
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (ValueError, OSError, AttributeError):  # macOS refuses some: the clock still holds
            continue


def allow(seconds: int) -> None:
    """Grant the coming item this much CPU time; the kernel ends the process after it."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def answer(function: Callable[[dict], dict], item: dict) -> dict:
    """One item's JSON answer, whatever happens."""
    try:
        return {"value": function(item)}
    except Refused as refused:
        return {"refused": refused.reason, "values": refused.values}
    except (MemoryError, RecursionError):
        return {"refused": "refusals.too_much_memory", "values": {}, "last": True}
    except OSError as problem:
        if problem.errno in NO_ROOM:
            return {"refused": "store.disk_full", "values": {}}
        return {"refused": "refusals.unreadable", "values": {"problem": type(problem).__name__}}
    except Exception as problem:  # a decoder's own mistake over odd bytes: this item is out, the others go on
        return {"refused": "refusals.unreadable", "values": {"problem": type(problem).__name__}, "last": True}


def main() -> None:
    name, memory_mb, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    call = load(name)
    limit(memory_mb)
    print("{}", file=replies, flush=True)
    for line in sys.stdin:
        allow(seconds)
        print(json.dumps(answer(call, json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main()
