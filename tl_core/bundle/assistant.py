"""An assistant as files: passages, their words and what they mean, and the encoder. Written whole, and loaded.

The same folder is a dataset version's own index (nothing learned, the encoder's weights stay where they are) and the
product of a training (everything inside). It holds the team's own texts. Read from strangers too.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import tl_core
from tl_core import backbones
from tl_core.answering.passages import indexed
from tl_core.answering.reply import Answerer, Found
from tl_core.answering.words import Words
from tl_core.bundle.assistant_card import assistant_card, writing_section
from tl_core.bundle.assistant_folder import (
    ADAPTER,
    MANIFEST,
    OWN,
    PASSAGES,
    VECTORS,
    WORDS,
    hashes,
    is_assistant,
    read_manifest,
    read_passages,
    write_passages,
)
from tl_core.bundle.folder import CARD, WEIGHTS, check_files, sha256
from tl_core.domain.answer import AnswerReport, AssistantManifest, Chances, FinderName, Fusion, Phrased, Reply
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import room_expected, whole_folder, write_array, write_json, write_text
from tl_core.store.home import Home

if TYPE_CHECKING:
    from tl_core.answering.meaning import Encoder
    from tl_core.answering.writer import Writer

COMMON = 0.05  # share of the passages that a language must have to count: its small words are left out of the index


def write_assistant(
    target: Path, samples: Sequence[Sample], words: Words, *, finder: FinderName, fusion: Fusion | None = None,
    chances: Chances | None = None, vectors: np.ndarray | None = None, encoder: Encoder | None = None,
    weights_inside: bool = True, run: str | None = None, licence: str | None = None,
    reports: Sequence[AnswerReport] = (),
) -> AssistantManifest:  # fmt: skip
    """Write the folder ``target``; an older one there is replaced in one step.

    ``vectors`` (passage, feature) are those of ``samples`` by ``encoder``; both or none. A training's
    (``run``) has a card, with the figures of ``reports``. Raises ``InputFault`` when the disk is full.
    """
    with whole_folder(target) as beside:
        with room_expected():
            write_passages(beside / PASSAGES, samples)
            words.save(beside / WORDS)
        architecture, weights = {}, ""
        if vectors is not None and encoder is not None:
            write_array(beside / VECTORS, np.asarray(vectors, dtype=np.float32))
            architecture, weights = encoder.backbone.architecture, encoder.backbone.card.sha256
            if weights_inside:
                weights = _save_encoder(encoder, beside)
        manifest = AssistantManifest(
            thaw=tl_core.__version__,
            created=time.time(),
            run=run,
            passages=len(samples),
            documents=len({sample.source for sample in samples}),
            licence=licence,
            finder=finder,
            fusion=fusion,
            chances=chances,
            card=encoder.backbone.card if encoder is not None and vectors is not None else None,
            architecture=architecture,
            tokens=encoder.tokens if encoder is not None else 256,
            weights=weights,
            files=hashes(beside),
        )
        manifest = _with_card(beside, manifest, reports) if run else manifest
        write_json(beside / MANIFEST, manifest)
    return manifest


def rewrite_assistant_card(folder: Path, reports: Sequence[AnswerReport]) -> None:
    """Bring the card of a written assistant up to date, after the sealed exam; the rest stays as it was certified."""
    write_json(folder / MANIFEST, _with_card(folder, read_manifest(folder), reports))


def _with_card(folder: Path, manifest: AssistantManifest, reports: Sequence[AnswerReport]) -> AssistantManifest:
    write_text(folder / CARD, assistant_card(manifest, reports))
    return manifest.model_copy(update={"files": {**manifest.files, CARD: sha256(folder / CARD)}})


def own_folder(home: Home, project_id: str, version: str) -> Path:
    """Where a dataset version's own index is, or will be."""
    return home.dataset(project_id, version) / OWN


def write_version_index(home: Home, project_id: str, dataset: Dataset) -> None:
    """A version's own index by words, if it has none yet: seconds. Raises ``InputFault`` when the disk is full."""
    target = own_folder(home, project_id, dataset.id)
    if not is_assistant(target):
        words = words_of(dataset)
        write_assistant(target, dataset.samples, words, finder="words", licence=dataset.licence)


def add_meaning(home: Home, project_id: str, dataset: Dataset, vectors: np.ndarray, encoder: Encoder) -> None:
    """A version's own index, with what its passages mean. Raises ``InputFault`` when the disk is full."""
    target = own_folder(home, project_id, dataset.id)
    write_assistant(
        target, dataset.samples, words_of(dataset), finder="both", vectors=vectors, encoder=encoder,
        weights_inside=False, licence=dataset.licence,
    )  # fmt: skip


def words_of(dataset: Dataset) -> Words:
    """The index by words of a dataset's passages."""
    total = sum(dataset.languages.values()) or 1
    languages = [code for code, count in dataset.languages.items() if count / total >= COMMON]
    return Words.build([indexed(sample) for sample in dataset.samples], languages)


