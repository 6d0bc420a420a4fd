"""``predict``: a bundle answers for samples, into a CSV file."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from tl_core.commands import forecasting
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", required=True, type=Path, metavar="PATH", help=say("predict.bundle_help"))
    parser.add_argument("--data", required=True, type=Path, metavar="PATH", help=say("predict.data_help"))
    parser.add_argument("--text-column", metavar="C", help=say("predict.text_column_help"))
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.csv", help=say("predict.out_help"))
    forecasting.add_columns(parser)


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Answer for everything in ``--data``. Raises InputFault."""
    if args.out.is_dir():
        raise InputFault("predict.out_is_folder")
    if forecasting.is_forecaster(args.bundle):
        return forecasting.go_on(args)
    from tl_core.bundle.load import load_bundle
    from tl_core.data.incoming import Incoming
    from tl_core.runs.answers_file import AnswersFile, refused_beside
    from tl_core.runs.intake import reading_of
    from tl_core.runs.uploads import answer_upload

    began = time.monotonic()
    predictor = load_bundle(args.bundle)
    columns = Columns(text=args.text_column, label="", group="") if args.text_column else None
    reading = reading_of(predictor.manifest.modality)
    with (
        tempfile.TemporaryDirectory(prefix="thaw-") as upload_work,
        tempfile.TemporaryDirectory(prefix="thaw-") as read_work,
        Incoming(
            [args.data],
            work=Path(upload_work),
            accepts_tables=reading.accepts_tables,
            converter=reading.converter,
            columns=columns,
            labelled=False,
        ) as upload,  # fmt: skip
        AnswersFile(args.out, predictor.manifest.classes) as file,
    ):
        for item, answer in answer_upload(predictor, upload, Path(read_work)):
            file.add(item, answer)
    return {
        "status": "done",
        "bundle": str(args.bundle),
        "classes": predictor.manifest.classes,
        "out": str(args.out),
        "rows": file.rows,
        "refused": file.refused,
        "not_sure": file.unsure if predictor.decision else None,
        "refused_out": str(refused_beside(args.out)) if file.refused else None,
        "seconds": {"total": time.monotonic() - began},
    }


def tell(result: dict[str, Any]) -> str:
    if "way" in result:
        return say("forecast.told_ahead", count=result["rows"], out=result["out"])
    lines = [say("predict.told", count=result["rows"] - result["refused"], out=result["out"])]
    if result["not_sure"]:
        lines.append(say("predict.told_not_sure", count=result["not_sure"]))
    if result["refused"]:
        lines.append(say("predict.told_refused", count=result["refused"], file=result["refused_out"]))
    return "\n".join(lines)
