"""What is asked next."""

from __future__ import annotations

from tl_core.data.asking import AUDITED, FIRST, GROUP, SITTING, Asked, Before, ask, audited, due
from tl_core.domain.labelling import Suggestions

IDS = [f"{number:04x}" for number in range(SITTING + 100)]
FEW = IDS[-200:]


def told(classes: tuple[str, ...] = ("bad", "good"), chances: list[float] | None = None) -> Suggestions:
    """Every other sample is of the first class; the later a sample the surer."""
    chance = chances or [0.5 + 0.4 * number / len(IDS) for number in range(len(IDS))]
    best = [number % len(classes) for number in range(len(IDS))]
    margin = [round(2 * one - 1, 6) for one in chance]
    return Suggestions(
        dataset="d", classes=list(classes), learned=20, samples=IDS, best=best, chance=chance, margin=margin
    )


def history(asked: list[Asked]) -> list[Before]:
    return [pair for one in asked for pair in zip(one.ways, one.suggested, strict=True)]


def test_without_a_model_each_is_asked_by_itself_in_the_given_order() -> None:
    assert [one.samples for one in ask(IDS, None, 3)] == [(IDS[0],), (IDS[1],), (IDS[2],)]
    [first] = ask(IDS, None, 1, at_once=12)
    assert first.samples == tuple(IDS[:12])
    assert (first.label, set(first.ways), set(first.suggested)) == (None, {"alone"}, {None})


def test_groups_hold_the_surest_of_one_class_and_classes_take_turns() -> None:
    asked = ask(IDS, told(), 40)
    groups = [one for one in asked if one.label is not None]
    assert [one.label for one in groups[:4]] == ["good", "bad", "good", "bad"]
    kept_back = [one.samples[0] for one in asked if "audit" in one.ways]
    surest = set(IDS[-1 : -2 * GROUP : -2])
    assert set(groups[0].samples) == surest - set(kept_back)
    assert all(audited(one) for one in kept_back)
    assert not any(audited(one) for group in groups for one in group.samples)


def test_between_two_groups_comes_what_the_model_is_least_sure_of() -> None:
    asked = ask(IDS, told(), 40)
    places = [place for place, one in enumerate(asked) if one.label is not None]
    between = asked[places[0] + 1 : places[1]]
    assert IDS[0] in {one.samples[0] for one in between if one.ways == ("alone",)}


def test_it_goes_on_where_it_was_however_few_are_fetched_at_once() -> None:
    pool, seen = list(IDS), []
    while pool and len(seen) < 30:
        [one, *_] = ask(pool, told(), 1, before=history(seen))
        seen.append(one)
        pool = [sample for sample in pool if sample not in one.samples]
    groups = [one.label for one in seen if one.label is not None]
    assert len(groups) >= 4
    assert groups[:4] in (["good", "bad", "good", "bad"], ["bad", "good", "bad", "good"])


def test_everything_is_asked_once_and_only_once() -> None:
    late = [*IDS, "came-later"]
    asked = [sample for one in ask(late, told(), 10_000) for sample in one.samples]
    assert sorted(asked) == sorted(late)


def test_what_is_not_sure_is_never_suggested() -> None:
    assert all(one.label is None for one in ask(IDS, told(chances=[0.55] * len(IDS)), 30))


def test_of_few_samples_of_two_classes_the_least_sure_come_last_and_in_groups_too() -> None:
    asked = ask(FEW, told(chances=[0.5 + 0.4 * number / len(IDS) for number in range(len(IDS))]), 10_000)
    assert {way for one in asked for way in one.ways} == {"group", "audit"}
    assert FEW[0] in asked[-1].samples + asked[-2].samples
    assert sorted(sample for one in asked for sample in one.samples) == FEW
    more = ask(FEW, told(("a", "b", "c"), [0.35] * len(IDS)), 20)  # a wrong one of three costs two keys
    assert all(one.label is None for one in more)


def test_what_is_left_over_of_a_class_comes_by_itself() -> None:
    asked = ask(FEW[:2], told(), 10)
    assert sorted(one.samples for one in asked) == [(one,) for one in FEW[:2]]


def test_one_in_fifteen_is_kept_back() -> None:
    assert 40 < sum(audited(f"{number:016x}") for number in range(1000)) < 1400 / AUDITED


def test_a_model_learns_from_enough_labels_of_two_classes_and_again_after_some() -> None:
    assert not due(FIRST - 1, {"a", "b"}, 0)
    assert not due(FIRST, {"a"}, 0)
    assert due(FIRST, {"a", "b"}, 0)
    assert not due(FIRST + 5, {"a", "b"}, FIRST)
    assert due(2 * FIRST, {"a", "b"}, FIRST)
