"""Rows for people and for programs: who took how long, how much faster, how good, and whether the goal was reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks import judging
from benchmarks.against import Goal, Outcome, Work
from tl_core.domain.report import Metric

HEAD = (
    "work", "contender", "seeds", "seconds", "Thaw is faster", "goal", "reached", "balanced accuracy",
    "Thaw minus it", "memory",
)  # fmt: skip
POINT = 0.01  # of balanced accuracy
Row = dict[str, Any]


def rows(work: Work, outcomes: list[Outcome], broken: dict[str, str]) -> list[Row]:
    """One for each contender and goal of it; a contender without a goal has one too."""
    found: list[Row] = []
    by_title = {
        contender.title: [outcome for outcome in outcomes if outcome.contender == contender.title]
        for contender in work.contenders
    }
    for title, mine in by_title.items():
        if title in broken:
            found.append({"work": work.name, "contender": title, "failed": broken[title]})
        if not mine:
            continue
        goals: list[Goal | None] = [goal for goal in work.goals if goal.other == title and by_title.get(goal.mine)]
        for goal in goals or [None]:
            row = _about(work, title, mine)
            found.append(row | (_compared(goal, by_title[goal.mine], mine) if goal else {}))
    return found


def _about(work: Work, title: str, outcomes: list[Outcome]) -> Row:
    accuracies = [figure for figure in map(judging.accuracy, outcomes) if figure is not None]
    parts = {name for outcome in outcomes for name in outcome.parts}
    facts = {name for outcome in outcomes for name in outcome.facts}
    return {
        "work": work.name,
        "contender": title,
        "seeds": len(outcomes),
        "seconds": spread([outcome.seconds for outcome in outcomes]),
        "balanced accuracy": spread(accuracies, statistics.mean) if accuracies else None,
        "memory": max(outcome.memory for outcome in outcomes),
        "parts": {part: _median([outcome.parts.get(part) for outcome in outcomes]) for part in sorted(parts)},
        "facts": {fact: _median([outcome.facts.get(fact) for outcome in outcomes]) for fact in sorted(facts)},
    }


def _compared(goal: Goal, mine: list[Outcome], other: list[Outcome]) -> Row:
    """Times of the seeds that both ran; the ratio is of their medians."""
    pairs = judging.paired(mine, other)
    if goal.clock == "equal loss":
        seconds = [judging.seconds_to_equal_loss(*pair) for pair in pairs]
    else:
        seconds = [(ours.seconds, theirs.seconds) for ours, theirs in pairs]
    if goal.kind == "at most":
        seconds = [(theirs, ours) for ours, theirs in seconds]
    ratio = statistics.median([b for _, b in seconds]) / statistics.median([a for a, _ in seconds])
    gain = judging.difference(mine, other)
    reached = ratio >= goal.factor if goal.kind == "at least" else ratio <= goal.factor
    row: Row = {
        "thaw": goal.mine,
        "common seeds": len(pairs),
        "ratio": {"of medians": ratio, **_ends([b / a for a, b in seconds])},
        "goal": f"{goal.kind} {goal.factor:g}x" + (f", {goal.clock}" if goal.clock != "whole" else ""),
        "kind": goal.kind,
        "thaw minus it": {"value": gain.value, "low": gain.low, "high": gain.high} if gain else None,
    }
    if goal.clock == "equal loss":
        best = [[min(loss for _, loss in judging.losses(one)) for one in pair] for pair in pairs]
        row["best log-loss"] = {
            "thaw": statistics.mean(a for a, _ in best), "it": statistics.mean(b for _, b in best)
        }  # fmt: skip
        row["seconds to equal loss"] = {
            "thaw": spread([a for a, _ in seconds]), "it": spread([b for _, b in seconds])
        }  # fmt: skip
    if goal.quality != "any":
        row["goal"] += f", {goal.quality}"
        reached = reached and good_enough(goal.quality, gain)
    return row | {"reached": reached}


def good_enough(quality: str, gain: Metric | None) -> bool:
    """``gain``: balanced accuracy of Thaw minus the other's. Equal: at most a point below; surely: its interval too."""
    if gain is None:
        return False
    if quality == "better":
        return gain.value > 0
    told = gain.low if quality == "surely equal" else gain.value
    return told is not None and told > -POINT


def _median(values: list[Any]) -> float:
    return round(statistics.median([value for value in values if isinstance(value, int | float)] or [0]), 3)


def spread(values: list[float], middle: Callable[[list[float]], float] = statistics.median) -> dict[str, float]:
    return {"middle": middle(values), **_ends(values)}


def _ends(values: list[float]) -> dict[str, float]:
    return {"low": min(values), "high": max(values)}


def markdown(found: list[Row]) -> str:
    """A table, then the parts of every contender's time."""
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in found]
    lines += ["", "Seconds by part (medians), and what else was noted:", ""]
    told = set()
    for row in found:
        key = row["work"], row["contender"]
        if key in told or "parts" not in row:
            continue
        told.add(key)
        noted = {**row["parts"], **{f"({name})": value for name, value in row["facts"].items()}}
        if "best log-loss" in row:
            noted |= {f"(best log-loss, {who})": round(loss, 3) for who, loss in row["best log-loss"].items()}
        lines.append(f"- {' / '.join(key)}: " + ", ".join(f"{name} {value:g}" for name, value in noted.items()))
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    if "failed" in row:
        return [row["work"], row["contender"], "0", f"not run: {row['failed']}", *[""] * (len(HEAD) - 4)]
    if "memory growth" in row:  # of the sizes above it, see ``scaling``
        grown = f"time {row['time']:.2f}x, memory {row['memory growth']:.2f}x"
        return [
            row["work"],
            row["contender"],
            "",
            grown,
            "",
            row["goal"],
            "yes" if row["reached"] else "no",
            "",
            "",
            "",
        ]
    ratio, gain, good = row.get("ratio"), row.get("thaw minus it"), row.get("balanced accuracy")
    faster = ""
    if ratio:
        faster = f"{ratio['of medians']:.2f}x ({ratio['low']:.2f}-{ratio['high']:.2f})"
        faster = f"takes {faster}" if row["kind"] == "at most" else faster
        faster += f", {row['thaw']}" if row["thaw"] != "Thaw" else ""
    return [
        row["work"],
        row["contender"],
        str(row["seeds"]),
        f"{row['seconds']['middle']:.2f} ({row['seconds']['low']:.2f}-{row['seconds']['high']:.2f})",
        faster,
        row.get("goal", ""),
        {True: "yes", False: "no", None: ""}[row.get("reached")],
        f"{good['middle']:.3f} ({good['low']:.3f}-{good['high']:.3f})" if good else "",
        _interval(gain) if gain else "",
        f"{row['memory'] / 2**20:.0f} MiB",
    ]


def _interval(gain: dict[str, float | None]) -> str:
    if gain["low"] is None:
        return f"{gain['value']:+.3f}"
    return f"{gain['value']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
