"""Evaluate: how good a model is, with its doubt, beside what it must beat; and the sealed exam."""

from __future__ import annotations

from pages._ui import report, tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).evaluate(project)
report.show(project, "evaluate")
