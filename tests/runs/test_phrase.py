"""Teaching a small language model to write, whole: what it tells and keeps; it is offered only where it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs import teachable
from tl_core.answering.writer import Writer
from tl_core.bundle.assistant import LoadedAssistant
from tl_core.bundle.assistant_folder import read_manifest
from tl_core.domain.answer import Question
from tl_core.domain.event import Epoch, Notice, Phase
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import PhrasePlan
from tl_core.runs import phrase
from tl_core.runs.phrase_judging import holds
from tl_core.runs.phrase_pairs import LONGEST, beginning
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.questions import write_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import phrasing


@pytest.fixture
def assistant(home: Home) -> RunFolder:
    return teachable.assistant(home)


@pytest.fixture
def generator(home: Home, tmp_path: Path) -> str:
    return teachable.generator(home, tmp_path / "writer")


def begun(home: Home, assistant: RunFolder, generator: str, **known) -> tuple[RunFolder, PhrasePlan]:
    plan = teachable.plan(assistant, generator, **known)
    return runs.create_run(home, plan), plan


class Copies(Writer):
    """Writes what a good model would: the first sentence of the best passage."""

    def write(self, question, sources) -> Iterator[str]:
        yield sources[0].text.partition(". ")[0] + "."


def test_one_that_writes_nonsense_is_not_offered(home: Home, assistant: RunFolder, generator: str) -> None:
    folder, plan = begun(home, assistant, generator)
    assert phrase.run(folder, plan, home) == {"model": False, "state": "done"}
    assert [one.name for one in folder.events() if isinstance(one, Phase)] == ["prepare", "features", "train", "judge"]
    (epoch,) = (one for one in folder.events() if isinstance(one, Epoch))
    assert set(epoch.metrics) == {"train/loss", "validation/loss"}
    found, samples = phrasing.phrased(folder.id), phrasing.samples(folder.id)
    assert found is not None
    assert (found.offered, found.written.value, found.quoted.value) == (False, 0.0, 1.0)
    assert found.forgotten.keys() == {"before", "after"}
    assert len(samples) == found.questions
    assert all(one.quoted and one.expected.startswith("E") for one in samples)
    assert "phrase.finding.not_offered" in [one.key for one in folder.events() if isinstance(one, Notice)]
    assert not folder.bundle.exists()
    with pytest.raises(InputFault) as told:
        phrasing.set_strength(folder.id, 0.5)
    assert told.value.key == "phrase.not_offered"
    written = (folder.path / "events.jsonl").read_text("utf-8")
    assert "drum" not in written  # events hold no texts


def test_one_that_holds_writes_from_its_bundle(
    home: Home, assistant: RunFolder, generator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrase, "Writer", Copies)
    folder, plan = begun(home, assistant, generator)
    assert phrase.run(folder, plan, home)["model"]
    found = phrasing.phrased(folder.id)
    assert found is not None
    assert found.offered
    assert found.written.value == 1.0
    manifest = read_manifest(folder.bundle)
    assert (manifest.generator, manifest.strength) == (generator, found.strength)
    assert {"adapter/adapter.json", "adapter/adapter.safetensors"} <= manifest.files.keys()
    card = (folder.bundle / "card.md").read_text("utf-8")
    assert "## Written answers" in card
    assert "1.000" in card or "1.00" in card
    monkeypatch.setattr("tl_core.answering.writer.Writer", Copies)
    *_, last = LoadedAssistant(folder.bundle, home).replies("When does E7 break?")
    assert (last.way, last.answer, last.doubts) == ("written", "Part E7 breaks when the drum turns.", [])
    phrasing.set_strength(folder.id, 0.25)
    assert read_manifest(folder.bundle).strength == 0.25
    with pytest.raises(InputFault):
        phrasing.set_strength(folder.id, 2.0)
    assert [one.id for one in phrasing.runs(plan.project, assistant.id)] == [folder.id]


def test_one_that_was_killed_goes_on(
    home: Home, assistant: RunFolder, generator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    folder, plan = begun(home, assistant, generator, epochs=3, batch_size=4)
    steps: list[int] = []

    class Killed(Exception):
        pass

    def step(telling, done: int, total: int) -> None:
        steps.append(done)
        if steps.count(6) == 1 and done == 6:
            raise Killed

    monkeypatch.setattr(phrase._Telling, "step", step)
    with pytest.raises(Killed):
        phrase.run(folder, plan, home)
    assert phrase.run(folder, plan, home)["state"] == "done"
    assert steps[:7] == [1, 2, 3, 4, 5, 6, 6]  # the sixth was not kept yet
    assert len(set(steps)) == len(steps) - 1
    assert [one.number for one in folder.view().epochs] == [1, 2, 3]
    assert not (folder.path / "checkpoints" / "last").exists()


def test_a_language_model_that_is_not_here_leaves_quotes(
    home: Home, assistant: RunFolder, generator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrase, "Writer", Copies)
    folder, plan = begun(home, assistant, generator)
    phrase.run(folder, plan, home)
    elsewhere = Home(tmp_path / "elsewhere")
    (only,) = LoadedAssistant(folder.bundle, elsewhere).replies("When does E7 break?")
    assert (only.way, only.done) == ("quoted", True)


def test_what_cannot_be_taught(home: Home, assistant: RunFolder, generator: str) -> None:
    folder, plan = begun(home, assistant, generator)
    few = [Question(id="1", text="When?", answer="Now.")]
    questions = (assistant.path / "questions.json").read_bytes()
    write_questions(assistant.path, few)
    for call in (lambda: phrase.run(folder, plan, home), lambda: begun(home, assistant, generator)):
        with pytest.raises(InputFault) as told:
            call()
        assert told.value.key == "phrase.too_few"
    (assistant.path / "questions.json").write_bytes(questions)
    folder.request_stop()
    with pytest.raises(Stopped):
        phrase.run(folder, plan, home)


def test_answers_are_learned_in_whole_sentences() -> None:
    assert beginning("One.  Two.\n" + "X" * LONGEST + ".") == "One. Two."
    assert beginning("y" * 2 * LONGEST) == "y" * LONGEST


def test_both_ways_are_judged_alike() -> None:
    expected = "Clean the filter every ten drying cycles."
    assert holds("Clean the filter often.", False, expected)
    assert not holds("Clean the filter often.", True, expected)
    assert not holds("Buy bicycles and boats in our shop.", False, expected)
    assert not holds("", False, expected)


def test_four_bits_that_are_not_at_hand_are_a_sentence(home: Home, assistant: RunFolder, generator: str) -> None:
    folder, plan = begun(home, assistant, generator, four_bit=True, device="cpu")
    with pytest.raises(InputFault) as told:
        phrase.run(folder, plan, home)
    assert told.value.key == "phrase.no_four_bit"
