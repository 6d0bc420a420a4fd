import csv
import io
import time
import zipfile

import numpy as np
import pytest

from tests.bundle.tiny import picture
from tests.bundle.trained import Trained, trained
from tl_core.bundle.load import load_bundle
from tl_core.domain.bundle import Parity
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.jobs.perform import perform
from tl_core.serving.client import Told
from tl_core.store.atomic import write_json
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import predict
from tl_core.words import say


@pytest.fixture
def text(home) -> Trained:
    return trained(home, "text")


@pytest.fixture
def image(home) -> Trained:
    return trained(home, "image")


def says(key: str, call, *arguments):
    with pytest.raises(InputFault) as caught:
        call(*arguments)
    assert caught.value.key == key


def batch(one: Trained, *paths, columns=None):
    """The batch's job, done in this process: its status and the rows of its CSV."""
    folder = RunFolder(one.home.runs / predict.start_batch(one.id, paths, columns))
    status = perform(folder)
    if status.state != "done":
        return folder, status, []
    with open(predict.answers_csv(folder.id), encoding="utf-8", newline="") as file:
        return folder, status, list(csv.reader(file))


def png(number: int) -> bytes:
    stream = io.BytesIO()
    picture(number).save(stream, "PNG")
    return stream.getvalue()


class TestTryIt:
    def test_without_a_worker_it_says_so_at_once(self, text: Trained):
        began = time.monotonic()
        says("predict.no_predictor", predict.ask, text.id, "very good")
        assert time.monotonic() - began < 2

    def test_a_predictor_that_is_coming_up_is_waited_for(self, text: Trained, monkeypatch):
        monkeypatch.setattr("tl_core.use_cases.runs.worker_alive", lambda: True)
        monkeypatch.setattr("tl_core.serving.client.RETURNING", 0.5)
        began = time.monotonic()
        says("predict.no_predictor", predict.ask, text.id, "very good")
        assert time.monotonic() - began >= 0.5

    def test_nothing_to_ask(self, text: Trained, image: Trained):
        says("predict.nothing_to_ask", predict.ask, text.id, "  \n")
        says("predict.nothing_to_ask", predict.ask, image.id, b"")
        says("predict.too_large", predict.ask, image.id, bytes(20_000_001))
        says("predict.not_files", predict.ask, text.id, b"x")
        says("predict.not_texts", predict.ask, image.id, "x")
        says("store.run_missing", predict.ask, "20200101-000000-ffffff", "x")

    def test_the_likeliest_class_comes_first(self, text: Trained, monkeypatch):
        monkeypatch.setattr("tl_core.use_cases.runs.worker_alive", lambda: True)
        monkeypatch.setattr("tl_core.serving.client.ask", lambda *asked: Told([0.2, 0.8], 1, [False, True], ""))
        answer = predict.ask(text.id, "good")
        assert answer.label == "good"
        assert list(answer.probabilities.items()) == [("good", 0.8), ("bad", 0.2)]


