"""Run as a script in a fresh process: find one file of a package index by its hash, and copy it to disk.

pip itself is asked where its indexes are (its configuration, environment, certificates and proxies all count), but
neither resolves nor builds anything: ``pip download`` would run the set-up code of a source archive, this does not.

In: one JSON object on stdin with ``name``, ``version``, ``sha256`` and ``target`` (path of the file to write).
Out: JSON lines ``{"file", "total"}``, then ``{"done"}`` as bytes arrive, then ``{"finished": true}`` or ``{"fault"}``,
one of no_network, no_index, not_found, broken, disk_full, wrong_file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import sys
import time
from typing import Any

BLOCK = 1 << 18  # bytes read at a time
PAUSE = 0.2  # seconds between two reports


def tell(**values: object) -> None:
    """One JSON line to whoever started this script."""
    print(json.dumps(values), flush=True)


def copy(session: Any, name: str, version: str, sha256: str, target: str, options: Any, command: Any) -> str | None:
    """Find and copy the file; the fault's name, or None when all went well."""
    finder = command._build_package_finder(options, session, ignore_requires_python=True)
    found = [c.link for c in finder.find_all_candidates(name) if str(c.version) == version]
    links = [link for link in found if link.hash == sha256] or [link for link in found if not link.hash]
    if not links:
        return "not_found" if found else why_nothing(session, name, options)
    link = links[0]
    with session.get(link.url_without_fragment, stream=True, headers={"Accept-Encoding": "identity"}) as answer:
        answer.raise_for_status()
        length = answer.headers.get("Content-Length")
        tell(file=link.filename, total=int(length) if length else None)
        digest, done, told = hashlib.sha256(), 0, 0.0
        with open(target, "wb") as file:
            for block in answer.iter_content(BLOCK):
                file.write(block)
                digest.update(block)
                done += len(block)
                if time.monotonic() - told > PAUSE:
                    tell(done=done)
                    told = time.monotonic()
    tell(done=done)
    return None if digest.hexdigest() == sha256 else "wrong_file"


def why_nothing(session: Any, name: str, options: Any) -> str:
    """No index offered the package: was there an index to ask, and did it answer?"""
    from pip._internal.exceptions import PipError
    from pip._vendor.requests.exceptions import RequestException

    indexes = [] if options.no_index else [options.index_url, *options.extra_index_urls]
    if not indexes:
        return "no_index"
    for index in indexes:
        try:
            session.get(f"{index.rstrip('/')}/{name.lower().replace('_', '-')}/", timeout=options.timeout)
        except (PipError, RequestException, OSError, ValueError):  # pips of different age say it differently
            return "no_network"
    return "not_found"


def main() -> None:
    from pip._internal.commands import create_command
    from pip._internal.exceptions import PipError
    from pip._vendor.requests.exceptions import RequestException

    asked = json.loads(sys.stdin.read())
    logging.disable(logging.CRITICAL)
    command: Any = create_command("download")
    with command.main_context():
        options, _ = command.parse_args(["--retries", "1", "--timeout", "20", "--disable-pip-version-check"])
        session = command.get_default_session(options)
        try:
            fault = copy(session, options=options, command=command, **asked)
        except (PipError, RequestException):
            fault = "broken"
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            fault = "disk_full"
    tell(**({"fault": fault} if fault else {"finished": True}))


if __name__ == "__main__":
    main()
