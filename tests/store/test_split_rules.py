"""The rule by which a project deals out its samples."""

from __future__ import annotations

from tl_core.domain.split import SplitRule
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.split_rules import read_split_rule, write_split_rule


def test_the_default_until_another_is_kept(home: Home) -> None:
    project = create_project(home, "reviews", "texts")
    assert read_split_rule(home, project.id) == SplitRule()
    write_split_rule(home, project.id, SplitRule(seed=3, test=0.3))
    assert read_split_rule(home, project.id) == SplitRule(seed=3, test=0.3)
