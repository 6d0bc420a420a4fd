"""Runs: everything that was tried in this project, and several side by side."""

from __future__ import annotations

from pages._ui import tasks
from pages._ui.runs import page
from pages._ui.shell import current_project

project = current_project()
page.show(project, tasks.views(project).runs())
