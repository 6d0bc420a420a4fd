"""A forecaster as files: the way that was recommended, with its weights if it has any. Written, loaded, proven.

Read from strangers too: names of registry entries and safetensors alone, every file by its hash.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

import tl_core
from tl_core.backbones.families.fracast import forecaster as head_of
from tl_core.backbones.load import rebuild
from tl_core.bundle.folder import CARD, PARITY, WEIGHTS, sha256
from tl_core.bundle.forecaster_card import forecaster_card
from tl_core.bundle.forecaster_folder import MANIFEST, check_weights, read_manifest
from tl_core.bundle.parity import ask, start_fresh
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import LEARNED, ForecasterManifest, ForecastParity, ForecastReport, Frequency
from tl_core.evaluation.forecast_spread import widened
from tl_core.evaluation.forecast_ways import Ways
from tl_core.store.atomic import room_expected, whole_folder, write_json, write_text
from tl_core.tasks.forecast import Forecaster

MOST = 16  # series forecast again
FAILED = ForecastParity(series=0, largest_difference=1.0)


def write_forecaster(
    folder: Path, ways: Ways, report: ForecastReport, frequency: Frequency, known: int
) -> ForecasterManifest:
    """What ``report`` recommends, as files. Raises ``InputFault`` when the disk is full."""
    way = report.recommended
    learned = ways.untuned if way == "untuned" else ways.tuned
    kept = learned if way in LEARNED else None
    with whole_folder(folder) as beside:
        digest = ""
        if kept is not None:
            save_weights(kept, beside / WEIGHTS)
            digest = sha256(beside / WEIGHTS)
        manifest = ForecasterManifest(
            thaw=tl_core.__version__,
            created=time.time(),
            way=way,
            classic=ways.classic,
            horizon=ways.horizon,
            season=ways.season,
            frequency=frequency,
            known=known if ways.known_used else 0,
            tuned_steps=report.tuned_steps,
            widened=next(one.widened for one in report.judgements if one.name == way),
            mase=next(one.mase for one in report.judgements if one.name == way),
            card=kept.backbone.card if kept else None,
            architecture=kept.backbone.architecture if kept else {},
            sha256=digest,
        )
        write_text(beside / CARD, forecaster_card(manifest, report))
        manifest = manifest.model_copy(update={"files": {CARD: sha256(beside / CARD)}})
        write_json(beside / MANIFEST, manifest)
    return manifest


def save_weights(model: Forecaster, file: Path) -> None:
    """``backbone.*`` and ``head.*``, written beside and renamed. Raises ``InputFault`` when the disk is full."""
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {f"backbone.{k}": t for k, t in model.backbone.network.state_dict().items()}
    tensors |= {f"head.{k}": t for k, t in model.head.state_dict().items()}
    beside = file.with_name(f".{file.name}.part")
    try:
        with room_expected():
            save_file({name: t.detach().cpu().contiguous().clone() for name, t in tensors.items()}, beside)
            os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def load_weights(model: Forecaster, file: Path) -> None:
    """What ``save_weights`` wrote, into ``model``. Raises ``InputFault`` where it is none or does not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(file)
        for prefix, module in (("backbone.", model.backbone.network), ("head.", model.head)):
            module.load_state_dict({k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)})
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise InputFault("bundle.damaged", name=file.name) from error


class LoadedForecaster:
    """Forecasts without Thaw's database. Raises ``InputFault`` for files that are damaged or not ours."""

    def __init__(self, folder: Path) -> None:
        self.manifest = told = read_manifest(folder)
        model = None
        if told.way in LEARNED:
            if told.card is None:
                raise InputFault("bundle.not_a_bundle")
            model = _model(folder, told)
        self._ways = Ways(model, model, told.horizon, told.season, told.classic, told.known > 0)

    def ahead(self, pasts: Sequence[np.ndarray], known: Sequence[np.ndarray] = ()) -> np.ndarray:
        """Quantiles at ``evaluation.forecasts.LEVELS`` of what comes after each of ``pasts`` (time,).

        (series, step, level). ``known`` (column, time and the steps to come) of each, where the manifest asks for them.
        """
        told = self.manifest
        if told.known:
            for past, one in zip(pasts, known, strict=True):
                if one.shape[0] != told.known or one.shape[1] < len(past) + told.horizon:
                    raise InputFault("forecast.known_ends", steps=one.shape[1] - len(past), horizon=told.horizon)
        return widened(self._ways.ask(told.way, pasts, known), told.widened)


def _model(folder: Path, told: ForecasterManifest) -> Forecaster:
    assert told.card is not None
    check_weights(folder, told)
    backbone = rebuild(told.card, told.architecture, folder, [])
    try:
        model = Forecaster(backbone, head_of(told.card, told.architecture).eval())
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise InputFault("bundle.damaged", name=WEIGHTS) from error
    load_weights(model, folder / WEIGHTS)
    return model


def certify(
    folder: Path, pasts: Sequence[np.ndarray], known: Sequence[np.ndarray], measured: np.ndarray
) -> ForecastParity:
    """Have a fresh process forecast some of ``pasts`` from the written files; compare with what was ``measured``
    (series, step, level), and keep the certificate beside them."""
    rows = np.unique(np.linspace(0, len(pasts) - 1, min(MOST, len(pasts))).round().astype(int)).tolist()
    request = {
        "folder": str(folder),
        "pasts": [[None if np.isnan(v) else v for v in pasts[row].tolist()] for row in rows],
        "known": [known[row].tolist() for row in rows] if len(known) else [],
    }
    answers = ask(start_fresh(kind="forecaster"), request, lambda reply: np.array(reply["quantiles"], np.float64))
    parity = FAILED
    if answers is not None and answers.shape == measured[rows].shape and np.isfinite(answers).all():
        ranges = np.array([max(float(np.nanmax(pasts[row]) - np.nanmin(pasts[row])), 1e-9) for row in rows])
        off = np.abs(answers - measured[rows]).max(axis=(1, 2)) / ranges
        parity = ForecastParity(series=len(rows), largest_difference=float(off.max()))
    write_json(folder / PARITY, parity)
    return parity
