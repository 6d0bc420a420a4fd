"""How a bundle decides: kept in it, checked like all else, changed without touching the network."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.bundle.tiny import Made, make
from tests.bundle.trained import Trained, decided
from tl_core.bundle.decision import DECISION, DISTANCE
from tl_core.bundle.folder import pack, read_manifest, sha256
from tl_core.bundle.load import load_bundle
from tl_core.bundle.write import rewrite_card
from tl_core.domain.decision import CostRule, Cut, Decision, MissRule, Recalibration, Wishes
from tl_core.domain.fault import InputFault


@pytest.fixture(params=["image", "text"])
def one(request, home) -> Trained:
    return decided(home, request.param)


def decision_of(one: Trained) -> Decision:
    return Decision.model_validate_json((one.folder.bundle / DECISION).read_bytes())


def test_a_bundle_says_when_it_is_not_sure(one: Trained, tmp_path):
    samples = one.made.held_out
    manifest = read_manifest(one.folder.bundle)
    assert {DECISION, DISTANCE} <= set(manifest.files)
    for place in (one.folder.bundle, pack(one.folder.bundle, tmp_path / "b.zip", "x")):
        predictor = load_bundle(place)
        seen = predictor.look(one.made.raws(samples))
        assert np.allclose(seen.probabilities, one.made.measured(samples), atol=1e-5)
        verdicts = predictor.judge(seen.probabilities, seen.distances)
        far = decision_of(one).far
        assert far is not None
        assert verdicts.far.tolist() == (seen.distances > far.limit).tolist()
        assert verdicts.far.mean() <= 0.05
        assert np.allclose(verdicts.probabilities.sum(1), 1)


def test_distances_are_those_measured_in_the_training(one: Trained):
    kept = json.loads((one.folder.evaluation / "validation-distances.json").read_text())
    by_id = {sample.id: sample for sample in one.made.held_out}
    seen = load_bundle(one.folder.bundle).look(one.made.raws([by_id[name] for name in kept["samples"]]))
    assert seen.distances == pytest.approx(kept["values"], rel=2e-3)


def test_a_bundle_from_before_answers_as_ever(home):
    made = make(home, "text")
    predictor = load_bundle(made.write())
    assert predictor.decision is None
    seen = predictor.look(["very good"])
    assert seen.distances is None
    verdicts = predictor.judge(seen.probabilities, seen.distances)
    assert verdicts.sure.all()
    assert np.array_equal(verdicts.probabilities, seen.probabilities)


def test_another_decision_leaves_the_network_as_it_was_certified(one: Trained):
    before, parity = read_manifest(one.folder.bundle), (one.folder.bundle / "parity.json").read_bytes()
    low = decision_of(one).model_copy(
        update={
            "wishes": Wishes(rule=MissRule(most=0.05)),
            "cut": Cut(positive="good", prevalence=0.1, threshold=0.2, bound=0.04, proven=True),
        }
    )
    rewrite_card(one.folder.bundle, one.made.plan, one.made.dataset, one.made.split, [], low)
    after = read_manifest(one.folder.bundle)
    assert {name for name in after.files if after.files[name] != before.files[name]} == {DECISION, "card.md"}
    assert (one.folder.bundle / "parity.json").read_bytes() == parity
    predictor = load_bundle(one.folder.bundle)
    assert predictor.decision == low
    verdicts = predictor.verdicts(one.made.raws(one.made.held_out))
    assert (verdicts.labels == (verdicts.probabilities[:, 1] >= 0.2)).all()
    rewrite_card(one.folder.bundle, one.made.plan, one.made.dataset, one.made.split, [])
    assert load_bundle(one.folder.bundle).decision == low


@pytest.mark.parametrize(
    ("wishes", "cut", "said"),
    [
        (Wishes(), {}, "The likeliest class is the answer."),
        (
            Wishes(rule=MissRule(most=0.05)),
            {"threshold": 0.2, "bound": 0.041, "proven": True},
            "It says good from a probability of 0.20 on, so that at most 5 % of that class are missed.",
        ),
        (
            Wishes(rule=MissRule(most=0.05)),
            {"threshold": 0.2, "bound": 0.095, "proven": False},
            "too few samples of good to prove it. What they prove: at most 9.5 % are missed.",
        ),
        (Wishes(rule=CostRule(missed=10, alarm=1)), {"threshold": 0.09}, "missing one costs 10, a false alarm 1"),
    ],
)
def test_the_card_says_how_it_decides(home, wishes, cut, said):
    one = decided(home, "text")
    changed = decision_of(one).model_copy(
        update={"wishes": wishes, "cut": Cut(positive="good", prevalence=0.1, **cut)}
    )  # fmt: skip
    rewrite_card(one.folder.bundle, one.made.plan, one.made.dataset, one.made.split, [], changed)
    card = (one.folder.bundle / "card.md").read_text("utf-8").replace("\u00a0", " ")
    assert said in card
    assert "About 2 % of samples like its own are turned away" in card
    assert "It always names one of its classes" not in card


class TestRefused:
    """A decision from a stranger that does not fit is a sentence, and nothing else happens."""

    def says(self, path, key="bundle.strange"):
        with pytest.raises(InputFault) as caught:
            load_bundle(path)
        assert caught.value.key == key, str(caught.value)

    def hashed(self, one: Trained, name: str) -> None:
        file = one.folder.bundle / "bundle.json"
        content = json.loads(file.read_text())
        content["files"][name] = sha256(one.folder.bundle / name)
        file.write_text(json.dumps(content))

    @pytest.fixture
    def text(self, home) -> Trained:
        return decided(home, "text")

    @pytest.mark.parametrize(
        "change",
        [
            lambda c: c.update(strange=1),
            lambda c: c["cut"].update(positive="nobody"),
            lambda c: c["cut"].update(threshold=float("nan")),
            lambda c: c["far"].update(limit=float("inf")),
            lambda c: c["sets"].update(limits=[0.5]),
            lambda c: c["sets"].update(limits=[0.5, float("nan")]),
            lambda c: c.update(recalibration={"kind": "shifted", "temperature": 1.0, "shifts": [1.0]}),
            lambda c: c.update(recalibration={"kind": "temperature", "temperature": 0.0}),
            lambda c: c.update(recalibration={"kind": "isotonic", "steps": []}),
            lambda c: c.update(recalibration={"kind": "isotonic", "steps": [{"x": [1, 0], "y": [0.1, 0.2]}]}),
            lambda c: c.update(recalibration={"kind": "isotonic", "steps": [{"x": [0, 1], "y": [0, 2]}]}),
        ],
    )
    def test_strange_decisions(self, text: Trained, change):
        file = text.folder.bundle / DECISION
        content = json.loads(file.read_text())
        change(content)
        file.write_text(json.dumps(content))
        self.hashed(text, DECISION)
        self.says(text.folder.bundle)

    @pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b" " * 5_000_000])
    def test_decisions_that_are_none(self, text: Trained, content):
        (text.folder.bundle / DECISION).write_bytes(content)
        self.hashed(text, DECISION)
        self.says(text.folder.bundle)

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.pop("rest"),
            lambda t: t.update(other=t["rest"]),
            lambda t: t.update(spreads=t["spreads"] * 0),
            lambda t: t.update(means=t["means"][:, :5].copy()),
            lambda t: t.update(directions=t["directions"][:1].copy()),
            lambda t: t.update(rest=np.array([np.nan], dtype=np.float32)),
            lambda t: t.update(means=t["means"].astype(np.float64)),
        ],
    )
    def test_strange_distances(self, text: Trained, change):
        tensors = load_file(text.folder.bundle / DISTANCE)
        change(tensors)
        save_file(tensors, text.folder.bundle / DISTANCE)
        self.hashed(text, DISTANCE)
        self.says(text.folder.bundle)

    def test_changed_without_its_hash(self, text: Trained):
        for name in (DECISION, DISTANCE):
            file = text.folder.bundle / name
            content = file.read_bytes()
            file.write_bytes(content + b" ")
            self.says(text.folder.bundle, "bundle.damaged")
            file.write_bytes(content)
        (text.folder.bundle / DISTANCE).write_bytes(b"no tensors")
        self.hashed(text, DISTANCE)
        self.says(text.folder.bundle, "bundle.damaged")


def test_nothing_of_a_sample_is_in_it(one: Trained):
    decision = (one.folder.bundle / DECISION).read_text()
    for sample in one.made.dataset.samples:
        assert sample.id not in decision
        assert sample.source not in decision
    assert set(load_file(one.folder.bundle / DISTANCE)) == {"means", "directions", "spreads", "rest"}
    assert Recalibration.model_validate(json.loads(decision)["recalibration"])


def test_written_again_without_one_it_has_none(home):
    made: Made = decided(home, "text").made
    made.write()
    assert load_bundle(made.folder).decision is None
