"""A job: answer for many samples at once, into ``answers.csv`` of the job's folder, and see whether they are unlike
those the model knows.

The file names the samples as the person who brought them did, also in private projects: it is for that person alone,
and useless without. Nothing else keeps the names, and the samples go once they are answered.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tl_core.bundle.load import load_bundle
from tl_core.data.incoming import Incoming
from tl_core.data.refused import Refused
from tl_core.domain.event import Phase, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import ForecastPlan, PredictPlan
from tl_core.runs import shift
from tl_core.runs.answers_file import ANSWERS, AnswersFile
from tl_core.runs.exam import pace
from tl_core.runs.intake import reading_of
from tl_core.runs.uploads import answer_upload
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import write_ahead
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


def run(folder: RunFolder, plan: PredictPlan, home: Home) -> None:
    """Read, answer, write. Taken up again after a kill it starts over. Raises InputFault and Stopped."""
    if "rows" in folder.view().result:  # killed between its last word and its end
        return
    try:
        _answer(folder, plan, home)
    except (InputFault, Stopped):
        _empty_inbox(home, plan)
        raise
    _empty_inbox(home, plan)


def _answer(folder: RunFolder, plan: PredictPlan, home: Home) -> None:
    folder.append(Phase(name="prepare"))
    training = RunFolder.find(home, plan.run)
    if not training.bundle.is_dir():
        raise InputFault("predict.no_model")
    work = folder.path / "work"
    shutil.rmtree(work, ignore_errors=True)
    for part in ("upload", "read"):
        (work / part).mkdir(parents=True)
    asked = training.plan()
    try:
        if isinstance(asked, ForecastPlan):
            _go_on(folder, plan, training, asked, work / "upload")
        else:
            _answer_each(folder, plan, home, training, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _go_on(folder: RunFolder, plan: PredictPlan, training: RunFolder, asked: ForecastPlan, work: Path) -> None:
    """What comes after newer data; their table is read as the first one was, unless somebody says otherwise."""
    from tl_core.runs.forecast_ahead import go_on

    columns = plan.columns
    known = load_dataset(folder.home, asked.project, asked.dataset).columns
    if columns is None and known is not None:
        parted = dict.fromkeys(("encoding", "delimiter", "sheet", "header"))  # may be others in another file
        columns = known.model_copy(update=parted)
    folder.append(Phase(name="predict"))
    ahead, _ = go_on(training.bundle, plan.paths, columns, work)
    write_ahead(folder, ahead)
    rows = sum(len(one.times) for one in ahead.series)
    folder.append(Result(values={"rows": rows, "refused": len(ahead.refused)}))


def _answer_each(folder: RunFolder, plan: PredictPlan, home: Home, training: RunFolder, work: Path) -> None:
    predictor, batch = load_bundle(training.bundle), shift.Batch()
    reading = reading_of(predictor.manifest.modality)
    with Incoming(
        [Path(path) for path in plan.paths],
        work=work / "upload",
        accepts_tables=reading.accepts_tables,
        converter=reading.converter,
        columns=plan.columns,
        labelled=False,
    ) as upload:
        folder.append(Phase(name="predict", total=upload.total))
        tell = pace(folder, upload.total)
        with AnswersFile(folder.path / ANSWERS, predictor.manifest.classes) as file:
            for item, answer in answer_upload(predictor, upload, work / "read", looking=True):
                file.add(item, answer)
                if not isinstance(answer, Refused):
                    batch.add(item, answer)
                tell(file.rows)
    shift.compare(home, training, predictor, batch, folder)
    folder.append(Result(values={"rows": file.rows, "refused": file.refused, "not_sure": file.unsure}))


def _empty_inbox(home: Home, plan: PredictPlan) -> None:
    """Remove what was uploaded; a person's own files elsewhere are never touched."""
    if not plan.remove_paths:
        return
    inbox = home.inbox.resolve()
    for path in map(Path, plan.paths):
        below = path.resolve()
        if inbox in below.parents:
            shutil.rmtree(inbox / below.relative_to(inbox).parts[0], ignore_errors=True)
