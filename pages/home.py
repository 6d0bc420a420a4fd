"""Home: the projects, what is running, what ended while away, and how to start."""

from __future__ import annotations

from pages._ui.shell import page_head
from pages._ui.words import t

page_head(t("home.question"), t("home.context"))
