"""What a written answer says that its passages do not."""

from __future__ import annotations

import pytest

from tl_core.answering.support import doubts

PASSAGES = [
    "Dryer X200 > Care\nClean the filter of the X200 every 10 drying cycles. Never wash it in the dishwasher, says "
    "Sabine Krause. The dryer takes at most 7 kg of laundry and dries at 60 °C. "
    "If the lamp does not light, press Reset.",
    "Dryer X200 > Warranty\nIt cost 1,000 euros in 2024. The warranty lasts 24 months and is not extended by repairs. "
    "Call os.dryer.reset() or set drum_speed to 1.400 turns a minute.",
]
TRUE = [
    "Clean the X200's filter every ten cycles.",
    "You should never wash the filter in the dishwasher.",
    "Don't wash the filter in the dishwasher.",
    "The dryer takes 7 kilograms of laundry at most.",
    "It dries at 60 degrees.",
    "In 2024 it cost a thousand euros.",
    "It cost 1000 € in 2024.",
    "The warranty lasts two years.",
    "Repairs don't extend the warranty.",
    "Press Reset if the lamp doesn't light.",
    "Set drum_speed to 1400 turns a minute or call dryer.reset().",
]
FALSE = [
    ("Clean the filter of the X200 every 12 drying cycles.", "number", "12"),
    ("Clean the filter of the X200 every eleven drying cycles.", "number", "eleven"),
    ("The dryer takes 7 g of laundry.", "number", "7"),
    ("It dries laundry at 7 °C.", "number", "7"),
    ("The warranty lasts 3 years.", "number", "3"),
    ("Clean the filter of the X300 every 10 drying cycles.", "name", "X300"),
    ("Never wash it in the dishwasher, says Sabine Müller.", "name", "Müller"),
    ("Call os.drum.reset() to set the speed to 1.400 turns a minute.", "name", "os.drum.reset()"),
    ("Do not clean the filter of the X200 every 10 drying cycles.", "negation", "not"),
    ("You can wash it in the dishwasher.", "negation", "wash"),
    ("The warranty is extended by repairs.", "negation", "extended"),
    ("The dryer doesn't take 7 kg of laundry.", "negation", "n't"),
    ("Our shop in town sells bicycles, too.", "sentence", "Our shop in town sells bicycles, too."),
]


@pytest.mark.parametrize("answer", TRUE)
def test_what_is_said_otherwise_is_not_doubted(answer: str) -> None:
    assert doubts(answer, PASSAGES) == []


@pytest.mark.parametrize(("answer", "kind", "part"), FALSE)
def test_what_is_wrong_is_marked_where_it_stands(answer: str, kind: str, part: str) -> None:
    found = doubts("Press Reset. " + answer, PASSAGES)
    assert [(one.kind, ("Press Reset. " + answer)[one.span.start : one.span.end]) for one in found] == [(kind, part)]


@pytest.mark.parametrize(
    ("passage", "true", "false"),
    [
        (
            "Der Filter wird nicht gewaschen. Die Trommel fasst 7 Kilogramm Wäsche.",
            "Die Trommel fasst sieben kg Wäsche.",
            "Der Filter wird gewaschen.",
        ),
        (
            "Le filtre ne doit jamais être lavé. Le tambour contient 7 kilos de linge.",
            "Le tambour contient sept kilos de linge.",
            "Le filtre doit être lavé.",
        ),
        (
            "El filtro no se lava. El tambor admite 7 kilos de ropa.",
            "El tambor admite siete kg de ropa.",
            "El filtro se lava.",
        ),
    ],
)
def test_in_other_languages(passage: str, true: str, false: str) -> None:
    assert doubts(true, [passage]) == []
    assert [one.kind for one in doubts(false, [passage])] == ["negation"]
    assert [one.kind for one in doubts(true.replace("sieben", "acht").replace("sept", "huit").replace("siete", "ocho"),
                                       [passage])] == ["number"]  # fmt: skip


def test_parts_of_two_passages_that_are_alike_are_no_support() -> None:
    alike = [f"The cover of part E{k} opens after {k + 3} minutes." for k in range(4)]
    assert doubts("Part E2's cover opens after 5 minutes.", alike) == []
    assert [one.kind for one in doubts("Part E2's cover opens after 6 minutes.", alike)] == ["number"]


def test_nothing_supports_an_answer_without_passages() -> None:
    assert [one.kind for one in doubts("The dryer takes 7 kg.", [])] == ["sentence"]
    assert doubts("", PASSAGES) == []
