"""``run.py test``: what it runs, in how many processes, and what a skipped test means."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tl_core.launcher.checking import BY_FILE, commands
from tl_core.launcher.processes import child_environment

ROOT = Path(__file__).resolve().parents[1]


def test_checks() -> None:
    """Style, types and all tests, in two processes; a few that a person chooses by a marker in one."""
    steps = commands(Path("python"), ["-q"])
    assert list(steps) == ["ruff check", "ruff format", "mypy", "pytest"]
    assert steps["pytest"][-1] == "-q"
    assert steps["pytest"][3:5] == ["-n", "2"]
    few = commands(Path("python"), ["-m", "weights"])["pytest"]
    assert few[-2:] == ["-m", "weights"]
    assert "-n" not in few


def test_all_that_drive_a_browser_go_to_one_process(tmp_path: Path) -> None:
    """One gets to work at them, the other at the rest."""
    note = "import os\n\ndef test_it(): open({!r}, 'w').write(os.environ['PYTEST_XDIST_WORKER'])\n"
    (tmp_path / "tests" / "e2e").mkdir(parents=True)
    for name in ("test_a", "e2e/test_b", "e2e/test_c"):
        (tmp_path / "tests" / f"{name}.py").write_text(note.format(str(tmp_path / Path(name).name)))
    command = [sys.executable, "-m", "pytest", "-p", "tests.order", "-p", "no:cacheprovider", *BY_FILE]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path / "tests")]
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    rest, *browsers = [(tmp_path / f"test_{one}").read_text() for one in "abc"]
    assert set(browsers) == {"gw0", "gw1"} - {rest}


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("false", 0)])
@pytest.mark.parametrize(
    "skipped",
    ["@pytest.mark.browser\n@pytest.mark.skip(reason='no chromium')", "pytest.skip('no', allow_module_level=True)\n"],
)
def test_skips_count_where_demanded(tmp_path: Path, ci: str, code: int, skipped: str) -> None:
    """With CI=true, as in .ci/run, a skipped browser test has failed; elsewhere it is a sentence."""
    (tmp_path / "test_it.py").write_text(f"import pytest\n{skipped}\ndef test_it(): pass\ndef test_other(): pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.demanded", "-p", "no:cacheprovider", "-q"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path / "test_it.py")]
    done = subprocess.run(
        command, cwd=ROOT, env=child_environment() | {"CI": ci}, capture_output=True, text=True, check=False
    )
    nothing_ran = 5 if "module" in skipped and not code else 0
    assert done.returncode == (2 if "module" in skipped and code else code) + nothing_ran, done.stdout
