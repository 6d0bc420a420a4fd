"""The data of a project: looked at before they come in, brought in, corrected, split."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from tl_core import backbones, modalities
from tl_core.bundle.assistant import write_version_index
from tl_core.data.columns import label_text
from tl_core.data.groups import groups_by_pattern
from tl_core.data.incoming import Incoming, as_fault
from tl_core.data.intake import with_groups
from tl_core.data.languages import language_name as language_name  # pages ask here
from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.data.samples import catalogue
from tl_core.data.split import drawn, make_split
from tl_core.data.tables import is_table
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Change, ChangeKind, ClassTarget, Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.finding import Finding
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.project import Purpose
from tl_core.domain.scan import ScanReading
from tl_core.domain.split import Split, SplitRule
from tl_core.domain.text import Text
from tl_core.domain.view import View
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home, checked_id
from tl_core.store.projects import changing_data, read_project, set_dataset
from tl_core.store.split_rules import read_split_rule, write_split_rule
from tl_core.use_cases import runs
from tl_core.words import say

INSPECT_SECONDS = 30  # CPU time
LOOKED_THROUGH = 20  # files of an upload, for one that can be shown


class TableView(Noun):
    """How a table would be read; every part of ``columns`` can be changed and inspected again."""

    name: str  # of the file
    columns: Columns  # filled in: guessed where nothing was asked
    header: list[str]
    rows: list[list[str]]  # the first ones, cells cut for showing
    sheets: list[str]  # of a workbook
    counted: int  # rows looked at
    complete: bool  # those are all
    labels: dict[str, int]  # the most frequent first
    languages: dict[str, int]  # of the first texts
    undecodable: int  # rows with characters that the encoding does not know
    merge_reason: str | None  # "stars", "spelling": why ``merge_labels`` is suggested
    merge_labels: dict[str, str]  # label -> class, "" leaves it out


class ListView(Noun):
    """How a table that says the class of each file would be read."""

    name: str  # of the table
    columns: Columns  # filled in by a guess
    header: list[str]


class GroupPreview(Noun):
    """What a pattern would make of the names at hand."""

    groups: dict[str, int]  # group -> samples
    unmatched: int  # samples that would stay by themselves


class SampleCard(Noun):
    """A sample set on offer."""

    name: str
    title: str
    about: str
    purpose: Purpose
    licence: str
    download_bytes: int
    model_bytes: int  # of the starting model that learns from it, where that is not here yet


def inspect_table(path: Path | str, columns: Columns | None = None) -> TableView:
    """How the table in ``path`` (a file, or an upload's folder or zip) would be read. Raises InputFault."""
    return TableView(**inspected(path, columns, "tl_core.data.tables:inspect", INSPECT_SECONDS, _table_fault))


def inspect_list(path: Path | str) -> ListView:
    """How the first table of an upload's folder would say the classes of its files. Raises InputFault: none does."""
    return ListView(**inspected(path, None, "tl_core.data.tables:inspect_list", INSPECT_SECONDS))


def may_hold_a_list(name: str) -> bool:
    """Whether a file of this name is a table, or may hold one."""
    return is_table(name) or name.lower().endswith(".zip")


def inspected(
    path: Path | str, columns: Columns | None, how: str, seconds: int,
    fault: Callable[[Refused], InputFault] = as_fault,
) -> dict[str, Any]:  # fmt: skip
    """What ``how``, asked in a limited child for so many seconds of CPU time, says of the table in ``path``; its name.

    Raises InputFault.
    """
    with tempfile.TemporaryDirectory(dir=Home.default().cache) as work:
        with Incoming([Path(path)], work=Path(work), accepts_tables=False, labelled=False) as upload:
            found = upload.first_table()
        if found is None:
            raise InputFault("data.no_table")
        file, name = found
        asked = {"path": str(file), "name": name, "columns": columns.model_dump() if columns else None}
        try:
            return {"name": name, **run_one(how, asked, seconds=seconds)}
        except Refused as refused:
            raise fault(refused) from None


def group_preview(pattern: str, paths: Sequence[Path | str] = (), project_id: str | None = None) -> GroupPreview:
    """What ``pattern`` makes of an upload's file names (inbox names or paths), or of a project's samples.

    Raises InputFault for a pattern that does not work, and where names are pseudonyms already.
    """
    home = Home.default()
    if project_id is not None:
        _names_known(home, project_id)
        sources = [sample.source for sample in _data(home, project_id).samples]
    else:
        places = [path if isinstance(path, Path) else home.inbox / checked_id(path) for path in paths]
        with (
            tempfile.TemporaryDirectory(dir=home.cache) as work,
            Incoming(places, work=Path(work), accepts_tables=False, labelled=False) as upload,
        ):
            sources = upload.sources
    groups = groups_by_pattern(pattern, sources)
    return GroupPreview(groups=dict(Counter(group for group in groups if group)), unmatched=groups.count(None))


def start_intake(
    project_id: str,
    paths: Sequence[Path | str],
    test_paths: Sequence[Path | str] = (),
    columns: Columns | None = None,
    merge_labels: dict[str, str] | None = None,
    group_pattern: str | None = None,
    scan: ScanReading | None = None,
    add: bool = False,
    unlabelled: bool = False,
    inside: Path | None = None,
    only: Sequence[str] = (),
) -> str:
    """Read an upload as the project's next dataset version; returns the job's id. Raises InputFault.

    ``add``: its samples join those in use. ``unlabelled``: what has no class stays, to be labelled in the app.
    ``inside``: the paths lie in this folder of the server and stay there; ``only``: files of these codes alone.
    """
    project = read_project(Home.default(), project_id)
    if group_pattern:
        groups_by_pattern(group_pattern, [])  # a pattern that cannot work is said at once
    plan = IntakePlan(
        project=project.id,
        modality=project.modality,
        paths=[str(path) for path in paths],
        test_paths=[str(path) for path in test_paths],
        columns=columns,
        merge_labels=merge_labels or {},
        group_pattern=group_pattern or None,
        scan=scan,
        review=project.private,
        add=add,
        unlabelled=unlabelled,
        inside=str(inside) if inside else None,
        only=list(only),
        remove_paths=inside is None,
    )
    return runs.start(plan)


def scan_preview(paths: Sequence[Path], scan: ScanReading) -> bytes:
    """The first picture or scan of an upload as it would come in, of several slices the middle one; its file's bytes.

    Nothing is kept. Raises InputFault when none of the first ones can be read.
    """
    with tempfile.TemporaryDirectory(dir=Home.default().cache) as name:
        work, read = Path(name, "work"), Path(name, "read")
        work.mkdir()
        read.mkdir()
        fixed = {"samples": str(read), "thumbnails": None, "scan": scan.model_dump()}
        why = Refused("refusals.not_a_picture")
        with Incoming(paths, work=work, accepts_tables=False, labelled=False) as upload:
            for item in islice(upload.items(), LOOKED_THROUGH):
                if item.payload is None:
                    continue
                try:
                    told = run_one(modalities.get("image").reading, {**item.payload, **fixed})
                except Refused as refused:
                    why = refused
                    continue
                parts = told.get("parts", [told])
                return (read / parts[len(parts) // 2]["file"]).read_bytes()
    raise as_fault(why)


def start_sample_intake(project_id: str, name: str, then_train: bool = True) -> str:
    """Fetch a sample set into a project; returns the job's id. Raises InputFault for an unknown name."""
    project = read_project(Home.default(), project_id)
    wanted = catalogue.sample_set(name)
    plan = IntakePlan(
        project=project.id, modality=wanted.modality, paths=[], sample_set=wanted.name,
        then_train="finetune" if then_train else None,
    )  # fmt: skip
    return runs.start(plan)


def sample_sets() -> list[SampleCard]:
    """The sets on offer, in the order they are shown."""
    home = Home.default()
    models = [backbones.card(home, backbones.default(one.modality)) for one in catalogue.sample_sets()]
    return [
        SampleCard(
            title=say(f"samples.{one.name}"),
            about=say(f"samples.{one.name}_about"),
            model_bytes=0 if model.sha256 else model.download_bytes,
            **one.model_dump(include={"name", "purpose", "licence", "download_bytes"}),
        )
        for one, model in zip(catalogue.sample_sets(), models, strict=True)
    ]


def dataset(project_id: str) -> Dataset | None:
    """The version in use; None before the first upload. Raises InputFault when the project is not there."""
    home = Home.default()
    version = read_project(home, project_id).dataset
    return load_dataset(home, project_id, version) if version else None


def version(project_id: str, wanted: str) -> Dataset:
    """Any version, in use or not. Raises InputFault where it is not there."""
    return load_dataset(Home.default(), project_id, checked_id(wanted))


def sound_path(project_id: str, sample: Sample) -> Path | None:
    """The stored sound of a sample, to be played; None for one that is no sound."""
    return Home.default().samples(project_id) / sample.file if sample.file and sample.heard else None


def thumbnail_path(project_id: str, sample: Sample) -> Path | None:
    """The small picture of a sample or of its sound, at most 256 pixels; None for one without."""
    return Home.default().thumbnails(project_id) / f"{sample.id}.webp" if sample.file else None


def preview(project_id: str, sample: Sample) -> View:
    """What a page shows of one sample."""
    home = Home.default()
    modality = read_project(home, project_id).modality
    return modalities.get(modality).preview(home, project_id, sample)


def move_samples(project_id: str, ids: Sequence[str], label: str) -> Dataset:
    """Give samples another class, known or new, as a new dataset version. Raises InputFault."""
    name = label_text(label)
    if not name:
        raise InputFault("data.label_missing")
    wanted = set(ids)

    def moved(old: Dataset) -> Dataset:
        if not wanted <= {sample.id for sample in old.samples}:
            raise InputFault("data.no_such_sample")
        target = ClassTarget(label=name)
        samples = [s.model_copy(update={"target": target}) if s.id in wanted else s for s in old.samples]
        classes = sorted({sample.label for sample in samples if sample.label is not None})
        if len(classes) < 2 <= len(old.classes):
            raise InputFault("data.last_of_two")
        return old.model_copy(update={"samples": samples, "classes": classes})

    return next_version(project_id, moved, "relabel")


def set_groups(project_id: str, pattern: str | None) -> Dataset:
    """Group samples by a pattern over their names, or not at all, as a new dataset version. Raises InputFault."""
    home = Home.default()
    if pattern:
        _names_known(home, project_id)

    def grouped(old: Dataset) -> Dataset:
        sources = [sample.source for sample in old.samples]
        groups: list[str | None] = groups_by_pattern(pattern, sources) if pattern else [None] * len(sources)
        rule = Text(key="data.grouped_by_pattern", values={"pattern": pattern}) if pattern else None
        return old.model_copy(update={"samples": with_groups(old.samples, groups), "group_rule": rule})

    return next_version(project_id, grouped, "group")


def next_version(
    project_id: str, change: Callable[[Dataset], Dataset], kind: ChangeKind, finding: Finding | None = None
) -> Dataset:
    """Store a changed copy of the data in use and use it; it remembers what it was made of, and how.

    What is still in it stays in its part of the split. ``finding``: what it remedies. Raises InputFault without data,
    and what ``change`` raises.
    """
    home = Home.default()
    with changing_data(home, project_id):
        in_use = _data(home, project_id)
        old = drawn(in_use, read_split_rule(home, project_id))
        new = change(old)
        before = {sample.id: sample for sample in old.samples}
        touched = len(old.samples) - len(new.samples) + sum(sample != before[sample.id] for sample in new.samples)
        if not touched:
            return in_use
        made = Change(kind=kind, samples=touched)
        if finding is not None:
            made = made.model_copy(update={"finding": finding.code, "values": finding.values})
        stored = save_dataset(home, project_id, new.model_copy(update={"parent": old.id, "change": made}))
        if stored.task == "answer":  # it can be asked at once
            write_version_index(home, project_id, stored)
        set_dataset(home, project_id, stored.id)
    return stored


def split(project_id: str, rule: SplitRule | None = None) -> Split:
    """How the data would be split by ``rule``, or by the rule kept. Raises InputFault without data."""
    home = Home.default()
    found = _data(home, project_id)
    return _split(home, project_id, found.id, rule or split_rule(project_id))


def split_rule(project_id: str) -> SplitRule:
    """The rule the project keeps; the default before anybody chose one."""
    return read_split_rule(Home.default(), project_id)


def save_split(project_id: str, rule: SplitRule) -> None:
    """Keep the rule for the trainings to come. Raises InputFault when it leaves nothing to learn from."""
    if min(rule.validation, rule.test) < 0 or rule.validation + rule.test > 0.9:
        raise InputFault("data.bad_shares")
    home = Home.default()
    read_project(home, project_id)
    write_split_rule(home, project_id, rule)


def _data(home: Home, project_id: str) -> Dataset:
    version = read_project(home, project_id).dataset
    if version is None:
        raise InputFault("data.no_data")
    return load_dataset(home, project_id, version)


def _names_known(home: Home, project_id: str) -> None:
    if read_project(home, project_id).private:
        raise InputFault("data.groups_private")


@lru_cache(maxsize=16)
def _split(home: Home, project_id: str, version: str, rule: SplitRule) -> Split:
    """A version never changes, so neither does its split; pages ask for it at every look."""
    return make_split(load_dataset(home, project_id, version), rule)


def _table_fault(refused: Refused) -> InputFault:
    if refused.reason.startswith("data."):
        return as_fault(refused)
    return InputFault("data.table_unreadable", reason=Text(key=refused.reason, values=refused.values))
