"""A report about one run: put together, and written as HTML or PDF. A moment's work, so no job."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Literal

from tl_core import words
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.reporting import Block, Facts, Items, Paragraph, RunReport, Section
from tl_core.store.about import read_about
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.reports import answer, classify, common, crosswalk, forecast
from tl_core.use_cases.reports.material import Material, Told
from tl_core.words import joined, say

Format = Literal["html", "pdf"]
_OF_PLAN: dict[type, Callable[[Material], Told]] = {
    TrainPlan: classify.told,
    ForecastPlan: forecast.told,
    AnswerPlan: answer.told,
}
_TAGS = {"zh": "zh-Hans"}  # where a language alone leaves open how it is written


def write(run_id: str, kind: Format, *, samples: bool = False, address: str = "", language: str = "") -> bytes:
    """The file. ``samples``: some wrong answers are shown, never of a private project. ``address``: of the app.
    ``language``: one of ``words.languages()``; empty: the one spoken here.

    Raises InputFault: no such job, or nothing was judged.
    """
    apart = copy_context()  # what is spoken for a report is not spoken after it
    if language:
        apart.run(words.speak, language)
    return apart.run(_written, run_id, kind, samples, address)


def _written(run_id: str, kind: Format, samples: bool, address: str) -> bytes:
    report = content(run_id, samples=samples)
    if kind == "html":
        from tl_core.reporting.html import write_html

        return write_html(report, address)
    from tl_core.reporting.pdf import write_pdf

    return write_pdf(report)


def ready(run_id: str) -> bool:
    """Whether there is something to report. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    return type(folder.plan()) in _OF_PLAN and (folder.path / "evaluation" / "validation.json").is_file()


def content(run_id: str, *, samples: bool = False, made: float | None = None) -> RunReport:
    """What the report says. ``made``: when, seconds since 1970; None: now. Raises InputFault as ``write``."""
    material = _material(run_id, samples)
    told = _OF_PLAN[type(material.plan)](material)
    sections = [one for one in _sections(material, told) if one.blocks]
    numbers = {one.name: place for place, one in enumerate(sections, 1)}
    if not told.external:
        numbers.pop("external", None)
    if told.raters:
        numbers["raters"] = numbers["data"]
    if material.project.private:
        numbers["identifiers"] = numbers["data"]
    sections.append(_section("crosswalk", crosswalk.table(material.about, numbers)))
    title = say("report.title", name=material.project.name)
    moment = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(time.time() if made is None else made))
    spoken = words.language()
    return RunReport(
        language=_TAGS.get(spoken, spoken),
        title=title,
        subtitle=_subtitle(material),
        made=say("report.made_on", moment=moment),
        project=material.project.id,
        sections=sections,
    )


def _material(run_id: str, samples: bool) -> Material:
    home = Home.default()
    folder = RunFolder.find(home, run_id)
    plan = folder.plan()
    if not isinstance(plan, TrainPlan | ForecastPlan | AnswerPlan):
        raise InputFault("results.not_a_training")
    project = read_project(home, plan.project)
    dataset = load_dataset(home, project.id, plan.dataset)
    about = read_about(home, project.id)
    return Material(project, folder, plan, dataset, about, samples and may_show_samples(project))


def may_show_samples(project: Project) -> bool:
    return not project.private


def _subtitle(material: Material) -> str:
    return say("report.subtitle", title=common.card_of(material).title, run=material.run)


def _sections(material: Material, told: Told) -> list[Section]:
    summary: list[Block] = [Paragraph(text=joined(told.headline), tone="lead")]
    if material.project.private:
        summary.append(Paragraph(text=say("shell.not_medical"), tone="warning"))
    summary.append(Paragraph(text=say("report.about"), tone="quiet"))
    training: list[Block] = [Facts(facts=told.training), Facts(facts=common.spent(material))]
    limits = [*told.limits, *([say("bundle.card_not_medical")] if material.project.private else [])]
    parts: dict[str, list[Block]] = {
        "summary": summary,
        "use": common.use(material, told.use),
        "data": common.data(material, told.data),
        "findings": common.findings(material),
        "split": told.split,
        "model": common.starting_model(common.card_of(material)),
        "training": training,
        "figures": told.figures,
        "deciding": told.deciding,
        "fairness": told.fairness,
        "external": told.exam,
        "transfer": told.transfer,
        "explaining": told.explaining,
        "failures": told.failures,
        "limits": [Items(items=limits)],
        "versions": common.versions(material, told.weights, told.parity),
    }
    return [_section(name, blocks) for name, blocks in parts.items()]


def _section(name: str, blocks: list[Block]) -> Section:
    return Section(name=name, title=say(f"report.section_{name}"), blocks=blocks)
