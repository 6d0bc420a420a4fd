"""Copies of a text are found, slightly reworded too; texts that share a subject are no copies."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core import modalities
from tl_core.domain.dataset import Sample
from tl_core.modalities.look import COPY
from tl_core.modalities.text.alike import LEAST, alike, sketch
from tl_core.store.home import Home

PROSE = "The battery lasted two days, but the screen was broken when it came out of the box."
OTHER = "The battery lasted an hour and the screen is scratched since it fell out of my pocket."


@pytest.mark.parametrize(
    "copy",
    [
        PROSE.upper(),
        PROSE.replace(",", " -").replace(".", "!!"),
        "  ".join(PROSE.split()),
        f"{PROSE} https://example.org/x7",
        PROSE.replace("broken", "brokn"),
        f"RT: {PROSE}",
        PROSE.replace("two", "ｔｗｏ"),
        PROSE.replace("battery", "accumulator"),
    ],
)
def test_copies(copy: str) -> None:
    assert COPY < alike(PROSE, copy) <= 1


@pytest.mark.parametrize(
    "other", [OTHER, PROSE[:40], PROSE.replace("two", "three").replace("broken", "fine"), "", "Fine."]
)
def test_no_copies(other: str) -> None:
    assert alike(PROSE, other) < COPY


def test_another_word_makes_another_text_where_there_are_few() -> None:
    """Film reviews say such things without knowing of each other."""
    worth = "The acting alone is worth the price of admission."
    assert alike(worth, worth.replace("acting", "soundtrack")) < COPY
    assert alike(worth, worth.replace("acting", "acting of the children")) < COPY


def test_words_in_two_places_count_as_other_letters_do() -> None:
    assert alike(PROSE, PROSE.replace("battery", "accumulator").replace("box", "parcel")) < COPY


def test_what_two_people_may_write_is_a_copy_only_when_equal() -> None:
    assert alike("I love it!", "I love it.") == 0
    assert alike("I love it!", "I love it!") == 1
    assert alike(":)", ":)") == 1
    assert len("I love it") < LEAST


def test_sketches_of_copies_are_near() -> None:
    one, copy, other = (sketch(text)[0] for text in (PROSE, f"RT: {PROSE}", OTHER))
    assert one @ copy > 0.85
    assert abs(one @ other) < 0.6
    assert np.linalg.norm(one) == pytest.approx(1)
    assert not sketch("ok").any()


def test_a_projects_samples(home: Home) -> None:
    one, other = (Sample(id=text[:4], source="a", text=text) for text in (PROSE, OTHER))
    text = modalities.get("text")
    assert text.alike(home, "p", one, one) == 1
    assert 0 < text.alike(home, "p", one, other) < COPY
