"""The command line: ``python -m tl_core VERB ...``; each verb is a module of ``tl_core.commands``.

A verb's module has ``add(parser)`` and ``perform(args) -> dict``, and may have ``tell(result) -> str`` for people.
``--language CODE`` (or ``THAW_LANGUAGE``) says in which language it speaks; figures in ``--json`` stay a machine's.
Exit status: 0 done, 1 our fault, 2 the input is at fault, 130 stopped.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from tl_core import __version__, quiet  # noqa: F401 - quiet silences the libraries imported by the verbs
from tl_core.domain.fault import InputFault, Stopped
from tl_core.jobs.log import write_error
from tl_core.store.home import Home
from tl_core.words import first_spoken, languages, listed, say, speak

VERBS = (
    "train", "ladder", "learning-curve", "predict", "ask", "evaluate", "backbones", "samples", "check", "report",
    "worker", "setup",
)  # fmt: skip
DONE, OURS, INPUT, STOPPED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise InputFault("cli.bad_arguments", message=message, command=self.prog)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _do(_heard(given))
    except InputFault as fault:
        return _say_and_end(str(fault), INPUT)
    except (KeyboardInterrupt, Stopped):
        return STOPPED
    except BrokenPipeError:  # whoever read our output has gone
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OURS
    except Exception as error:
        return _say_and_end(say("cli.ours", log=_log(error)), OURS)


def _heard(given: list[str]) -> list[str]:
    """The arguments without the language, which from here on is spoken: help and refusals too."""
    parser = Parser(prog="python -m tl_core", add_help=False, allow_abbrev=False)
    parser.add_argument("--language", metavar="CODE")
    args, others = parser.parse_known_args(given)
    if args.language is not None:
        spoken = first_spoken([args.language])
        if not spoken:
            raise InputFault("cli.unknown_language", language=args.language, languages=listed(languages()))
        speak(spoken)
    return others


def _do(given: list[str]) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        print(_help())
        return DONE
    if given[0] == "--version":
        print(__version__)
        return DONE
    verb = given[0]
    if verb not in VERBS:
        raise InputFault("cli.unknown_verb", verb=verb, verbs=listed(VERBS))
    module = importlib.import_module(f"tl_core.commands.{name_of(verb)}")
    parser = Parser(
        prog=f"python -m tl_core {verb}",
        description=say(f"cli.{name_of(verb)}"),
        conflict_handler="resolve",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help=say("cli.json"))
    parser.add_argument("--language", metavar="CODE", help=say("cli.language", languages=listed(languages())))
    module.add(parser)
    args = parser.parse_args(given[1:])
    result = module.perform(args)
    if args.json:
        print(json.dumps(result, ensure_ascii=False), flush=True)
    elif hasattr(module, "tell"):
        print(module.tell(result), flush=True)
    return STOPPED if result.get("status") == "stopped" else DONE


def name_of(verb: str) -> str:
    """Of its module, and of its text in the table."""
    return verb.replace("-", "_")


def _help() -> str:
    width = max(map(len, VERBS))
    return "\n".join([say("cli.usage"), "", *(f"  {verb:{width}}  {say(f'cli.{name_of(verb)}')}" for verb in VERBS)])


def _say_and_end(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code


def _log(error: Exception) -> str:
    """Where the traceback lies: with the job if it was one, else with the command line's own log."""
    told = getattr(error, "log", None)
    if told:
        return str(told)
    file = Home.default().path / "logs" / "cli.log"
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_error(file, error)
    return str(file)
