"""The guide: links and pictures lead somewhere, commands and settings exist, and it becomes a site."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it.token import Token
from PIL import Image

from docs import build, screenshots
from tests.test_architecture import ROOT, sources, tracked
from tl_core import cli
from tl_core.launcher import command

PAGES = sorted(build.DOCS.glob("*.md"))
READ = [*PAGES, ROOT / "README.md"]


@cache
def tokens(page: Path) -> list[Token]:
    return build.parse(page)


def targets(page: Path) -> Iterator[str]:
    for token in tokens(page):
        for child in token.children or []:
            yield from (str(child.attrs[name]) for name in ("href", "src") if name in child.attrs)


def fences(page: Path, kind: str) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "fence" and token.info == kind]


def names_of(module: str) -> set[str]:
    """What can be imported from it, without importing it: its own names, and modules beneath it."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = {one.stem for one in path.glob("*")} if path.is_dir() else set()
    for node in ast.parse(file.read_text("utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {one.id for one in targets if isinstance(one, ast.Name)}
            case ast.ImportFrom(names=names):
                found |= {one.asname or one.name for one in names}
    return found


@pytest.mark.parametrize("page", READ, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    wrong = []
    for target in targets(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if "://" in target:
            continue
        there = file.exists() and (page.parent != build.DOCS or file.is_relative_to(build.DOCS))
        if not there or (anchor and anchor not in [one.anchor for one in build.headings(tokens(file))]):
            wrong.append(target)
    assert not wrong


def test_every_page_is_in_the_navigation_once_and_has_one_title() -> None:
    listed = [page for section in build.navigation() for page, _ in section.pages]
    assert sorted(listed) == [page.name for page in PAGES]
    for page in PAGES:
        assert [one.level for one in build.headings(tokens(page))].count(1) == 1, page.name


def test_pictures_are_shown_are_small_and_are_told_to_those_who_do_not_see_them() -> None:
    shown = set()
    for page in READ:
        for token in tokens(page):
            for child in token.children or []:
                if child.type == "image":
                    shown.add(Path(str(child.attrs["src"])).name)
                    assert len(child.content) > 10, f"{page.name}: {child.attrs['src']}"
    made = {f"{shot.name}-{look}.png" for shot in screenshots.SHOTS for look in shot.looks}
    there = {file.name: file.stat().st_size for file in screenshots.FOLDER.iterdir()}
    assert set(there) <= made
    assert shown <= set(there)
    assert sum(there.values()) < 3_000_000


def test_commands_shown_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is read by the parser that reads it at work, as far as asking for its arguments goes."""

    def begin(args: argparse.Namespace) -> dict:
        return {}

    shown = set()
    for page in PAGES:
        for line in "\n".join(fences(page, "")).splitlines():
            words = shlex.split(line) if line.startswith("python") else []
            if words[1:3] == ["-m", "tl_core"]:
                verb = words[3]
                module = importlib.import_module(f"tl_core.commands.{cli.name_of(verb)}")
                monkeypatch.setattr(module, "perform", begin)
                monkeypatch.setattr(module, "tell", lambda result: "", raising=False)
                assert cli.main(words[3:]) == cli.DONE, line
                shown.add(verb)
            elif words[1:2] == ["run.py"]:
                shown.add(command.read(words[2:]).verb)
            elif words:
                assert (ROOT / words[1]).is_file(), line
    assert shown >= {*cli.VERBS, *command.VERBS} - {"worker", "start"}


def test_python_shown_imports_what_exists() -> None:
    for page in PAGES:
        for code in fences(page, "python"):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tl_core"):
                    wrong = {alias.name for alias in node.names} - names_of(str(node.module))
                    assert not wrong, f"{page.name}: {node.module} has no {wrong}"


def test_files_named_exist() -> None:
    """In the pages for those who change Thaw; those that a reader is to make stand beside their code."""
    text = (build.DOCS / "extend.md").read_text("utf-8")
    made = re.findall(r"`([^`\n]+)`:\n\n```python", text)
    named = re.findall(r"`((?:tl_core|pages|assets|tests|docs)/[^`\s]*)`", text)
    assert [one for one in named if one not in made and not (ROOT / one).exists()] == []


def test_settings_are_those_of_the_code() -> None:
    setting = re.compile(r"THAW_[A-Z_]+")
    files = [*sources("tl_core", "pages"), ROOT / "run.py"]
    read = {name for file in files for name in setting.findall(file.read_text("utf-8"))}
    told = set(setting.findall((build.DOCS / "deploy.md").read_text("utf-8")))
    assert told == read
    assert {name for page in READ for name in setting.findall(page.read_text("utf-8"))} <= read


def test_it_becomes_a_site_that_stands_alone(tmp_path: Path) -> None:
    written = build.build(tmp_path)
    assert {file.name for file in written} == {f"{page.stem}.html" for page in PAGES}
    for file in written:
        html = file.read_text("utf-8")
        assert "<script" not in html
        for target in re.findall(r'(?:href|src|srcset)="([^"#]+)[^"]*"', html):
            assert "://" in target or (tmp_path / target).is_file(), f"{file.name}: {target}"
        assert not re.search(r'(?:src|srcset)="[a-z]+://', html)
        assert html.count('aria-current="page"') == 1
    style = (tmp_path / "style.css").read_text("utf-8")
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert theme["light"]["textColor"] in style
    assert theme["dark"]["backgroundColor"] in style


def test_a_picture_that_looks_the_same_stays(tmp_path: Path) -> None:
    file = tmp_path / "page-light.png"
    picture = Image.new("RGB", (200, 100), "white")
    assert screenshots.save(picture, file)
    picture.paste("black", (0, 0, 8, 8))  # a clock
    assert not screenshots.save(picture, file)
    picture.paste("black", (0, 0, 40, 40))
    assert screenshots.save(picture, file)
    assert Image.open(file).mode == "P"


def test_pictures_are_of_pages_that_exist() -> None:
    pages = {file.stem for file in tracked("pages/*.py") if file.parent.name == "pages"}
    assert {shot.page for shot in screenshots.SHOTS} <= pages | {"", *screenshots.WITHOUT_ADDRESS}
