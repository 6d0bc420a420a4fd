"""Train: how it goes, as it goes; stopping, waiting and failing in plain words."""

from __future__ import annotations

from pages._ui import tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).train(project)