class TestBatch:
    def test_a_table(self, text: Trained, tmp_path):
        table = tmp_path / "new.csv"
        rows = ["very good", "=1+1 bad", "", "the camera was not good", "very good"]
        with open(table, "w", newline="") as file:
            csv.writer(file).writerows([["id", "review"], *[[str(i), one] for i, one in enumerate(rows)]])
        folder, status, found = batch(text, table, columns=Columns(text="review"))
        assert status.state == "done", folder.log_path.read_text()
        assert found[0] == ["sample", "label", "probability", "p(bad)", "p(good)", "not_sure"]
        assert [row[0] for row in found[1:]] == ["2", "3", "4", "5", "6"]
        assert found[3] == ["4", "", "", "", "", ""]
        assert found[1][1:] == found[5][1:]
        expected = load_bundle(text.folder.bundle).answer([rows[0], rows[1], rows[3]])
        for row, chances in zip((found[1], found[2], found[4]), expected, strict=True):
            assert row[1] == ["bad", "good"][chances.argmax()]
            assert [float(cell) for cell in row[2:-1]] == pytest.approx([chances.max(), *chances], abs=1e-6)
        assert folder.view().result == {"rows": 5, "refused": 1, "not_sure": 0}
        with open(predict.refused_csv(folder.id), encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == [["sample", "problem"], ["4", say("refusals.empty_text")]]
        assert table.exists()  # a person's own file

    def test_a_zip_of_pictures_some_broken_some_twice(self, image: Trained):
        inbox = image.home.inbox / "abc123"
        inbox.mkdir()
        with zipfile.ZipFile(inbox / "new.zip", "w") as archive:
            archive.writestr("a/one.png", png(1))
            archive.writestr("a/two.png", png(2))
            archive.writestr("b/again.png", png(1))
            archive.writestr("b/=cmd.png", png(3))
            archive.writestr("b/broken.jpg", b"\xff\xd8\xff no picture")
            archive.writestr("notes.docx", b"PK")
        folder, status, found = batch(image, inbox / "new.zip")
        assert status.state == "done", folder.log_path.read_text()
        by_name = {row[0]: row for row in found[1:]}
        assert set(by_name) == {"a/one.png", "a/two.png", "b/again.png", "b/=cmd.png", "b/broken.jpg", "notes.docx"}
        assert by_name["a/one.png"][1:] == by_name["b/again.png"][1:]
        assert by_name["b/broken.jpg"][1:] == [""] * 5
        assert folder.view().result == {"rows": 6, "refused": 2, "not_sure": 0}
        assert not inbox.exists()  # answered, then removed
        assert not (folder.path / "work").exists()

    def test_a_folder_of_pictures_with_names_like_formulas(self, image: Trained, tmp_path):
        new = tmp_path / "new"
        new.mkdir()
        for number, name in enumerate(["=1+1.png", "+a.png", "-b.png", "@c.png", "plain.png"]):
            (new / name).write_bytes(png(number))
        _, _, found = batch(image, new)
        names = sorted(row[0] for row in found[1:])
        assert names == sorted(["'=1+1.png", "'+a.png", "'-b.png", "'@c.png", "plain.png"])
        assert all(float(row[2]) >= 0.5 for row in found[1:])

    def test_more_than_one_window(self, text: Trained, tmp_path):
        table = tmp_path / "long.csv"
        words = np.random.default_rng(0).choice(["good", "bad", "very", "camera", "broke"], (300, 4))
        table.write_text("text\n" + "\n".join(f"{' '.join(row)} {i}" for i, row in enumerate(words)))
        folder, _, found = batch(text, table)
        assert [row[0] for row in found[1:]] == [str(i) for i in range(2, 302)]
        assert folder.view().done == 300

    def test_an_upload_that_cannot_be_used(self, image: Trained):
        inbox = image.home.inbox / "abc123"
        inbox.mkdir()
        (inbox / "new.zip").write_bytes(b"PK\x03\x04 broken zip")
        folder, status, _ = batch(image, inbox)
        assert (status.state, status.fault, status.reason) == ("failed", "input", "data.zip_broken")
        says("predict.not_ready", predict.answers_csv, folder.id)
        assert not inbox.exists()

    def test_taken_up_again_it_starts_over(self, text: Trained, tmp_path, monkeypatch):
        table = tmp_path / "new.csv"
        table.write_text("text\nvery good\nvery bad\n")
        with monkeypatch.context() as patched:
            patched.setattr(
                "tl_core.runs.predict.answer_upload", lambda *a: (_ for _ in ()).throw(RuntimeError("killed"))
            )
            folder, status, _ = batch(text, table)
        assert status.fault == "ours"
        assert predict.refused_csv(folder.id) is None
        says("predict.not_ready", predict.answers_csv, folder.id)
        (folder.path / "status.json").unlink()
        assert perform(folder).state == "done"
        assert folder.view().result == {"rows": 2, "refused": 0, "not_sure": 0}

    def test_no_model_no_batch(self, text: Trained, tmp_path):
        (text.folder.bundle).rename(tmp_path / "gone")
        says("predict.no_model", predict.start_batch, text.id, [tmp_path])


class TestBundle:
    def test_it_comes_as_a_zip_that_loads_again(self, text: Trained):
        path = predict.bundle_zip(text.id)
        assert path.name == f"thaw-{text.id}.zip"
        raws = text.made.raws(text.made.held_out)
        assert np.array_equal(load_bundle(path).answer(raws), load_bundle(text.folder.bundle).answer(raws))
        with zipfile.ZipFile(path) as archive:
            assert {name.split("/")[1] for name in archive.namelist()} == {
                "bundle.json", "parity.json", "card.md", "model.safetensors", "tokenizer.json",
            }  # fmt: skip
        made = path.stat().st_mtime_ns
        assert predict.bundle_zip(text.id).stat().st_mtime_ns == made

    @pytest.mark.parametrize(
        "parity",
        [
            None,
            Parity(samples=8, labels_equal=False, largest_difference=0.0),
            Parity(samples=8, labels_equal=True, largest_difference=2e-4),
            Parity(samples=0, labels_equal=True, largest_difference=0.0),
        ],
    )
    def test_it_is_withheld_unless_a_fresh_process_confirmed_it(self, text: Trained, parity):
        predict.bundle_zip(text.id)  # an earlier one does not help
        file = text.folder.bundle / "parity.json"
        file.unlink()
        if parity:
            write_json(file, parity)
        assert predict.parity(text.id) == parity
        says("predict.not_certified", predict.bundle_zip, text.id)

    def test_a_damaged_one_is_not_handed_out(self, text: Trained):
        (text.folder.bundle / "model.safetensors").write_bytes(b"damaged")
        says("bundle.damaged", predict.bundle_zip, text.id)
