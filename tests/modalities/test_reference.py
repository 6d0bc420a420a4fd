"""General samples: there without a download, the same every time, fit for what is asked of them."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core import modalities
from tl_core.data.series.stored import Series
from tl_core.evaluation.intervals import LEAST_UNITS


@pytest.mark.parametrize("name", modalities.names())
def test_always_the_same_and_enough_for_an_interval(name: str) -> None:
    one, other = (modalities.get(name).reference() for _ in range(2))
    assert [_content(raw) for raw in one.raws] == [_content(raw) for raw in other.raws]
    assert len(one.raws) == len(one.lengths) == len(one.units) * (2 if one.pairs else 1)
    assert len(set(one.units)) >= LEAST_UNITS
    assert len(one.units) >= 60
    assert all(length > 0 for length in one.lengths)


def test_sentences_are_prose_without_code_or_markup() -> None:
    reference = modalities.get("text").reference()
    assert reference.pairs
    assert len(set(reference.raws)) == len(reference.raws)
    for text in reference.raws:
        assert text.isascii()
        assert not set(text) & set('_=<>{}[]\\*~#@$%"\n')
    queries = reference.raws[: len(reference.units)]
    assert all(text.endswith((".", ".)")) and 6 <= len(text.split()) <= 30 for text in queries)


def test_details_show_something_and_do_not_leave_their_region() -> None:
    reference = modalities.get("image").reference()
    assert all(np.asarray(image.convert("L"), dtype=float).std() >= 30 for image in reference.raws)
    assert all(image.width == image.height <= 142 for image in reference.raws)  # a third of 427 pixels


def _content(raw: object) -> object:
    if isinstance(raw, str):
        return raw
    return raw.id if isinstance(raw, Series) else raw.tobytes()  # type: ignore[attr-defined]
