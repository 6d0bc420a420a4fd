"""A model in use: one sample tried, many answered at once, the bundle taken along. Nothing here loads the model."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tl_core import modalities
from tl_core.bundle import assistant_folder as assistants
from tl_core.bundle import folder as bundles
from tl_core.bundle import forecaster_folder as forecasters
from tl_core.bundle import stated
from tl_core.bundle.decision import read_decision
from tl_core.domain.about import About
from tl_core.domain.base import Noun
from tl_core.domain.bundle import BundleManifest, Parity
from tl_core.domain.decision import Unsure
from tl_core.domain.explanation import Explanation
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, PredictPlan, TrainPlan
from tl_core.domain.shift import FILE as SHIFT
from tl_core.domain.shift import FOREIGN, Shift
from tl_core.runs.answers_file import ANSWERS, refused_beside
from tl_core.serving import client, place
from tl_core.store import locks
from tl_core.store.about import read_about
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs
from tl_core.use_cases.cards import written_anew

LARGEST = 20_000_000  # bytes of one tried sample


class Answer(Noun):
    label: str  # also where it is not sure: what it would say
    probabilities: dict[str, float]  # every class, the likeliest first
    seconds: float  # from asking to the answer
    not_sure: Unsure = ""
    possible: list[str] = []  # classes that may be the true one, the likeliest first
    decided: bool = False  # whether the model can say "not sure" at all
    judged: bool = True  # False: nothing was held out, so nobody knows whether its percentages come true
    threshold: float | None = None  # from which probability on ``found`` is called; None: the likeliest class is
    picture: bytes = b""  # WebP: what a sound or a series that was asked about looks like
    found: str = ""  # the class that the threshold is for


def ask(run_id: str, content: bytes | str) -> Answer:
    """Ask about one sample: its file's bytes, or a text.

    Raises InputFault: nothing in it, too much, not what the model sorts, no model, no worker.
    """
    if not content or (isinstance(content, str) and not content.strip()):
        raise InputFault("predict.nothing_to_ask")
    if len(content) > LARGEST:
        raise InputFault("predict.too_large", limit=LARGEST // 1_000_000)
    folder, manifest = _model(run_id)
    _check_kind(manifest, content)
    began = time.perf_counter()
    home = Home.default()
    if place.read(home) is None and not runs.worker_alive():  # else it is on its way, up or back
        raise InputFault("predict.no_predictor")
    told = client.ask(home, folder.bundle, content)
    ranked = sorted(zip(told.probabilities, manifest.classes, told.possible, strict=True), key=lambda one: -one[0])
    decision = read_decision(folder.bundle, manifest)
    return Answer(
        label=manifest.classes[told.label],
        probabilities={name: chance for chance, name, _ in ranked},
        seconds=time.perf_counter() - began,
        not_sure=told.not_sure,
        possible=[name for _, name, possible in ranked if possible],
        decided=decision is not None,
        judged=(folder.path / "evaluation" / "validation.json").is_file(),
        picture=base64.b64decode(told.picture),
        threshold=decision.cut.threshold if decision else None,
        found=decision.cut.positive if decision else "",
    )


def explain(run_id: str, content: bytes | str) -> Explanation:
    """Why one sample, as ``ask`` was asked about it, is answered as it is. Raises InputFault."""
    folder, manifest = _model(run_id)
    _check_kind(manifest, content)
    return client.explain(Home.default(), folder.bundle, content)


def warm(run_id: str) -> None:
    """Have the model loaded before the first question, as the page opens. Quiet when nobody is there to do it."""
    with suppress(InputFault):
        folder, _ = _model(run_id)
        client.warm(Home.default(), folder.bundle)


def prepare(modality: str) -> None:
    """Have all loaded that a model to come will need. Quiet when nobody is there to do it."""
    with suppress(InputFault):
        client.prepare(Home.default(), modality)


def ready(run_id: str) -> bool:
    """Whether a training's model can be asked: it is written, if perhaps not certified yet. Raises InputFault."""
    return (RunFolder.find(Home.default(), run_id).bundle / bundles.MANIFEST).is_file()


