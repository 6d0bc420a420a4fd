"""Parts of a report that all tasks share: use, data, findings, starting model, costs, versions, hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tl_core import backbones
from tl_core.bundle.folder import sha256
from tl_core.domain.about import AboutField
from tl_core.domain.card import BackboneCard
from tl_core.domain.finding import Finding
from tl_core.domain.reporting import Block, Dot, Fact, Facts, Items, Paragraph, Table, Where
from tl_core.domain.run import RunView
from tl_core.reporting.figures import count, duration, number
from tl_core.store import runs as index
from tl_core.store.atomic import read_json
from tl_core.store.findings import read_accepted, read_findings
from tl_core.use_cases.about import OF_DATA, OF_USE
from tl_core.use_cases.data import language_name
from tl_core.use_cases.reports.material import Material
from tl_core.words import in_rows, listed, say

MANIFESTS = ("bundle.json", "forecaster.json", "assistant.json")
MOST_LANGUAGES = 8


def stated(material: Material, fields: Sequence[AboutField], where: Where) -> Facts:
    """What a person said of ``fields``, and what nobody did."""
    found = []
    for field in fields:
        said = material.about.said(field)
        name = say(f"about.{field}")
        found.append(Fact(name=name, value=said or say("report.not_stated"), missing=None if said else where))
    return Facts(facts=found)


def use(material: Material, does: Sequence[str]) -> list[Block]:
    items = [*does, say("bundle.card_person")]
    if material.project.private:
        items.append(say("bundle.card_not_medical"))
    return [stated(material, OF_USE, "use"), Items(items=items)]


def data(material: Material, own: Sequence[Block]) -> list[Block]:
    """What a person said, what came in, and what was left out."""
    dataset = material.dataset
    out = [one for one in dataset.refusals if not one.kept]
    facts = [Fact(name=say("report.received"), value=count(dataset.received))]
    facts.append(Fact(name=say("report.taken"), value=count(len(dataset.samples))))
    facts.append(Fact(name=say("report.left_out"), value=count(len(out))))
    if dataset.group_rule:
        groups = {sample.group for sample in dataset.samples if sample.group}
        value = say("report.groups_by", count=len(groups), rule=dataset.group_rule)
        facts.append(Fact(name=say("report.groups"), value=value))
    if dataset.languages:
        common = sorted(dataset.languages, key=lambda code: (-dataset.languages[code], code))[:MOST_LANGUAGES]
        facts.append(Fact(name=say("report.languages"), value=listed(map(language_name, common))))
    if dataset.licence:
        facts.append(Fact(name=say("report.licence"), value=dataset.licence))
    if material.project.private:
        facts.append(Fact(name=say("report.identifiers"), value=say("report.identifiers_gone")))
    blocks: list[Block] = [stated(material, OF_DATA, "data"), Facts(facts=facts), *own]
    if out:
        why = Counter(material.said(one.reason, one.values) for one in out)
        rows = [[reason, count(times)] for reason, times in sorted(why.items(), key=lambda each: (-each[1], each[0]))]
        head = [say("report.why"), say("report.times")]
        blocks.append(Table(title=say("report.left_out_title"), head=head, rows=rows))
    return blocks


def findings(material: Material) -> list[Block]:
    """What the data check said of the very version that was learned from."""
    found = read_findings(material.folder.home, material.project.id, material.dataset.id)
    if found is None:
        return [Paragraph(text=say("report.not_examined"), tone="warning")]
    accepted = read_accepted(material.folder.home, material.project.id)
    blocks: list[Block] = []
    if found.findings:
        rows = [_finding(material, one, one.key in accepted) for one in found.findings]
        head = [say("report.finding"), say("report.weight"), say("report.why_it_matters")]
        blocks.append(Table(title=say("report.findings_title"), head=head, rows=rows, words=True))
    else:
        blocks.append(Paragraph(text=say("check_page.nothing")))
    if found.omitted:
        blocks.append(Paragraph(text=say("report.omitted")))
        blocks.append(Items(items=[material.said(one.key, one.values) for one in found.omitted]))
    return blocks


def _finding(material: Material, one: Finding, accepted: bool) -> list[str]:
    weight = say(f"check_page.level_{one.level}")
    title, why = (material.said(f"findings.{one.code}_{part}", one.values) for part in ("title", "why"))
    return [title, say("report.accepted", level=weight) if accepted else weight, why]


def starting_model(card: BackboneCard, note: str = "") -> list[Block]:
    """Its card: what it learned from, what it never saw, what it may be unfair about."""
    facts = [
        Fact(name=say("report.model_name"), value=f"{card.title} ({card.name})"),
        Fact(name=say("report.licence"), value=str(card.licence) or say("report.not_stated")),
        Fact(name=say("report.model_size"), value=say("report.numbers", number=count(card.parameters))),
    ]
    told = {"learned_from": card.learned_from, "never_seen": card.never_seen, "good_for": card.good_for}
    for name, text in {**told, "known_bias": card.known_bias}.items():
        facts.append(Fact(name=say(f"report.{name}"), value=str(text) or say("report.not_stated")))
    if card.languages:
        facts.append(Fact(name=say("report.languages"), value=listed(map(language_name, card.languages))))
    return [*([Paragraph(text=note)] if note else []), Facts(facts=facts)]


def card_of(material: Material) -> BackboneCard:
    """Raises InputFault where the catalogue lost it."""
    return backbones.card(material.folder.home, material.plan.backbone)


def spent(material: Material) -> list[Fact]:
    """Seconds, energy and device of the run."""
    view, status = material.folder.view(), material.folder.status()
    facts = [Fact(name=say("report.device"), value=str(view.device) or say("report.not_counted"))]
    total = status.seconds.get("total") if status else None
    facts.append(Fact(name=say("report.time"), value=say("report.not_counted") if total is None else duration(total)))
    facts.append(Fact(name=say("report.energy"), value=_energy(view)))
    return facts


def _energy(view: RunView) -> str:
    told = [one.energy for one in view.spent.values()]
    known = [one for one in told if one is not None]
    if not known or len(known) != len(told):
        return say("report.not_counted")
    hours = number(sum(one.joules for one in known) / 3600)
    kind = "measured" if all(one.measured for one in known) else "reckoned"
    return say(f"report.energy_{kind}", value=hours)


def openings(material: Material) -> Paragraph:
    """How often the project's sealed exam was opened, for whichever model."""
    opened = index.count_openings(material.folder.home, material.project.id)
    return Paragraph(text=say("report.openings" if opened else "report.openings_none", count=opened))


