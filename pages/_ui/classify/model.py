"""Which starting model, how much of it thaws, and how it learns; then one button."""

from __future__ import annotations

import streamlit as st

from pages._ui import (
    again,
    backbone_choice,
    boundary,
    costs,
    draft,
    excited,
    fetching,
    findings,
    fits,
    ladders,
    learning_form,
    network,
    not_labelled,
    shell,
    tabled,
    variations,
)
from pages._ui.runs import page as runs_page
from pages._ui.words import joined, t, term
from tl_core.domain.project import Project
from tl_core.use_cases import checks, runs


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    not_labelled.end_unless_learnable(dataset)
    plan = draft.base(project)
    card = backbone_choice.current(project, plan.backbone)

    shell.page_head(t("model_page.question"), t(f"model_page.context_{project.modality}", count=len(dataset.samples)))
    recipe = learning_form.recipe(project, plan)
    frozen = draft.boundary(project, plan, recipe, card)
    picture = f"network-{project.id}-{recipe}-{backbone_choice.safe(card.name)}"
    face = st.container(key="network")
    with face:  # at once, so that what is below begins below
        shell.quiet(
            t("model_page.slider"),
            help=term("frozen", joined((t("model_page.slider_help"), t("model_page.stages_note")))),
        )

    backbone_choice.show(project, card, lambda: fits.show(plan.model_copy(update={"backbone": card.name})))
    fits.doubts(project, dataset, card, plan)
    choices: dict[str, object] = {"recipe": recipe, "backbone": card.name}
    choices["frozen_stages"] = frozen if recipe == "finetune" else None
    choices["augmentations"] = variations.show(project, dataset, plan, recipe)
    choices.update(learning_form.advanced(project, plan, recipe, card))
    choices["class_weights"] = learning_form.class_weights(project, dataset, plan)
    chosen = draft.finished(plan, choices)

    with face:
        takes = costs.costs(chosen)
        seen = excited.shown(chosen, card, dataset)
        network.draw(
            card.stages,
            network.of_classes(dataset.classes, card.features),
            frozen,
            key=picture,
            still=recipe != "finetune",
            blank=recipe == "scratch",
            rank=chosen.lora_rank if recipe == "finetune" else None,
            costs=takes,
            glimpses=seen.rows if seen else None,
            on_change=lambda: boundary.move(project, card, picture),
        )
        excited.note(seen)
        if card.any_depth and recipe != "scratch":
            shell.quiet(t("model_page.any_depth"))
        tabled.on_demand(network.rows(card.stages, takes), title=t("model_page.table"), key="network")

    here = fetching.is_here(card)
    findings.line([f for f in checks.findings_of(project.id, dataset.id) or [] if f.level == "alarm"])
    again.changes(project, chosen)
    with st.container(key="start", horizontal=True, vertical_alignment="center", gap="medium"):
        if shell.primary(t("model_page.start"), ":material/play_arrow:", key="start-training", disabled=not here):
            with shell.faults_shown():
                shell.go("train", run=runs.start(chosen))
        if here:
            values = {"recipe": t(f"model_page.recipe_{recipe}"), "title": card.title, "count": len(dataset.samples)}
            shell.quiet(t("model_page.start_text", **values))
        else:
            fetching.first(card)
    if here:
        ladders.offer(project, draft.for_ladder(plan, choices))
    runs_page.link(runs.count_of(project.id, ["train"]))
