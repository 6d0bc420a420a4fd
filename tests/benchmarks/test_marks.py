"""The measure of marks: faults are planted where they are said to be, and true sentences stay true."""

from __future__ import annotations

import random

from benchmarks.marks import _variants, judged, said_otherwise

THINGS = [
    ("drum", "Anna", "water"), ("motor", "Berta", "steam"), ("pump", "Clara", "sand"), ("filter", "Dora", "foam"),
    ("heater", "Emma", "lime"), ("sensor", "Frieda", "dust"),
]  # fmt: skip
PASSAGES = [
    f"The {thing}\nThe {thing} of the X{k}00 does not stop while {stuff} is inside of this {thing} chamber. "
    f"You can open the {thing} cover of part E{k} after {k + 3} minutes with a {stuff} key. "
    f"The {thing} must be freed of {stuff} {k + 12} times a year by {name} from the {thing} workshop."
    for k, (thing, name, stuff) in enumerate(THINGS)
]


def test_every_fault_is_planted_and_most_are_marked() -> None:
    rows = {row["fault"]: row for row in judged("own", PASSAGES, 12)}
    assert rows.keys() == {"true", "number", "name", "negation"}
    assert rows["true"]["sentences"] == 12
    assert rows["true"]["marked"] <= 0.1
    for kind in ("number", "name", "negation"):
        assert rows[kind]["sentences"] > 0
        assert rows[kind]["marked"] >= 0.5  # passages so alike that a wrong name is often true of another


def test_a_fault_stands_where_it_is_said_to() -> None:
    sentence = "You can open the cover of part E7 after 10 minutes with the blue key of Krause."
    names = [f"Name{k}" for k in range(30)]
    found = {one.fault: one for one in _variants(sentence, names, random.Random(3))}
    told = found[""].sentence
    assert found["name"].sentence[found["name"].start : found["name"].end] in names
    assert found["negation"].sentence[found["negation"].start : found["negation"].end] == "not"
    assert found["number"].sentence != told
    assert said_otherwise("You do not use it.", random.Random(1)) != ""
