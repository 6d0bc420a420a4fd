"""A table of what was measured when, as a project's next dataset version: a sample a series. No torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tl_core.data.doors import Doors
from tl_core.data.incoming import Incoming
from tl_core.data.series.picture import picture
from tl_core.data.series.stored import series
from tl_core.data.series.timeline import SECOND, Timeline, content_of, id_of, iso
from tl_core.data.written import write_whole
from tl_core.domain.dataset import SERIES, Dataset, Refusal, Sample
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.runs.forecast_table import ReadTable, Said, read_table
from tl_core.store.atomic import room_expected


def collect(plan: IntakePlan, doors: Doors, licence: str | None = None) -> Dataset:
    """Read the table that the plan names; files of series and small pictures are written, the dataset is not yet.

    Every series ends as a sample or as a refusal with its reason. Raises ``InputFault`` where no table is or no series
    is left, and ``Stopped``.
    """
    told, others = read_upload(plan.paths, plan.columns, doors.work)
    doors.tell(Phase(name="read", total=len(told.timelines)))
    samples = []
    for one in told.timelines:
        if doors.stop():
            raise Stopped
        samples.append(_sample(one, doors))
    doors.tell(Progress(done=len(samples), total=len(samples)))
    refusals = [_refusal(name, said) for name, said in told.refused.items()]
    refusals += [_refusal(name, said, kept=True) for name, them in told.remarks.items() for said in them]
    refusals += [Refusal(source=name, reason="forecast.other_file") for name in others]
    return Dataset(
        id="",
        modality=plan.modality,
        task="forecast",
        classes=[],
        samples=samples,
        refusals=refusals,
        received=len(samples) + len(told.refused) + len(others),
        licence=licence,
        frequency=told.frequency,
        known=list(told.timelines[0].known_names),
        columns=Columns.model_validate(told.columns),
    )


def read_upload(paths: list[str], columns: Columns | None, work: Path) -> tuple[ReadTable, list[str]]:
    """The first table of an upload, which may be a folder or a zip file, and the names of the other files there.

    Raises ``InputFault``.
    """
    with Incoming([Path(path) for path in paths], work=work, accepts_tables=False, labelled=False) as upload:
        found = upload.first_table()
        if found is None:
            raise InputFault("data.no_table")
        path, name = found
        whole = next(one for one in upload.sources if one.rpartition("/")[2] == name)
        others = [one for one in upload.sources if one != whole]
        return read_table(path, columns.model_dump() if columns else {}, name), others


def _sample(one: Timeline, doors: Doors) -> Sample:
    content = content_of(one)
    own = id_of(content)
    with room_expected():
        write_whole(doors.samples / f"{own}{SERIES}", content)
        write_whole(doors.thumbnails / f"{own}.webp", picture(series(one.values, [one.name])))
    first, last = iso(np.array([one.times[0], one.end]))
    traits: dict[str, str | int | float] = {
        "moments": len(one.values),
        "gaps": round(float(np.isnan(one.values).mean()), 4),
        "step": float(np.median(np.diff(one.times))) / SECOND,
        "from": first,
        "until": last,
        "bytes": len(content),
    }
    return Sample(id=own, source=one.name, file=f"{own}{SERIES}", traits=traits)


def _refusal(name: str, said: Said, *, kept: bool = False) -> Refusal:
    reason, values = said
    return Refusal(source=name, reason=reason, values=values, kept=kept)
