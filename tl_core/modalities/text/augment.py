"""Ways to vary a text that leave its meaning alone, more or less. They help when texts are few and messy."""

from __future__ import annotations

import numpy as np

from tl_core.modalities.augmentation import Augmentation


def drop_words(text: str, rng: np.random.Generator) -> str:
    """Leave out about every tenth word of texts with at least five."""
    words = text.split()
    if len(words) < 5:
        return text
    kept = rng.random(len(words)) >= 0.1
    return " ".join(word for word, stays in zip(words, kept, strict=True) if stays) or text


def slip_keys(text: str, rng: np.random.Generator) -> str:
    """Swap two neighbouring letters in about every twentieth word of four letters or more."""
    words = text.split(" ")
    for number, word in enumerate(words):
        if len(word) >= 4 and rng.random() < 0.05:
            at = int(rng.integers(1, len(word) - 2))
            words[number] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


AUGMENTATIONS = [Augmentation("drop_words", drop_words), Augmentation("slip_keys", slip_keys)]
