"""Model: which starting model, how much of it thaws, and how it learns; then one button."""

from __future__ import annotations

from pages._ui import tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).model(project)
