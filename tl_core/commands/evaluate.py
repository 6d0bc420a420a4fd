"""``evaluate``: a bundle judged on labelled samples, figures with their intervals."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from tl_core.domain.plan import Columns
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", required=True, type=Path, metavar="PATH", help=say("predict.bundle_help"))
    parser.add_argument("--data", required=True, type=Path, metavar="PATH", help=say("predict.labelled_help"))
    for name in ("text", "label", "group"):
        parser.add_argument(f"--{name}-column", metavar="C", help=say(f"predict.{name}_column_help"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Every figure as ``test/<name>``: these data are the model's test. Raises InputFault."""
    from tl_core.bundle.load import load_bundle
    from tl_core.runs.labelled import judge

    predictor = load_bundle(args.bundle)
    columns = None
    if args.text_column or args.label_column or args.group_column:
        columns = Columns(text=args.text_column, label=args.label_column, group=args.group_column)
    with tempfile.TemporaryDirectory(prefix="thaw-") as work:
        judged = judge(predictor, args.data, columns, Path(work))
    report = judged.report
    return {
        "status": "done",
        "run": predictor.manifest.run,
        "bundle": str(args.bundle),
        "classes": predictor.manifest.classes,
        "counts": {"train": 0, "validation": 0, "test": report.candidates[0].metrics["accuracy"].samples},
        "unread": judged.unread,
        "unknown_class": judged.unknown,
        "chosen": report.chosen,
        "metrics": {f"test/{name}": _figure(m) for name, m in report.candidates[0].metrics.items()},
        "per_class": {
            one.label: {name: _figure(getattr(one, name)) for name in ("recall", "precision", "f1")}
            for one in report.classes
        },
        "confusion": report.confusion,
        "baselines": {},
        "seconds": {"evaluate": judged.seconds, "total": judged.seconds},
    }


def tell(result: dict[str, Any]) -> str:
    lines = [say("predict.told_judged", count=result["counts"]["test"])]
    for name, figure in result["metrics"].items():
        key = "predict.told_no_interval" if figure["low"] is None else "predict.told_interval"
        metric = name.removeprefix("test/")
        lines.append(f"  {say(f'predict.metric_{metric}')}: {say(key, **figure)}")
    if result["unknown_class"]:
        lines.append(say("predict.told_unknown", count=result["unknown_class"]))
    if result["unread"]:
        lines.append(say("predict.told_unread", count=result["unread"]))
    return "\n".join(lines)


def _figure(metric: Any) -> dict[str, float | None]:
    return {"value": metric.value, "low": metric.low, "high": metric.high}
