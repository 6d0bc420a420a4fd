"""Words that a starting model has never learned as words: slang, names, jargon, typing errors, emoji."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tl_core.domain.fit import Strangeness

PIECES = 3  # a word cut into so many pieces was rare in what the model learned from
EXAMPLES = 8
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[^\w\s\u0000-\u2bff]")  # letters, or one sign beyond punctuation


def strange_words(tokenizer_file: Path, texts: Sequence[str], general: Sequence[str]) -> Strangeness:
    """The share of words in ``texts`` that the tokenizer cuts up or does not know, beside that in ``general``."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    share, found = _cut_up(tokenizer, texts)
    return Strangeness(value=share, usual=_cut_up(tokenizer, general)[0], examples=found)


def _cut_up(tokenizer, texts: Sequence[str]) -> tuple[float, list[str]]:
    words = Counter(word for text in texts for word in _WORD.findall(text))
    if not words:
        return 0.0, []
    unknown = next((i for mark in ("[UNK]", "<unk>") if (i := tokenizer.token_to_id(mark)) is not None), -1)
    strange: Counter[str] = Counter()
    for word, encoded in zip(words, tokenizer.encode_batch(list(words), add_special_tokens=False), strict=True):
        if len(encoded.ids) >= PIECES or unknown in encoded.ids:
            strange[word] = words[word]
    share = sum(strange.values()) / sum(words.values())
    return share, [word for word, _ in strange.most_common(EXAMPLES)]
