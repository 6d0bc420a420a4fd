"""The comparisons, with their goals. Peers run with their own recommended settings; each one's file says which."""

from __future__ import annotations

from functools import partial

from benchmarks import sets
from benchmarks.against import Contender, Goal, Work

LAYERS = 6  # of MiniLM, after the table of words
LATE = 4  # groups of seven that learn nothing: the late ones are half of the network's depth and most of its weights


def works(quick: bool = False) -> list[Work]:
    """``quick``: so small that only the machinery is tried; no figure of it says anything."""
    return [_probe_images(quick), _probe_texts(quick), _late_images(quick), _late_texts(quick), _text(quick),
            _ladder(quick), *_again(quick)]  # fmt: skip


def batches(quick: bool = False) -> list[Work]:
    """How the peers' batch sizes were found: whole trainings with each, for their time and for what they learn.

    Not part of a run unless named: most of an hour.
    """
    loop = {"epochs": 1 if quick else 20}
    frozen = {"epochs": 1 if quick else 10, "frozen": [LAYERS + 1]}
    whole = {"epochs": 1 if quick else 4}
    text = partial(sets.some_reviews, count=60, held_out=20) if quick else sets.reviews
    images = partial(sets.some_solar, count=140 if quick else 500, held_out=60 if quick else 240)
    return [
        Work("batches/images", "torchvision loop, frozen body", "image", images,
             [Contender(f"{size} at once, {workers} loaders", "torchvision_loop",
                        loop | {"batch_size": size, "workers": workers})
              for size, workers in ((4, 0), (16, 0), (32, 0), (16, 2))], [], minutes=30),
        Work("batches/sentences", "Trainer, 300 labels", "text", text,
             [Contender(f"{name}, {size} at once, rate {rate:g}", "trainer", how | {"batch_size": size, "rate": rate})
              for name, how, rates in (("frozen body", frozen, (1e-3, 1e-2)), ("all layers", whole, (5e-5, 2e-4, 5e-4)))
              for rate in rates for size in (8, 16, 32)], [],
             minutes=10),
    ]  # fmt: skip


def _probe_images(quick: bool) -> Work:
    count, held_out, epochs = (140, 60, 1) if quick else (500, 240, 20)
    return Work(
        "probe/images", f"{count} scans of solar cells, files to validation figures", "image",
        partial(sets.some_solar, count=count, held_out=held_out),
        [
            Contender("Thaw", "thaw", {"recipe": "probe"}),
            Contender("floor", "floor"),
            Contender("encode once, LogisticRegressionCV", "logistic_regression"),
            Contender("torchvision loop, frozen body", "torchvision_loop", {"epochs": epochs}, "slowest"),
            Contender("Thaw, nothing compiled yet", "thaw", {"recipe": "probe", "cold": True, "whole": False}, "slow"),
            Contender("floor, nothing compiled yet", "floor", {"cold": True}, "slow"),
        ],
        [
            Goal("Thaw", "floor", 1.5, "at most"),
            Goal("Thaw, nothing compiled yet", "floor, nothing compiled yet", 1.5, "at most"),
            Goal("Thaw", "encode once, LogisticRegressionCV", 2, quality="equal"),
            Goal("Thaw", "torchvision loop, frozen body", 40, quality="better"),
        ],
        minutes=18,
    )  # fmt: skip


def _probe_texts(quick: bool) -> Work:
    count, held_out, epochs = (60, 20, 1) if quick else (1000, 800, 10)
    return Work(
        "probe/sentences", f"{count} sentences of reviews, files to validation figures", "text",
        partial(sets.some_reviews, count=count, held_out=held_out),
        [
            Contender("Thaw", "thaw", {"recipe": "probe"}),
            Contender("floor", "floor"),
            Contender("encode once, LogisticRegressionCV", "logistic_regression"),
            Contender("Trainer, frozen body", "trainer", {"epochs": epochs, "frozen": [LAYERS + 1]}, "slow"),
            Contender("Thaw, nothing compiled yet", "thaw", {"recipe": "probe", "cold": True, "whole": False}, "slow"),
            Contender("floor, nothing compiled yet", "floor", {"cold": True}, "slow"),
        ],
        [
            Goal("Thaw", "floor", 1.5, "at most"),
            Goal("Thaw, nothing compiled yet", "floor, nothing compiled yet", 1.5, "at most"),
            Goal("Thaw", "encode once, LogisticRegressionCV", 2, quality="equal"),
            Goal("Thaw", "Trainer, frozen body", 15, quality="better"),
        ],
        minutes=8,
    )  # fmt: skip