class LoadedAssistant:
    """Replies without Thaw's database. Raises ``InputFault`` for files that are damaged or not ours.

    ``home``: where the encoder is, if not in the folder; without it there, passages are found by words alone.
    """

    def __init__(self, folder: Path, home: Home | None = None) -> None:
        self.manifest = told = read_manifest(folder)
        check_files(folder, told.files)
        samples = read_passages(folder / PASSAGES)
        vectors = encoder = None
        if told.card is not None and VECTORS in told.files:
            encoder = _encoder(folder, told, home)
            if encoder is not None:
                vectors = _vectors(folder / VECTORS, (len(samples), encoder.features))
        self._size = sum((folder / name).stat().st_size for name in told.files if name != WEIGHTS)
        self._writer = _writer(folder, told, home)
        self._answerer = Answerer(
            samples, _words(folder / WORDS, len(samples)), fusion=told.fusion, vectors=vectors, encoder=encoder,
            chances=told.chances,
        )  # fmt: skip

    @property
    def index(self) -> tuple[Encoder, np.ndarray] | None:
        """The encoder, and its vectors (passage, feature) of all passages; None: words alone."""
        return self._answerer.index

    @property
    def bytes(self) -> int:
        """About what it takes in memory."""
        networks = [self.index[0].backbone.network] if self.index else []
        networks += [self._writer.model.backbone.network] if self._writer else []
        weights = [tensor for network in networks for tensor in network.state_dict().values()]
        return self._size + sum(tensor.numel() * tensor.element_size() for tensor in weights)

    @property
    def samples(self) -> list[Sample]:
        """Its passages."""
        return self._answerer.samples

    def find(self, question: str) -> Found:
        """How well every passage fits a question."""
        return self._answerer.find(question)

    def reply(self, question: str) -> Reply:
        """Raises ``InputFault`` where nothing is asked."""
        return self._answerer.reply(question)

    def replies(self, question: str) -> Iterator[Reply]:
        """The reply as it grows; the last one is ``done``. Written where the bundle has learned to, and can here."""
        from tl_core.answering.writer import written

        reply = self.reply(question)
        yield from written(reply, self._writer) if self._writer else iter([reply])


def with_writer(source: Path, target: Path, adapter: Path, model: BackboneCard, phrased: Phrased) -> None:
    """A copy of the assistant ``source`` that writes its answers by ``model``, at the strength that was judged.

    Raises ``InputFault`` when the disk is full.
    """
    with whole_folder(target) as beside:
        with room_expected():
            shutil.copytree(source, beside, dirs_exist_ok=True)
            shutil.copytree(adapter, beside / ADAPTER)
        said = (beside / CARD).read_text("utf-8") + "\n" if (beside / CARD).is_file() else ""
        write_text(beside / CARD, said + writing_section(model, phrased))
        told = {"generator": model.name, "strength": phrased.strength, "files": hashes(beside)}
        write_json(beside / MANIFEST, read_manifest(beside).model_copy(update=told))


def _writer(folder: Path, told: AssistantManifest, home: Home | None) -> Writer | None:
    """None where the folder has none, and where its language model is not here: answers are then quoted."""
    if told.generator is None or not backbones.is_fetched(home or Home.default(), told.generator):
        return None
    import torch

    from tl_core.answering.writer import Writer
    from tl_core.backbones.writing import load_writer
    from tl_core.freezing.precision import shortest

    adapter = folder / ADAPTER if any(name.startswith(f"{ADAPTER}/") for name in told.files) else None
    model = load_writer(home or Home.default(), told.generator)
    cpu = torch.device("cpu")
    return Writer(model.to(cpu, shortest(cpu)), adapter, told.strength)  # as it was judged


def _save_encoder(encoder: Encoder, folder: Path) -> str:
    from safetensors.torch import save_file

    tensors = encoder.backbone.network.state_dict()
    with room_expected():
        save_file({n: t.detach().cpu().contiguous().clone() for n, t in tensors.items()}, folder / WEIGHTS)
        for name, file in encoder.backbone.files.items():
            shutil.copyfile(file, folder / name)
    return sha256(folder / WEIGHTS)


def _encoder(folder: Path, told: AssistantManifest, home: Home | None) -> Encoder | None:
    """From the folder, or the starting model of that name where it is still the same; None where neither is."""
    from tl_core.answering.meaning import Encoder
    from tl_core.backbones.load import load

    assert told.card is not None
    if WEIGHTS in told.files:
        backbone = _bundled(folder, told)
    else:
        home = home or Home.default()
        if not backbones.is_fetched(home, told.card.name):
            return None
        if backbones.card(home, told.card.name).sha256 != told.weights:
            return None
        backbone = load(home, told.card.name)
    try:
        return Encoder(backbone, tokens=told.tokens)
    except ValueError as error:  # options that the modality does not know
        raise InputFault("bundle.strange") from error


def _bundled(folder: Path, told: AssistantManifest):
    """First laid out without memory, and built only when it is the network whose weights are in the file."""
    import torch

    from tl_core.backbones.load import fill
    from tl_core.bundle.load import rebuilt, shapes_in

    assert told.card is not None
    with torch.device("meta"):
        skeleton = rebuilt(told.card, told.architecture, folder)
    expected = {name: tuple(tensor.shape) for name, tensor in skeleton.network.state_dict().items()}
    if shapes_in(folder / WEIGHTS) != expected:
        raise InputFault("bundle.weights_do_not_fit")
    backbone = rebuilt(told.card, told.architecture, folder)
    # its weights are those of this folder, not those it once began with: no cache may confuse them
    backbone.card = told.card.model_copy(update={"sha256": told.weights})
    fill(backbone, folder / WEIGHTS)
    return backbone


def _words(folder: Path, passages: int) -> Words:
    try:
        words = Words.load(folder)
        fits = words.passages == passages
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
        raise InputFault("bundle.damaged", name=WORDS) from error
    if not fits:
        raise InputFault("bundle.damaged", name=WORDS)
    return words


def _vectors(file: Path, shape: tuple[int, int]) -> np.ndarray:
    try:
        vectors = np.load(file, allow_pickle=False)
        if vectors.shape == shape and vectors.dtype == np.float32 and np.isfinite(vectors).all():
            return vectors
    except (OSError, ValueError, EOFError) as error:
        raise InputFault("bundle.damaged", name=VECTORS) from error
    raise InputFault("bundle.damaged", name=VECTORS)
