"""Pictures under the layer groups: the places in a person's own samples that excite each most, once they are known."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages._ui import shell
from pages._ui.gallery import address
from pages._ui.network.network import Glimpse
from pages._ui.words import t
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.excited import Excited
from tl_core.domain.plan import TrainPlan
from tl_core.use_cases import excited, runs

TICK = 1.0  # seconds between looks while they are looked for


class Shown(NamedTuple):
    """At most three glimpses a layer group, in rows; the rows are empty while ``job`` looks for them."""

    rows: list[list[Glimpse]]
    job: str | None = None


def shown(plan: TrainPlan, card: BackboneCard, dataset: Dataset) -> Shown | None:
    """None where there is nothing to look for, or nobody to do it now."""
    if plan.recipe == "scratch":  # its layers have learned nothing yet
        return None
    found = excited.excited(plan)
    if found is not None:
        return Shown(_glimpses(found, plan, card, dataset))
    job = excited.excite(plan)
    return Shown([[] for _ in card.stages], job) if job else None


def note(seen: Shown | None) -> None:
    """The line beneath the network: what the pictures are, or that they are on their way."""
    if seen is None:
        return
    if seen.job is not None:
        st.fragment(_watch, run_every=TICK)(seen.job)
    elif any(seen.rows):
        shell.quiet(t("model_page.excited"), help=t("model_page.excited_help"))


def _watch(job: str) -> None:
    if not runs.pending(job):
        st.rerun(scope="app")
    shell.quiet(t("model_page.exciting"))


def _glimpses(found: Excited, plan: TrainPlan, card: BackboneCard, dataset: Dataset) -> list[list[Glimpse]]:
    url = address(plan.project)
    labels = {sample.id: sample.label or t("shell.no_class") for sample in dataset.samples}
    return [
        [
            Glimpse(
                patch=f"data:image/webp;base64,{patch.picture}",
                whole=f"{url}/{patch.sample}.webp",
                box=patch.box,
                alt=t(
                    "model_page.excited_alt",
                    title=stage.title, number=rank, count=len(row), label=labels.get(patch.sample, ""),
                ),
                caption=t("model_page.excited_in", label=labels.get(patch.sample, "")),
            )
            for rank, patch in enumerate(row, start=1)
        ]
        for stage, row in zip(card.stages, found.stages, strict=True)
    ]  # fmt: skip