def versions(material: Material, weights: str, parity: str) -> list[Block]:
    """What made it, and the digests that tell whether two of them are the same."""
    told = _environment(material)
    libraries = told.get("libraries") or {}
    facts = [
        Fact(name=say("report.thaw"), value=str(told.get("thaw") or say("report.not_stated"))),
        Fact(name=say("report.python"), value=str(told.get("python") or say("report.not_stated"))),
        Fact(name=say("report.system"), value=str(told.get("system") or say("report.not_stated"))),
    ]
    if libraries:
        rest = ", ".join(f"{name} {version}" for name, version in sorted(libraries.items()))
        facts.append(Fact(name=say("report.libraries"), value=rest))
    digests = [
        Fact(name=say("report.run"), value=material.run),
        Fact(name=say("report.data_version"), value=material.dataset.id),
        Fact(name=say("report.starting_weights"), value=card_of(material).sha256 or say("report.not_stated")),
        Fact(name=say("report.weights"), value=weights or say("report.no_weights")),
        Fact(name=say("report.bundle"), value=_bundle(material) or say("report.no_bundle")),
    ]
    if parity:
        digests.append(Fact(name=say("report.parity"), value=parity))
    return [Facts(facts=facts), Paragraph(text=say("report.digests")), Facts(facts=digests)]


def _environment(material: Material) -> dict[str, Any]:
    try:
        return read_json(material.folder.environment)
    except FileNotFoundError:
        return {}


def _bundle(material: Material) -> str:
    """Its description names the digest of every other file."""
    files = [material.folder.bundle / name for name in MANIFESTS]
    return next((sha256(file) for file in files if file.is_file()), "")


def dotted(rows: Iterable[Dot]) -> str:
    """What a chart shows, for those who cannot see it."""
    return in_rows(f"{one.label} {one.said or number(one.value, one.low, one.high)}" for one in rows)
