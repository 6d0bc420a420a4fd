"""Every kind of job: somebody does it, it has a place in the guide, and words."""

from __future__ import annotations

import importlib
import inspect
from typing import get_args

import pytest

from tl_core.domain.plan import Plan
from tl_core.jobs.kinds import KINDS
from tl_core.use_cases import projects
from tl_core.words import say

PLANS = get_args(get_args(Plan)[0])


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.__name__)
def test_every_plan_is_done_by_somebody_somewhere(plan: type) -> None:
    kind = plan.model_fields["kind"].default  # type: ignore[attr-defined]
    module, _, name = KINDS[kind].partition(":")
    done_by = getattr(importlib.import_module(module), name)
    assert list(inspect.signature(done_by).parameters) == ["folder", "plan", "home"]
    assert projects._PLACE[kind] in projects.STEPS
    assert say(f"shell.job_{kind}")


def test_no_kind_is_left_over() -> None:
    assert set(KINDS) == {plan.model_fields["kind"].default for plan in PLANS}
