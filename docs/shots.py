"""The guide's pictures: which page each shows, of whose project, and what hands do there before it is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH, HEIGHT = 1280, 860  # pixels
WITHOUT_ADDRESS = ("report", "camera")  # a file, and pages that are come to by hand
COMPARED = "Scan planes, kept together"  # a project of ``docs.stage``, with two runs
REVIEW = "It worked for a week, then the zoom gave up. Not what I paid for."
QUESTION = "What does prune do with old archives?"


def tidy(page: Page) -> None:
    """What ended lately is of no interest."""
    clear = page.get_by_role("button", name="Clear this list")
    if clear.count():
        clear.first.click()


def thaw(page: Page) -> None:
    """Where the last training was a quick look, that is what the page begins with."""
    page.locator("label").filter(has=page.get_by_role("radio", name=re.compile("^Fine-tune"))).first.click()


def begin_labelling(page: Page) -> None:
    page.get_by_label("Who is labelling?").fill("Ana")
    page.get_by_role("button", name="Begin").first.click()


def ask_review(page: Page) -> None:
    """Twice: the first answer waits for the model to be loaded, and the time it took stands beside it."""
    for text in ("Works as described.", REVIEW):
        page.get_by_label("A text to ask about").fill(text)
        page.get_by_role("button", name="Ask").first.click()
        page.get_by_text(re.compile("^answered in")).wait_for()
        page.wait_for_timeout(2000)
    page.get_by_role("button", name="Why this answer?").click()


def ask_manual(page: Page) -> None:
    line = page.locator("[data-testid=stChatInput] textarea")
    line.fill(QUESTION)
    line.press("Enter")
    page.locator(".quoted mark").first.wait_for()


class Shot(NamedTuple):
    """One page to show. ``of``: whose project, by its sample set or its name; ``job``: the kind of run to name."""

    name: str
    page: str
    of: str = ""
    job: str = ""
    hands: Callable[[Page], None] | None = None
    looks: tuple[str, ...] = ("light",)
    height: int = HEIGHT


BOTH = ("light", "dark")
SHOTS = (
    Shot("home", "", hands=tidy, looks=BOTH),
    Shot("data", "data", "planes", height=1120),
    Shot("check", "check", "planes", height=900),
    Shot("model", "model", "planes", hands=thaw, looks=BOTH),
    Shot("ladder", "ladder", "reviews", "ladder", looks=BOTH),
    Shot("train", "train", "reviews", "train"),
    Shot("evaluate", "evaluate", "reviews", "train", looks=BOTH),
    Shot("use", "use", "reviews", "train", hands=ask_review),
    Shot("label", "label", "reviews", hands=begin_labelling),
    Shot("glossary", "glossary"),
    Shot("forecast", "use", "airline", "forecast"),
    Shot("forecast-evaluate", "evaluate", "airline", "forecast"),
    Shot("assistant", "use", "backups", "answer", hands=ask_manual),
    Shot("compare", "runs", COMPARED, "train", height=1120),
    Shot("report", "report", "planes", "train"),
    Shot("camera", "camera"),
    Shot("live", "camera"),
)
