"""The answers themselves: wrong ones first, and a wrong label corrected from there."""

from __future__ import annotations

import pytest

from pages._ui import picker
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import data, results


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def test_a_wrong_label_is_corrected_where_it_is_seen(
    home: Home, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made.done(home, project)
    first = results.answers(folder.id, "validation", right=False)[0]
    seen: dict[str, str] = {}

    def pick(project, samples, *, key, label, note=None):
        seen.update({sample.id: note(sample) if note else "" for sample in samples})
        return [first.sample.id] if first.sample.id in seen else []

    monkeypatch.setattr(picker, "pick", pick)
    at = open_page("evaluate", project=project.id, run=folder.id, look="answers")
    assert not at.exception
    assert first.sample.id in seen
    assert first.said in seen[first.sample.id]
    at.selectbox(key="answers-to").select(first.said).run()
    made.button(at, "answers-go").click().run()
    assert not at.exception
    found = data.dataset(project.id)
    assert found is not None
    assert next(sample.label for sample in found.samples if sample.id == first.sample.id) == first.said


def test_samples_of_the_exam_are_not_corrected(home: Home, project: Project, open_page: OPENER) -> None:
    folder = made.done(home, project)
    made.examined(home, project, folder)
    at = open_page("evaluate", project=project.id, run=folder.id, look="answers")
    at.button_group(key=f"subset-{folder.id}").set_value("test").run()
    assert not at.exception
    assert "are not corrected here" in made.words(at)
    assert made.button(at, "answers-go") is None
