"""The command line of ``run.py``."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, NoReturn

from tl_core.domain.fault import InputFault
from tl_core.launcher import ROOT
from tl_core.launcher.checking import check
from tl_core.launcher.environment import Environment
from tl_core.launcher.machine import demand_port, free_port, has_screen, writable_home
from tl_core.launcher.processes import child_environment
from tl_core.launcher.service import Hopeless, app_part, new_passcode, serve, worker_part
from tl_core.store.home import Home
from tl_core.store.locks import Taken, hold, holder_of
from tl_core.words import say

Verb = Literal["start", "setup", "app", "worker", "demo", "test"]

VERBS: tuple[Verb, ...] = ("start", "setup", "app", "worker", "demo", "test")
SERVICES: tuple[Verb, ...] = ("start", "app", "worker", "demo")
DEMO_HOME = ("demo", "live")  # in the home folder: what ``setup --demo`` lays out
PORT = 8501
SHORTEST_PASSCODE = 8  # characters


@dataclass(frozen=True)
class Wish:
    """What was asked for."""

    verb: Verb
    port: int
    share: bool
    browser: bool
    samples: bool = False
    pytest: Sequence[str] = ()


def read(arguments: Sequence[str]) -> Wish:
    """The command line as a wish; ``--home`` goes to the environment, where every process looks."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description=say("launcher.about"),
        epilog=say("launcher.epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("verb", nargs="?", choices=VERBS, default="start", help=say("launcher.help_verb"))
    parser.add_argument("--port", type=int, default=PORT, help=say("launcher.help_port", port=PORT))
    parser.add_argument("--home", type=Path, help=say("launcher.help_home", home=Home.default().path))
    parser.add_argument("--share", action="store_true", help=say("launcher.help_share"))
    parser.add_argument("--no-browser", action="store_true", help=say("launcher.help_no_browser"))
    parser.add_argument("--samples", action="store_true", help=say("launcher.help_samples"))
    known, rest = parser.parse_known_args(arguments)
    if rest and known.verb != "test":
        parser.error(say("launcher.unknown", words=" ".join(rest)))
    if known.samples and known.verb != "setup":
        parser.error(say("launcher.samples_only_setup"))
    if not 0 <= known.port < 65536:
        parser.error(say("launcher.port_range", port=known.port))
    if known.home:
        os.environ["THAW_HOME"] = str(known.home.expanduser().resolve())
    return Wish(known.verb, known.port or free_port(), known.share, not known.no_browser, known.samples, rest)


def perform(arguments: Sequence[str]) -> int:
    """Do what the command line asks; the exit code: 0 done, 2 the request or the machine at fault, 1 our own fault."""
    wish = read(arguments)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and not (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):  # nohup
            signal.signal(number, _interrupt)
    environment = Environment(ROOT)
    try:
        if wish.verb in SERVICES:
            return run(wish, environment)
        if wish.verb == "test":  # tests have homes of their own, and fetch what they need into the checkout
            environment.prepare("tests")
            return check(environment.python, ROOT, wish.pytest)
        return set_up(environment, *(["--samples"] if wish.samples else []))
    except InputFault as fault:
        print(fault, file=sys.stderr)
        return 2
    except Hopeless as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(say("launcher.stopped"), file=sys.stderr)
        return 130


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def set_up(environment: Environment, *more: str) -> int:
    """Packages, then the default starting models; an exit code. The second time there is nothing to do.

    ``more``: what else is made ready, as the verb ``setup`` of ``tl_core`` knows it.
    """
    os.environ["THAW_HOME"] = str(writable_home().path)  # absolute: our children run in another folder
    environment.prepare("app")
    command = [str(environment.python), "-m", "tl_core", "setup", *more]
    return subprocess.run(command, cwd=ROOT, env=child_environment(), check=False).returncode


def run(wish: Wish, environment: Environment) -> int:
    """Set up if need be, then serve until a signal ends it."""
    home = writable_home()
    demo = wish.verb == "demo"
    if demo:
        home = Home(home.path.joinpath(*DEMO_HOME))
        home.path.mkdir(parents=True, exist_ok=True)
    passcode = passcode_for(wish)
    with_app, with_worker = wish.verb != "worker", wish.verb != "app"
    address = f"http://127.0.0.1:{wish.port}" if with_app else ""
    with ExitStack() as held:
        if with_worker:  # one worker a home
            lock = home.path / "launcher.lock"
            try:
                held.enter_context(hold(lock, patience=0.3, holder={"pid": os.getpid(), "address": address}))
            except Taken as problem:
                other = (holder_of(lock) or {}).get("address")
                raise InputFault("launcher.already" if other else "launcher.already_worker", address=other) from problem
        if with_app:
            demand_port("0.0.0.0" if wish.share else "127.0.0.1", wish.port)
        code = set_up(environment, *(["--demo"] if demo else []))
        if code:
            return code
        if demo:
            os.environ |= {"THAW_HOME": str(home.path), "THAW_DEMO": "1"}
            os.environ.pop("THAW_DATABASE_URL", None)  # its projects are nobody's
        parts = []
        if with_app:
            bound = "0.0.0.0" if wish.share else "127.0.0.1"
            parts.append(app_part(environment.python, ROOT, home.log, bound, wish.port, passcode))
        if with_worker:
            parts.append(worker_part(environment.python, ROOT, home.log))
        print(say("launcher.starting"), flush=True)
        if not with_app:
            print(say("launcher.working", home=home.path), flush=True)
        return serve(parts, wish.port if with_app else None, partial(opened, wish, address, home, passcode))


def passcode_for(wish: Wish) -> str | None:
    """What a visitor must enter when the app is shared. Raises InputFault for one that is easily guessed."""
    if not wish.share:
        return None
    chosen = os.environ.get("THAW_PASSCODE")
    if chosen and len(chosen) < SHORTEST_PASSCODE:
        raise InputFault("launcher.passcode_short", least=SHORTEST_PASSCODE)
    return chosen or new_passcode()


def opened(wish: Wish, address: str, home: Home, passcode: str | None) -> None:
    """The app answers: say where, and show it."""
    print(say("launcher.open", address=address))
    if passcode:
        print(say("launcher.shared", address=f"http://{socket.gethostname()}:{wish.port}", passcode=passcode))
    print(say("launcher.home", home=home.path))
    print(say("launcher.how_to_end"), flush=True)
    if wish.browser and has_screen():
        with suppress(webbrowser.Error, OSError):
            webbrowser.open(address)
