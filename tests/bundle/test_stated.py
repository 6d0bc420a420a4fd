"""What a person stated stands in the card of a bundle of any kind, and changes nothing else there."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.app import made, made_answer
from tests.bundle.tiny import Made
from tl_core.bundle import folder as bundles
from tl_core.bundle.stated import state, with_stated
from tl_core.domain.about import About
from tl_core.store.home import Home
from tl_core.use_cases import about, predict

TITLE = "## In the words of those who made it"


def test_a_section_replaces_the_one_before() -> None:
    card = "# Card\n\n## Limits\n\n- some\n"
    once = with_stated(card, About(purpose="Sort *mail*", contact="a\nb"))
    assert "- Intended use: Sort \\*mail\\*\n" in once
    assert "- Contact: a b\n" in once
    assert "- Known gaps: not stated\n" in once
    again = with_stated(once, About(purpose="Other"))
    assert again.count(TITLE) == 1
    assert "mail" not in again
    assert with_stated(again, About()) == card


def test_the_rest_of_a_bundle_stays_as_it_was_certified(text: Made) -> None:
    text.write()
    before = bundles.read_manifest(text.folder)
    state(text.folder, bundles.MANIFEST, before, About(users="nurses"))
    after = bundles.read_manifest(text.folder)
    assert {name for name in after.files if after.files[name] != before.files.get(name)} == {"card.md"}
    bundles.check_files(text.folder, after.files)
    assert "- Intended users: nurses" in (text.folder / "card.md").read_text("utf-8")
    stamp = (text.folder / bundles.MANIFEST).stat().st_mtime_ns
    state(text.folder, bundles.MANIFEST, after, About(users="nurses"))
    assert (text.folder / bundles.MANIFEST).stat().st_mtime_ns == stamp


def test_an_assistant_taken_along_carries_it(home: Home, tmp_path: Path) -> None:
    made.fetched(home)
    project = made_answer.project(home)
    made_answer.questions(home, project)
    run = made_answer.done(home, project).id

    def card() -> str:
        with zipfile.ZipFile(predict.bundle_zip(run)) as archive:
            return archive.read(f"thaw-{run}/card.md").decode()

    assert TITLE not in card()
    about.state(project.id, "gaps", "no winter manuals")
    assert "- Known gaps: no winter manuals" in card()