def classes(run_id: str) -> list[str]:
    """What the model of a training tells apart. Raises InputFault: no model."""
    return _model(run_id)[1].classes


def start_batch(run_id: str, paths: Sequence[Path | str], columns: Columns | None = None) -> str:
    """Answer for an upload (files, folders, zips, tables); returns the job's id. Raises InputFault."""
    folder, _ = _model(run_id)
    plan = folder.plan()
    assert isinstance(plan, TrainPlan)
    return runs.start(
        PredictPlan(project=plan.project, run=run_id, paths=[str(path) for path in paths], columns=columns)
    )


def compared_by(run_id: str) -> list[str]:
    """Columns that came with the samples a training learned from: a batch's own of that name are compared with them."""
    plan = RunFolder.find(Home.default(), run_id).plan()
    if not isinstance(plan, TrainPlan):
        return []
    with suppress(InputFault):  # the data are gone
        samples = load_dataset(Home.default(), plan.project, plan.dataset).samples
        return list(dict.fromkeys(name for sample in samples for name in sample.attributes))
    return []


def answers_csv(job_id: str) -> Path:
    """The answers of a batch. Raises InputFault while they are not ready."""
    file = RunFolder.find(Home.default(), job_id).path / ANSWERS
    if not file.is_file():
        raise InputFault("predict.not_ready")
    return file


def refused_csv(job_id: str) -> Path | None:
    """What a batch could not read, with reasons; None when there is nothing of the kind."""
    file = refused_beside(RunFolder.find(Home.default(), job_id).path / ANSWERS)
    return file if file.is_file() else None


def shift_of(job_id: str) -> Shift | None:
    """Whether a batch is like the samples its model was chosen by; None for a small one. Raises InputFault: no job."""
    return read_noun(RunFolder.find(Home.default(), job_id).path / SHIFT, Shift)


def foreign_csv(job_id: str) -> Path:
    """The samples of a batch, those least like the old ones first."""
    return RunFolder.find(Home.default(), job_id).path / FOREIGN


def parity(run_id: str) -> Parity | None:
    """The certificate of a training's bundle; None before there is one. Raises InputFault: no such job."""
    return bundles.read_parity(RunFolder.find(Home.default(), run_id).bundle)


def bundle_zip(run_id: str) -> Path:
    """The bundle as one file. Raises InputFault unless a fresh process confirmed it, and when a file is damaged."""
    folder = RunFolder.find(Home.default(), run_id)
    kind = next((one for one in (forecasters, assistants) if (folder.bundle / one.MANIFEST).is_file()), bundles)
    if kind is bundles:
        _model(run_id)
    certificate = kind.read_parity(folder.bundle)
    if certificate is None or not certificate.passed:
        raise InputFault("predict.not_certified")
    with suppress(locks.Taken), folder.lock():  # whoever works in there brings a card of its own; the next one has it
        manifest = kind.read_manifest(folder.bundle)
        card = written_anew(folder, manifest)
        stated.state(folder.bundle, kind.MANIFEST, manifest, _about(folder), card)
    target = folder.path / "export" / f"thaw-{run_id}.zip"
    newest = max((folder.bundle / name).stat().st_mtime_ns for name in (kind.MANIFEST, bundles.PARITY))
    if not target.is_file() or target.stat().st_mtime_ns < newest:
        kind.pack(folder.bundle, target, f"thaw-{run_id}")
    return target


def _about(folder: RunFolder) -> About:
    asked = folder.plan()
    return read_about(folder.home, asked.project) if asked.project else About()


def _model(run_id: str) -> tuple[RunFolder, BundleManifest]:
    folder = RunFolder.find(Home.default(), run_id)
    if not folder.bundle.is_dir():
        raise InputFault("predict.no_model")
    return folder, bundles.read_manifest(folder.bundle)


def _check_kind(manifest: BundleManifest, content: bytes | str) -> None:
    """Raises InputFault for a text where files are sorted, and the other way round."""
    written = modalities.get(manifest.modality).written
    if written != isinstance(content, str):
        raise InputFault("predict.not_files" if written else "predict.not_texts")
