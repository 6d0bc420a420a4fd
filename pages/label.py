"""Label: give samples their classes by keys, with suggestions; look a second time, settle, take back."""

from __future__ import annotations

from pages._ui import label_views, shell

project = shell.current_project()
if project.task != "classify":
    shell.go("data")
label_views.show(project, shell.current_dataset(project))
