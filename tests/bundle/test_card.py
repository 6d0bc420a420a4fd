import numpy as np

from tests.bundle.tiny import Made, make
from tl_core.bundle.folder import read_manifest
from tl_core.bundle.write import rewrite_card
from tl_core.domain.split import Concern
from tl_core.evaluation.baselines import majority
from tl_core.evaluation.report import Answers, build_report


def judged(made: Made, subset: str):
    rng = np.random.default_rng(0)
    true = np.arange(24) % 2
    model = np.eye(2)[true] * 0.4 + 0.3 * rng.random((24, 2))
    answers = {
        "probe": Answers(model / model.sum(1, keepdims=True), 2.0),
        "majority": Answers(majority(true, 24, 2), 0.0),
        "classic": Answers(np.full((24, 2), 0.5), 1.0),
    }
    return build_report(subset, made.dataset.classes, "probe", answers, true, ["x"] * 24)[0]


def test_the_card_says_what_a_stranger_must_know(text: Made):
    text.write(reports=[judged(text, "validation")])
    card = (text.folder / "card.md").read_text("utf-8")
    for line in (
        "# Model card: Tiny, bad, good",
        "not a medical device",
        "| good | 4 | 4 | 4 |",
        "licence: Apache-2.0",
        "Has never seen: anything",
        "| Quick look | 1.00 (",
        "Always the commonest class | 0.50 (",
        "has not been opened",
    ):
        assert line in card, line
    assert "{" not in card


def test_the_card_holds_neither_samples_nor_names(made: Made):
    made.write(reports=[judged(made, "validation")])
    card = (made.folder / "card.md").read_text("utf-8")
    manifest = (made.folder / "bundle.json").read_text("utf-8")
    for sample in made.dataset.samples:
        for secret in (sample.source, sample.id, sample.text):
            assert not secret or (secret not in card and secret not in manifest)
    assert str(made.home.path) not in manifest + card


def test_after_the_exam_the_card_has_its_figures(text: Made):
    text.write(reports=[judged(text, "validation")])
    before = read_manifest(text.folder)
    rewrite_card(text.folder, text.plan, text.dataset, text.split, [judged(text, s) for s in ("validation", "test")])
    card = (text.folder / "card.md").read_text("utf-8")
    assert "took no part in training" in card
    assert "has not been opened" not in card
    after = read_manifest(text.folder)
    assert after.files["card.md"] != before.files["card.md"]
    assert after.files["model.safetensors"] == before.files["model.safetensors"]


def test_class_names_cannot_break_out_of_their_cells(home):
    made = make(home, "text", ("a|b\n# x", "<script>alert(1)</script>", "`c`"))
    made.write(reports=[])
    card = (made.folder / "card.md").read_text("utf-8")
    assert "\n# x" not in card
    assert "<script>" not in card.replace("\\<", "")
    assert r"a\|b \# x" in card


def test_what_was_known_against_the_figures_stands_in_the_card(text: Made):
    warnings = [
        Concern(key="bundle.not_examined"),
        Concern(
            key="fairness.proven", values={"column": "site", "value": "*west*", "gap": "9", "low": "2", "high": "16"}
        ),
    ]
    text.write(reports=[judged(text, "validation").model_copy(update={"warnings": warnings})])
    card = (text.folder / "card.md").read_text("utf-8")
    assert "## Known against these figures" in card
    assert "It is worse for site “\\*west\\*”" in card
    assert card.count("were not examined") == 1
    text.write(reports=[judged(text, "validation")])
    assert "Known against" not in (text.folder / "card.md").read_text("utf-8")
