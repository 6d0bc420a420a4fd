"""The plan of the house, held by tests: who may import whom, what stays out of the app, what may be written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from string import Formatter

from tl_core.words import table

ROOT = Path(__file__).resolve().parent.parent

ORDER = [  # each imports only those before it
    "quiet",
    "processes",
    "words",
    "domain",
    "store",
    "launcher",
    "data",
    "backbones",
    "modalities",
    "tasks",
    "freezing",
    "training",
    "evaluation",
    "answering",
    "checks",
    "bundle",
    "runs",
    "serving",
    "monitoring",
    "jobs",
    "reporting",
    "use_cases",
    "commands",
    "cli",
]
PAGES_MAY = ("tl_core.use_cases", "tl_core.domain", "tl_core.words", "tl_core.quiet", "pages._ui")
HEAVY = ("torch", "transformers", "sklearn", "pandas", "dbos", "timm", "openvino")


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # no git, or an export without its history
        found = [path for pattern in patterns or ("*",) for path in ROOT.rglob(pattern)]
        return sorted(
            path for path in found if path.is_file() and ".venv" not in path.parts and ".git" not in path.parts
        )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def sources(*packages: str) -> list[Path]:
    return [file for file in tracked("*.py") if file.relative_to(ROOT).parts[0] in packages]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import, those inside functions too; ``from a import b`` counts as ``a.b``."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def place(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def text_of(node: ast.AST) -> str:
    """The text of a literal; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def within(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(one + ".") for one in allowed)


def test_packages_import_only_those_before_them() -> None:
    wrong = []
    for file in sources("tl_core"):
        room = file.relative_to(ROOT).with_suffix("").parts[1]
        if room in ("__init__", "__main__"):
            continue
        assert room in ORDER, f"{file}: a new package needs its place in ORDER"
        for line, module in imports(file):
            if module.startswith("tl_core.") and module != "tl_core.__version__":
                other = module.split(".")[1]
                assert other in ORDER, f"{place(file, line)} imports {module}"
                if ORDER.index(other) > ORDER.index(room):
                    wrong.append(f"{place(file, line)} imports {module}")
            elif module.split(".")[0] in ("streamlit", "pages", "app", "tests"):
                wrong.append(f"{place(file, line)} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_pages_reach_only_for_use_cases() -> None:
    wrong = [
        f"{place(file, line)} imports {module}"
        for file in [*sources("pages"), ROOT / "app.py"]
        for line, module in imports(file)
        if module.split(".")[0] in ("tl_core", "pages") and not within(module, (*PAGES_MAY, "tl_core.__version__"))
        if module != "pages._ui"
    ]
    assert not wrong, "\n".join(wrong)


def test_use_cases_are_light() -> None:
    """What pages and the command line call must load in a moment, and leave the app small."""
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in sources("tl_core")
        if "use_cases" in file.parts
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name.removesuffix('.__init__'))\n"
        f"    heavy = [one for one in {HEAVY!r} if sys.modules.get(one)]\n"
        "    if heavy: sys.exit(f'{name} loads {heavy}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_launcher_needs_nothing_installed() -> None:
    """It runs before there is a virtual environment."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import tl_core.launcher.command, tl_core.launcher.attended"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_is_imported_is_asked_for() -> None:
    """By name, not as a guest of another package; and nothing is asked for that is not imported."""
    owners = packages_distributions()
    used = {
        plain(owner): place(file, line)
        for file in [*sources("tl_core", "pages"), ROOT / "app.py"]
        for line, module in imports(file)
        for owner in owners.get(module.split(".")[0], [])
    }
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    asked = {plain(line.partition("==")[0]) for line in lines if "==" in line}
    assert {owner: where for owner, where in used.items() if owner not in asked | {"pip"}} == {}
    taken = {"defusedxml", "pylibjpeg", "pylibjpeg-openjpeg", "python-gdcm"}  # openpyxl's and pydicom's, if there
    taken |= {"gguf"}  # transformers reads a packaged language model with it
    taken |= {"cffi"}  # transformers imports soundfile where it is, and without this that fails
    assert asked - set(used) == taken


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class TestWords:
    """One translation table: every key used is there, every text there is used."""

    AREAS = frozenset(key.partition(".")[0] for key in table())
    FILES = re.compile(r"\.(?:json|jsonl|csv|tsv|xlsx|txt|log|py|html|css|js|zip|png|svg|md|toml|db|sqlite|lock)$")

    def used(self) -> Iterator[tuple[Path, int, str]]:
        """File, line and pattern of every text that reads like a key."""
        for file in [*sources("tl_core", "pages"), ROOT / "app.py", ROOT / "run.py"]:
            for line, pattern in self.patterns(tree(file)):
                area, _, name = pattern.replace("\\", "").partition(".")
                is_module = (ROOT / area / f"{name}.py").exists() or (ROOT / "tl_core" / area / f"{name}.py").exists()
                if area in self.AREAS and not self.FILES.search(f".{name}") and not is_module:
                    yield file, line, pattern

    def patterns(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Texts as patterns: what is known only when the program runs may be anything."""
        if isinstance(node, ast.JoinedStr):
            pattern = "".join(re.escape(text_of(part)) if text_of(part) else ".+" for part in node.values)
            yield node.lineno, f"{pattern}.+" if pattern.endswith(".") else pattern  # goes on where it is used
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and text_of(node.left):
            yield node.lineno, re.escape(text_of(node.left)) + ".+"
        elif text_of(node) and re.fullmatch(r"[a-z_]+\.[\w.-]+", text_of(node)):
            yield node.lineno, re.escape(text_of(node))  # type: ignore[attr-defined]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "term":
            name = text_of(node.args[0])
            yield node.lineno, rf"glossary\.{name}" if f"glossary.{name}" in table() else rf"terms\.{name or '.+'}"
            for child in node.args[1:]:
                yield from self.patterns(child)
        else:
            for child in ast.iter_child_nodes(node):
                yield from self.patterns(child)
        if isinstance(node, ast.JoinedStr):
            for part in node.values:  # a key may be used within the braces
                if isinstance(part, ast.FormattedValue):
                    yield from self.patterns(part)

    def test_none_missing(self) -> None:
        missing = [
            f"{place(file, line)}: {pattern}"
            for file, line, pattern in self.used()
            if not any(re.fullmatch(pattern, key) for key in table())
        ]
        assert not missing, "\n".join(missing)

    def test_none_unused(self) -> None:
        whole = re.compile("|".join({pattern for _, _, pattern in self.used()}))
        unused = [
            key for key in table() if not whole.fullmatch(key) and key != "launcher.python"
        ]  # run.py reads it alone
        assert not unused, "\n".join(unused)

    def test_every_place_is_filled(self) -> None:
        """Where a key is written out, the values its text asks for are given with it."""
        wrong = []
        for file in [*sources("tl_core", "pages"), ROOT / "app.py"]:
            for node in ast.walk(tree(file)):
                if not isinstance(node, ast.Call) or not node.args or text_of(node.args[0]) not in table():
                    continue
                text = table()[text_of(node.args[0])]
                forms = text.values() if isinstance(text, dict) else [text]
                asked = {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}
                given = {keyword.arg for keyword in node.keywords}
                if isinstance(text, dict):
                    asked.add("count")
                if None not in given and not asked <= given:
                    wrong.append(
                        f"{place(file, node.lineno)}: {text_of(node.args[0])} asks for {sorted(asked - given)}"
                    )
        assert not wrong, "\n".join(wrong)

    def test_places_to_fill_are_named(self) -> None:
        """``{}`` and ``{0}`` would not survive a translator who changes the order of words."""
        for key, text in table().items():
            for form in text.values() if isinstance(text, dict) else [text]:
                assert not re.search(r"\{\d*\}", form.replace("{{", "").replace("}}", "")), key


