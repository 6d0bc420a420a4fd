"""An assistant behind the predictor: a project's documents and a training's bundle, and nobody else's folders."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from tests.answering.manual import project
from tests.runs.tiny_project import starting_model
from tl_core.answering.meaning import Encoder
from tl_core.answering.passages import indexed
from tl_core.bundle.assistant import add_meaning, own_folder, words_of, write_assistant, write_version_index
from tl_core.domain.answer import Reply
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan
from tl_core.serving import client
from tl_core.serving.models import Models
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.use_cases import assistants


@pytest.fixture
def made(home: Home):
    project_id, kept = project(home)
    write_version_index(home, project_id, kept)
    return project_id, kept


def test_documents_are_asked_and_the_reply_comes_by_lines(home: Home, server, made):
    project_id, _ = made
    found = list(assistants.ask_streaming(project_id, "What does E7 mean?"))
    assert [one.done for one in found] == [True]
    assert found[0].answer == "E7 means that the filter is clogged."
    assert assistants.ask(project_id, "What does E7 mean?").sources == found[0].sources


def test_meaning_joins_without_a_restart(home: Home, server, made):
    project_id, kept = made
    by_words = assistants.ask(project_id, "the camera")
    encoder = Encoder(starting_model(home, "text"))
    add_meaning(home, project_id, kept, encoder.encode([indexed(one) for one in kept.samples]), encoder)
    later = assistants.ask(project_id, "the camera")
    assert len(later.sources) > len(by_words.sources)  # by meaning everything is near to something


def test_a_training_is_asked_by_its_bundle(home: Home, server, made):
    project_id, kept = made
    run = runs.create_run(home, AnswerPlan(project=project_id, dataset=kept.id, backbone="folder:tiny_text"))
    with pytest.raises(InputFault, match="nothing to ask"):
        assistants.ask(project_id, "E7?", run.id)
    write_assistant(run.bundle, kept.samples, words_of(kept), finder="words", run=run.id)
    assert assistants.ask(project_id, "E7?", run.id).answered


def test_what_grows_comes_as_it_grows_and_a_fault_is_its_last_line(home: Home, server, made, monkeypatch):
    project_id, kept = made
    goes_on = threading.Event()

    class Slow:
        bytes = 1

        def replies(self, question: str):
            yield Reply(question=question, answered=True, answer="E7", sureness=1, threshold=None, done=False)
            goes_on.wait(10)
            raise InputFault("bundle.damaged", name="x")

    monkeypatch.setattr(server.asked._models, "assistant", lambda folder, home: Slow())
    coming = client.answer(home, own_folder(home, project_id, kept.id), "E7?")
    assert next(coming).answer == "E7"  # there while the rest is not
    goes_on.set()
    with pytest.raises(InputFault, match="damaged"):
        next(coming)


def test_who_goes_away_is_not_answered_further(home: Home, server, made, monkeypatch, until):
    project_id, kept = made
    ended = threading.Event()

    class Endless:
        bytes = 1

        def replies(self, question: str):
            try:
                while True:
                    yield Reply(
                        question=question, answered=True, answer="E7 " * 9000, sureness=1, threshold=None, done=False
                    )
            finally:
                ended.set()

    held = server.asked._models.assistant
    monkeypatch.setattr(server.asked._models, "assistant", lambda folder, home: Endless())
    coming = client.answer(home, own_folder(home, project_id, kept.id), "E7?")
    next(coming)
    coming.close()
    assert ended.wait(20)
    monkeypatch.setattr(server.asked._models, "assistant", held)
    assert assistants.ask(project_id, "What does E7 mean?").answered  # the next one is not kept waiting


def test_only_own_folders_are_opened(home: Home, server, made, tmp_path: Path):
    project_id, kept = made
    own = own_folder(home, project_id, kept.id)
    elsewhere = tmp_path / "projects" / "p" / "datasets" / "d" / "assistant"
    shutil.copytree(own, elsewhere)
    beside = own.with_name("other")
    shutil.copytree(own, beside)
    for folder in (elsewhere, beside, own.parent, home.path, Path("/")):
        with pytest.raises(InputFault) as caught:
            list(client.answer(home, folder, "E7?"))
        assert caught.value.key == "predict.no_model"


def test_it_is_loaded_once_and_let_go_when_idle(home: Home, made):
    project_id, kept = made
    folder, models = own_folder(home, project_id, kept.id), Models()
    first = models.assistant(folder, home)
    assert models.assistant(folder, home) is first
    assert models.let_go_when_idle(0.0)
    assert models.assistant(folder, home) is not first


def test_it_is_warm_before_anybody_asks(home: Home, server, made, until):
    project_id, kept = made
    assistants.warm(project_id)
    until(lambda: own_folder(home, project_id, kept.id) in server.asked._models.held, 30)


def test_without_a_predictor_it_is_a_sentence(home: Home, made):
    with pytest.raises(InputFault) as caught:
        assistants.ask(made[0], "E7?")
    assert caught.value.key == "predict.no_predictor"
