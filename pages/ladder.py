"""Ladder: every freeze boundary tried on the same data, drawn as it grows; then which depth is enough."""

from __future__ import annotations

from pages._ui import tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).ladder(project)