class TestNothingOfThisMachine:
    TEXT = re.compile(r"\.(?:py|md|txt|toml|json|css|js|html|svg|ini|mako|yml|cfg)$|/run$|\.gitignore$|LICENSE$")
    KNOWN = re.compile(  # names of standards and of this machine; those reserved for examples
        r"localhost|testserver|a\.b|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|www\.w3\.org|www\.apache\.org|arxiv\.org|doi\.org|keepachangelog\.com|semver\.org|"
        r"huggingface\.co|"  # where names of the hub lead, when a person asks for one
        r"(?:[\w-]+\.)*(?:example|test|invalid)(?:\.(?:com|org|net))?|\{.*"
    )

    def texts(self) -> Iterator[tuple[Path, int, str]]:
        for file in tracked():
            if self.TEXT.search(f"/{file.relative_to(ROOT).as_posix()}"):
                for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
                    yield file, number, line

    def test_no_strange_hosts(self) -> None:
        """Whoever reads an address here will find it in a browser's way or a proxy's log one day."""
        wrong = [
            f"{place(file, number)}: {host}"
            for file, number, line in self.texts()
            for host in re.findall(r"(?:https?|wss?|ftp)://([^/\s\"'`:)>,]+)", line)
            if not self.KNOWN.fullmatch(host)
        ]
        assert not wrong, "\n".join(wrong)

    def test_no_paths_of_a_machine(self) -> None:
        pattern = re.compile(
            rf"(?<![\w.*}}])/(?:{'|'.join(('work', 'tmp/w', 'home/[a-z]+', 'Users/[a-z]+'))})/|\.\./shared"
        )
        wrong = [
            f"{place(file, number)}: {line.strip()}" for file, number, line in self.texts() if pattern.search(line)
        ]
        assert not wrong, "\n".join(wrong)
