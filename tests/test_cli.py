"""The front of the command line: exit status, one sentence, JSON last."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import types

import pytest

from tl_core import __version__, cli
from tl_core.domain.fault import InputFault, Stopped
from tl_core.jobs.foreground import Failed


@pytest.fixture
def verb(home, monkeypatch: pytest.MonkeyPatch):
    """A verb that does what a test says."""
    module = types.ModuleType("tl_core.commands.check")
    module.add = lambda parser: parser.add_argument("--number", type=int, required=True)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tl_core.commands.check", module)
    return module


def run(verb, perform, *arguments: str, capsys) -> tuple[int, str, str]:
    verb.perform = perform
    code = cli.main(["check", "--number", "3", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def raising(error: BaseException):
    def perform(args: argparse.Namespace) -> dict:
        raise error

    return perform


def test_json_is_the_last_line(verb, capsys) -> None:
    def perform(args: argparse.Namespace) -> dict:
        print("a library says hello")
        return {"status": "done", "number": args.number, "word": "Käse"}

    code, out, err = run(verb, perform, "--json", capsys=capsys)
    assert (code, err) == (0, "")
    assert json.loads(out.splitlines()[-1]) == {"status": "done", "number": 3, "word": "Käse"}


def test_for_people_it_is_told(verb, capsys) -> None:
    verb.tell = lambda result: f"Number {result['number']}."
    assert run(verb, lambda args: {"number": args.number}, capsys=capsys) == (0, "Number 3.\n", "")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputFault("store.disk_full"), 2, "The disk is full. Free some space and start again.\n"),
        (Stopped(), 130, ""),
        (KeyboardInterrupt(), 130, ""),
        (Failed("/some/log.txt"), 1, "Something went wrong on our side. The log holds the details: /some/log.txt\n"),
    ],
)
def test_ends(verb, capsys, error, code: int, words: str) -> None:
    assert run(verb, raising(error), "--json", capsys=capsys) == (code, "", words)


def test_our_mistakes_are_written_down(verb, home, capsys) -> None:
    code, out, err = run(verb, raising(ZeroDivisionError()), capsys=capsys)
    assert (code, out, err.count("\n")) == (1, "", 1)
    log = home.log / "cli.log"
    assert str(log) in err
    assert "ZeroDivisionError" in log.read_text()


def test_stopped_is_130(verb, capsys) -> None:
    assert run(verb, lambda args: {"status": "stopped"}, "--json", capsys=capsys)[0] == 130


@pytest.mark.parametrize("arguments", [["check"], ["check", "--number", "x"], ["dream"], ["check", "--nonsense", "1"]])
def test_bad_arguments_are_one_sentence(verb, capsys, arguments: list[str]) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_verb(capsys, arguments: list[str]) -> None:
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in cli.VERBS)


def test_every_verb_is_there() -> None:
    import importlib

    for name in cli.VERBS:
        module = importlib.import_module(f"tl_core.commands.{cli.name_of(name)}")
        module.add(argparse.ArgumentParser())
        assert callable(module.perform)


def test_the_front_costs_nothing(home) -> None:
    code = "import sys, tl_core.cli; sys.exit(any(name in sys.modules for name in ('torch', 'dbos', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    told = subprocess.run([sys.executable, "-m", "tl_core", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == __version__
