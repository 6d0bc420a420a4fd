"""Ladder: every freeze boundary tried on the same data, drawn as it grows; then which depth is enough."""

from __future__ import annotations

from pages._ui import shell, tasks

project = shell.current_project()
ladder = tasks.views(project).ladder
if ladder is None:
    shell.go("model")
ladder(project)
