"""Use: ask the model, and take it along."""

from __future__ import annotations

from pages._ui import tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).use(project)
