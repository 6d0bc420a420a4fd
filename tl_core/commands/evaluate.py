"""``evaluate``: a bundle judged on labelled samples, figures with their intervals."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from tl_core.bundle.assistant_folder import is_assistant
from tl_core.commands import answering
from tl_core.commands.training_arguments import columns_of
from tl_core.domain.slices import Sliced
from tl_core.words import say


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", required=True, type=Path, metavar="PATH", help=say("predict.bundle_help"))
    parser.add_argument("--data", required=True, type=Path, metavar="PATH", help=say("predict.labelled_help"))
    for name in ("text", "file", "label", "group", "id", "time"):
        parser.add_argument(f"--{name}-column", metavar="C", help=say(f"predict.{name}_column_help"))
    parser.add_argument("--value-columns", nargs="+", default=[], metavar="C", help=say("predict.value_columns_help"))
    parser.add_argument("--slice-columns", nargs="+", default=[], metavar="C", help=say("predict.slice_columns_help"))


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Every figure as ``test/<name>``: these data are the model's test. Raises InputFault."""
    from tl_core.bundle.load import load_bundle
    from tl_core.runs.labelled import judge

    if is_assistant(args.bundle):
        return answering.evaluate(args)
    predictor = load_bundle(args.bundle)
    columns = columns_of(args)
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
        "calibration": _calibration(judged.held, predictor.decision),
        "threshold": _threshold(judged.held, predictor.decision),
        "not_sure": _not_sure(judged.held),
        "slices": {column.column: _slices(column) for column in judged.slices},
        "baselines": {},
        "seconds": {"evaluate": judged.seconds, "total": judged.seconds},
    }


def tell(result: dict[str, Any]) -> str:
    if "judged" in result:
        return answering.tell_evaluated(result)
    lines = [say("predict.told_judged", count=result["counts"]["test"])]
    for name, figure in result["metrics"].items():
        key = "predict.told_no_interval" if figure["low"] is None else "predict.told_interval"
        metric = name.removeprefix("test/")
        lines.append(f"  {say(f'predict.metric_{metric}')}: {say(key, **figure)}")
    lines += _told(result)
    lines += [one["says"] for column in result["slices"].values() for one in column["proven"]]
    if result["unknown_class"]:
        lines.append(say("predict.told_unknown", count=result["unknown_class"]))
    if result["unread"]:
        lines.append(say("predict.told_unread", count=result["unread"]))
    return "\n".join(lines)


def _told(result: dict[str, Any]) -> list[str]:
    """What the decision is worth here, a line each."""
    lines = [_line("ece", result["calibration"]["ece"])]
    threshold, unsure = result["threshold"], result["not_sure"]
    if threshold:
        names = ("sensitivity", "specificity", "ppv", "npv")
        lines += [_line(name, threshold[name], threshold["class"]) for name in names if threshold[name]]
    if unsure:
        lines += [_line(name, unsure[name]) for name in ("answered", "wrong") if unsure[name]]
    return lines


def _line(name: str, figure: dict[str, Any], label: str = "") -> str:
    key = "predict.told_no_interval" if figure["low"] is None else "predict.told_interval"
    return f"  {say(f'predict.figure_{name}', label=label)}: {say(key, **figure)}"


def _calibration(held: Any, decision: Any) -> dict[str, Any]:
    """ECE and Brier score of the probabilities as told, and of the network's own."""
    return {
        "corrected_by": decision.recalibration.kind if decision else "none",
        **{name: _figure(getattr(held.corrected, name)) for name in ("ece", "brier")},
        "network": {name: _figure(getattr(held.network, name)) for name in ("ece", "brier")},
    }


def _threshold(held: Any, decision: Any) -> dict[str, Any] | None:
    """The class to find, at the bundle's threshold and prevalence; None: the bundle holds no decision."""
    if decision is None:
        return None
    shares = ("sensitivity", "specificity", "ppv", "npv")
    people = ("found", "missed", "alarms", "cleared")
    return {
        "class": decision.cut.positive,
        "rule": decision.wishes.rule.model_dump(),
        "value": decision.cut.threshold,
        "bound": decision.cut.bound,
        "proven": decision.cut.proven,
        "prevalence": decision.cut.prevalence,
        **{name: _figure(getattr(held.screening, name)) for name in shares},
        "per_1000": {name: _figure(getattr(held.screening, name)) for name in people},
    }


def _slices(column: Sliced) -> dict[str, Any]:
    return {
        "parts": {
            one.value: {
                "samples": one.samples,
                "balanced_accuracy": _figure(one.rate),
                "gap": _figure(one.gap) if one.gap else None,
                "chance": one.chance,
            }
            for one in column.slices
        },
        "equalized_odds_difference": column.equalized_odds,
        "demographic_parity_difference": column.demographic_parity,
        "proven": [
            {"value": worse.value, "says": say((told := column.concern(worse)).key, **told.values)}
            for worse in column.proven
        ],
    }


def _not_sure(held: Any) -> dict[str, Any] | None:
    """Share answered against error among the answered; None: the bundle holds no decision."""
    if held.coverage is None:
        return None
    return {
        "error_rate": held.coverage.error,
        "answered": _figure(held.coverage.answered),
        "wrong": _figure(held.coverage.wrong),
        "far": held.coverage.far,
        "true_is_possible": _figure(held.reached),
    }


def _figure(metric: Any) -> dict[str, float | None] | None:
    if metric is None:
        return None
    return {"value": metric.value, "low": metric.low, "high": metric.high}