def _late_images(quick: bool) -> Work:
    count, held_out, epochs = (140, 60, 2) if quick else (500, 240, 10)  # fewer leave one block to judge by
    return Work(
        "late-half/images", f"{count} scans, the last three of seven groups learn, {epochs} epochs", "image",
        partial(sets.some_solar, count=count, held_out=held_out),
        [
            Contender("Thaw", "thaw", {"recipe": "finetune", "frozen_stages": LATE, "epochs": epochs}),
            Contender("torchvision loop, same layers", "torchvision_loop", {"epochs": epochs, "frozen": LATE},
                      "slowest"),
            Contender("Thaw, nothing compiled yet", "thaw", {"recipe": "finetune", "frozen_stages": LATE,
                      "epochs": epochs, "cold": True, "whole": False}, "slowest"),
        ],
        [Goal("Thaw", "torchvision loop, same layers", 4, clock="equal loss")],
        minutes=12, boundaries=(LATE,),
    )  # fmt: skip


def _late_texts(quick: bool) -> Work:
    epochs = 2 if quick else 5
    how = {"epochs": epochs, "frozen": [LATE], "judged": True}
    return Work(
        "late-half/sentences", f"300 labels, the last three of six layers learn, {epochs} epochs", "text",
        partial(sets.some_reviews, count=60, held_out=20) if quick else sets.reviews,
        [
            Contender("Thaw", "thaw", {"recipe": "finetune", "frozen_stages": LATE, "epochs": epochs}),
            Contender("Trainer, same layers", "trainer", how, "slow"),
            Contender("Thaw, nothing compiled yet", "thaw", {"recipe": "finetune", "frozen_stages": LATE,
                      "epochs": epochs, "cold": True, "whole": False}, "slowest"),
        ],
        [Goal("Thaw", "Trainer, same layers", 4, clock="equal loss")],
        minutes=6, boundaries=(LATE,),
    )  # fmt: skip


def _text(quick: bool) -> Work:
    epochs, steps = (1, 2) if quick else (4, 100)
    depths = (1, 3)
    return Work(
        "text", "300 labels; Thaw with 1 and with 3 of 7 groups frozen", "text",
        partial(sets.some_reviews, count=60, held_out=20) if quick else sets.reviews,
        [
            *(Contender(f"Thaw, {n} frozen", "thaw", {"recipe": "finetune", "frozen_stages": n}) for n in depths),
            Contender("Trainer, all layers", "trainer", {"epochs": epochs}),
            Contender(f"SetFit, {steps} steps", "setfit", {"steps": steps}, "slowest"),
        ],
        [
            Goal(f"Thaw, {n} frozen", other, factor, quality="surely equal")
            for other, factor in (("Trainer, all layers", 2.0), (f"SetFit, {steps} steps", 5.0))
            for n in depths
        ],
        minutes=18, boundaries=depths,
    )  # fmt: skip


def _ladder(quick: bool) -> Work:
    epochs = 1 if quick else 4  # of Trainer; Thaw's are its own default
    mine = {"recipe": "ladder"} | ({"epochs": 1} if quick else {})
    return Work(
        "ladder", "300 labels, every boundary once; from scratch left out on both sides", "text",
        partial(sets.some_reviews, count=60, held_out=20) if quick else sets.reviews,
        [
            Contender("Thaw", "thaw", mine, "slowest"),
            Contender("Thaw, its networks compiled before", "thaw", mine, "slowest"),
            Contender("Trainer, one boundary after the other", "trainer",
                      {"epochs": epochs, "frozen": list(reversed(range(LAYERS + 1)))}, "slowest"),
        ],
        [Goal(one, "Trainer, one boundary after the other", 4)
         for one in ("Thaw", "Thaw, its networks compiled before")],
        minutes=8, in_order=True,
    )  # fmt: skip


def _again(quick: bool) -> list[Work]:
    """The first time has compiled models, as every time after the set-up, and no activations."""
    found = []
    for modality, recipe in (("image", "probe"), ("text", "probe"), ("image", "finetune"), ("text", "finetune")):
        count = 140 if quick else {"image": 500, "text": 1000}[modality]
        how = {"recipe": recipe, "whole": False} | ({"frozen_stages": LATE} if recipe == "finetune" else {})
        if quick and recipe == "finetune":
            how["epochs"] = 1
        draw = sets.some_solar if modality == "image" else sets.some_reviews
        found.append(
            Work(
                f"again/{recipe}/{modality}s", "the same plan twice in one project", modality,  # type: ignore[arg-type]
                partial(draw, count=count, held_out=20 if quick else 240),
                [Contender("the first time", "thaw", how, "slow"),
                 Contender("Thaw", "thaw", how | {"warm": True}, "slow")],
                [Goal("Thaw", "the first time", 5)],
                minutes=1 if recipe == "probe" else 3, in_order=True, boundaries=(LATE,),
            )
        )  # fmt: skip
    return found
