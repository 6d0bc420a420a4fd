"""How things end when they do not end well."""

from __future__ import annotations

from tl_core.words import say


class InputFault(Exception):
    """What was given cannot be used. Its text is one sentence saying what is wrong and what to do.

    Pages show the sentence; the command line prints it and exits with 2.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return say(self.key, **self.values)


class Stopped(Exception):
    """A person asked for this run to stop; what was reached so far is kept."""
