"""A text with the words that counted, or without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tl_core.domain.card import TextInput
from tl_core.domain.explanation import Word

_WORD = re.compile(r"\S+\s*")


def spans(file: Path, spec: TextInput, max_tokens: int, text: str) -> list[tuple[int, int]]:
    """Where in ``text`` each token stands that the network is given; (0, 0) for marks and the prefix."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(max_tokens, spec.tokens))
    before = len(spec.prefix)
    found = tokenizer.encode(spec.prefix + text).offsets
    return [(start - before, end - before) if end > before else (0, 0) for start, end in found]


class TextParts:
    """``values`` (token,) what each token adds to the answer, ``places`` where it stands in ``text``."""

    def __init__(self, text: str, values: np.ndarray, places: Sequence[tuple[int, int]]) -> None:
        self._words = [match.group() for match in _WORD.finditer(text)]
        starts = np.array([match.start() for match in _WORD.finditer(text)])
        self._weights = np.zeros(len(self._words))
        for value, (start, end) in zip(values, places, strict=True):
            if end > start and len(starts):
                self._weights[max(0, int(np.searchsorted(starts, start, side="right")) - 1)] += value

    def shown(self) -> dict[str, Any]:
        most = max(float(np.abs(self._weights).max(initial=0.0)), 1e-9)
        pairs = zip(self._words, self._weights / most, strict=True)
        return {"words": [Word(text=text, weight=round(float(weight), 3)).model_dump() for text, weight in pairs]}

    def covered(self, share: float) -> str:
        return self._without(np.argsort(-self._weights, kind="stable")[: self._count(share)])

    def elsewhere(self, share: float, rng: np.random.Generator) -> str:
        """Without as many words, of those that count less where there are enough of them."""
        count = self._count(share)
        rest = np.argsort(-self._weights, kind="stable")[count:]
        return self._without(rng.permutation(rest)[:count])

    def _count(self, share: float) -> int:
        return min(len(self._words), max(1, round(share * len(self._words))))

    def _without(self, gone: np.ndarray) -> str:
        left = set(range(len(self._words))) - set(gone.tolist())
        return "".join(self._words[number] for number in sorted(left)).strip()
