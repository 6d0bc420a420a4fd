"""The fresh process of ``assistant_parity``: ``python -m tl_core.bundle.fresh_assistant PARENT``.

It shares nothing with the process that measured but the files.
"""

from __future__ import annotations

import sys

from tl_core import processes

if __name__ == "__main__":
    processes.die_with_parent(int(sys.argv[1]))

import json
import os
from pathlib import Path

from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on
from tl_core.bundle.assistant import LoadedAssistant


def answer(request: dict) -> dict:
    """``{"folder", "questions"}`` -> ``{"replies"}``, quoted ones, in the order of the questions."""
    assistant = LoadedAssistant(Path(request["folder"]))
    return {"replies": [assistant.reply(question).model_dump(mode="json") for question in request["questions"]]}


if __name__ == "__main__":
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    print(json.dumps(answer(json.load(sys.stdin))), file=replies, flush=True)
