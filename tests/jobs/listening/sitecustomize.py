"""On the path of processes under test: every name looked up and every connection is written down."""

import os
import sys

_FILE = os.environ["THAW_TEST_HEARD"]


def _hear(event: str, args: tuple) -> None:
    if event == "socket.getaddrinfo":
        told = f"looked up {args[0]!r}"
    elif event == "socket.connect" and isinstance(args[1], tuple):  # a path is a socket of this machine
        told = f"connected {args[1]!r}"
    else:
        return
    with open(_FILE, "a") as file:
        file.write(f"{told} by {sys.argv}\n")


sys.addaudithook(_hear)
