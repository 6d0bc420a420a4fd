"""``predict`` and ``evaluate`` on the command line."""

import csv
import json

import numpy as np
import pytest

from tests.bundle.tiny import WORDS, Made, make, picture
from tests.bundle.trained import decided
from tl_core.bundle.folder import pack
from tl_core.bundle.load import load_bundle
from tl_core.cli import main
from tl_core.domain.decision import MissRule, Wishes
from tl_core.evaluation.metrics import balanced_accuracy


@pytest.fixture
def text(home) -> Made:
    made = make(home, "text")
    made.write()
    return made


def run(capsys, *arguments) -> tuple[int, dict, str]:
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out.strip().startswith("{") else {}, err or out


def table(path, rows, header=("text", "label", "patient")):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def labelled(count: int = 60, groups: int = 12):
    rng = np.random.default_rng(0)
    words = [" ".join(rng.choice(WORDS[2:], 5)) for _ in range(count)]
    return [(f"{text} {i}", ["bad", "good"][i % 2], f"p{i % groups}") for i, text in enumerate(words)]


def test_predict_writes_a_table_of_answers(text: Made, tmp_path, capsys):
    rows = labelled(5)
    data, out = table(tmp_path / "new.csv", rows), tmp_path / "deep" / "out.csv"
    code, told, _ = run(capsys, "predict", "--bundle", text.folder, "--data", data, "--out", out, "--json")
    assert code == 0
    assert (told["status"], told["rows"], told["refused"], told["classes"]) == ("done", 5, 0, ["bad", "good"])
    with open(out, encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["sample", "label", "probability", "p(bad)", "p(good)", "not_sure"]
    assert {row["not_sure"] for row in found} == {""}
    assert told["not_sure"] is None  # this bundle holds no decision
    expected = load_bundle(text.folder).answer([row[0] for row in rows])
    assert np.allclose([[float(row["p(bad)"]), float(row["p(good)"])] for row in found], expected, atol=1e-6)


def test_predict_takes_a_zip_of_a_bundle_and_a_folder_of_pictures(home, tmp_path, capsys):
    made = make(home, "image")
    bundle = pack(made.write(), tmp_path / "b.zip", "x")
    new = tmp_path / "new" / "ward"
    new.mkdir(parents=True)
    for number in range(3):
        picture(number).save(new / f"{number}.png")
    (new / "3.png").write_bytes(b"broken")
    code, _, told = run(capsys, "predict", "--bundle", bundle, "--data", new.parent, "--out", tmp_path / "o.csv")
    assert code == 0
    assert "3 samples answered" in told
    assert "1 could not be read" in told
    with open(tmp_path / "o.csv", encoding="utf-8", newline="") as file:
        assert [row["sample"] for row in csv.DictReader(file)] == [f"ward/{n}.png" for n in range(4)]
    assert (tmp_path / "o-refused.csv").exists()


def test_evaluate_gives_figures_with_intervals_over_groups(text: Made, tmp_path, capsys):
    rows = labelled()
    data = table(tmp_path / "new.csv", rows)
    code, told, _ = run(
        capsys, "evaluate", "--bundle", text.folder, "--data", data, "--group-column", "patient", "--json"
    )
    assert code == 0
    true = np.array([["bad", "good"].index(row[1]) for row in rows])
    expected = balanced_accuracy(true, load_bundle(text.folder).answer([row[0] for row in rows]))
    figure = told["metrics"]["test/balanced_accuracy"]
    assert figure["value"] == pytest.approx(expected)
    assert figure["low"] < figure["value"] < figure["high"]
    assert told["counts"] == {"train": 0, "validation": 0, "test": 60}
    assert set(told["metrics"]) == {f"test/{n}" for n in ("accuracy", "balanced_accuracy", "f1", "auc", "log_loss")}
    assert np.sum(told["confusion"]) == 60
    assert told["calibration"]["corrected_by"] == "none"
    assert told["calibration"]["ece"]["low"] <= told["calibration"]["ece"]["value"]
    assert (told["threshold"], told["not_sure"]) == (None, None)


def test_a_bundle_that_decides_says_so_in_both(home, tmp_path, capsys):
    one = decided(home, "text", wishes=Wishes(rule=MissRule(most=0.4), positive="good", prevalence=0.1, error=0.6))
    rows = [(sample.text, sample.label, str(place // 2)) for place, sample in enumerate(one.made.dataset.samples)]
    data, out = table(tmp_path / "new.csv", rows), tmp_path / "out.csv"
    bundle = ("--bundle", one.folder.bundle, "--data", data)
    code, told, _ = run(capsys, "predict", *bundle, "--out", out, "--json")
    assert code == 0
    with open(out, encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    predictor = load_bundle(one.folder.bundle)
    verdicts = predictor.verdicts([row[0] for row in rows])
    assert [row["not_sure"] for row in found] == [verdicts.unsure(k) for k in range(len(rows))]
    assert told["not_sure"] == (~verdicts.sure).sum() > 0
    assert {row["not_sure"] for row in found} >= {"", "torn"}
    assert [row["label"] for row in found] == [["bad", "good"][label] for label in verdicts.labels]
    for row, chances in zip(found, verdicts.probabilities, strict=True):
        assert float(row["probability"]) == pytest.approx(chances[["bad", "good"].index(row["label"])], abs=1e-6)

    code, judged, _ = run(capsys, "evaluate", *bundle, "--group-column", "patient", "--json")
    assert code == 0
    true = np.array([["bad", "good"].index(row[1]) for row in rows])
    threshold, unsure = judged["threshold"], judged["not_sure"]
    assert (threshold["class"], threshold["rule"], threshold["prevalence"]) == (
        "good",
        {"kind": "miss", "most": 0.4},
        0.1,
    )
    assert threshold["sensitivity"]["value"] == pytest.approx((verdicts.labels[true == 1] == 1).mean())
    assert threshold["per_1000"]["found"]["value"] == pytest.approx(100 * threshold["sensitivity"]["value"])
    assert unsure["answered"]["value"] == pytest.approx(verdicts.sure.mean())
    assert unsure["answered"]["low"] < unsure["answered"]["value"] < unsure["answered"]["high"]
    assert unsure["error_rate"] == 0.6
    assert judged["calibration"]["corrected_by"] == predictor.decision.recalibration.kind
    told = run(capsys, "evaluate", *bundle)[2]
    for part in ("of “good”, found (sensitivity)", "answered, not “not sure”", "calibration error (ECE)"):
        assert part in told


def test_evaluate_says_what_it_left_out(text: Made, tmp_path, capsys):
    rows = [*labelled(20, 4), ("very good", "strange", "p0"), ("", "good", "p1"), ("bad bad", "", "p2")]
    code, _, told = run(capsys, "evaluate", "--bundle", text.folder, "--data", table(tmp_path / "n.csv", rows))
    assert code == 0
    for part in ("Judged on 20 samples", "too few groups", "1 sample was left out", "2 samples could not be read"):
        assert part in told, told


@pytest.mark.parametrize(
    ("verb", "rows", "part"),
    [
        ("evaluate", [("good", "9", "a"), ("bad", "8", "b")], "None of the samples has a class of this model"),
        ("predict", [], "no rows"),
    ],
)
def test_input_at_fault_is_one_sentence(text: Made, tmp_path, capsys, verb, rows, part):
    extra = ["--out", tmp_path / "o.csv"] if verb == "predict" else []
    data = table(tmp_path / "new.csv", rows)
    code, _, told = run(capsys, verb, "--bundle", text.folder, "--data", data, *extra)
    assert code == 2
    assert part in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "o.csv").exists()


def test_no_bundle_and_a_folder_to_write_into(text: Made, tmp_path, capsys):
    data = table(tmp_path / "new.csv", labelled(3))
    nowhere = run(capsys, "predict", "--bundle", tmp_path / "x", "--data", data, "--out", tmp_path / "o.csv")
    assert (nowhere[0], "no bundle at this place" in nowhere[2]) == (2, True)
    folder = run(capsys, "predict", "--bundle", text.folder, "--data", data, "--out", tmp_path)
    assert folder[0] == 2
    missing = run(capsys, "evaluate", "--bundle", text.folder, "--data", tmp_path / "none.csv")
    assert missing[0] == 2
