"""Whether two texts are copies: the same words, give or take a few. No torch.

Dice's coefficient of the sets of four characters that follow each other, after case, punctuation, spaces and links are
made equal. 0.9 is a Jaccard index of 0.82, near the 0.8 that is common for near-duplicates (Lee et al. 2022,
"Deduplicating training data makes language models better"). In a text of a dozen words another word in the place of one
costs more than that, so words that stand alike from the start and from the end are counted too. No package: datasketch
finds the same pairs in millions of texts, where here a few neighbours of each are compared.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

import numpy as np

TOGETHER = 4  # characters
LEAST = 25  # characters, made equal: what is shorter, two people may write without knowing of each other
LOOKED_AT = 20_000  # characters from the start
NUMBERS = 512  # of a sketch
SKETCHED = 2_000  # characters from the start
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
WORDS = re.compile(r"\w+")


def alike(one: str, other: str) -> float:
    """1 for the same words, 0 for nothing in common; very short texts are copies only when they are equal."""
    if one == other:
        return 1.0
    some, others = _parts(one), _parts(other)
    if not some or not others:
        return 0.0
    return max(2 * len(some & others) / (len(some) + len(others)), _in_place(one, other))


def sketch(text: str) -> np.ndarray:
    """(1, 512) of length 1: counts of the parts, hashed; their products are near to how alike texts are.

    Signs by hashing, so that parts that meet in one number cancel out (Weinberger et al. 2009). All 0 for a text that
    is too short.
    """
    counts = np.zeros((1, NUMBERS), dtype=np.float32)
    for part in _parts(text[:SKETCHED]):
        code = zlib.crc32(part.encode("utf-8", "replace"))
        counts[0, code % NUMBERS] += 1 if code & 0x80000000 else -1
    return counts / max(float(np.linalg.norm(counts)), 1e-12)


def _in_place(one: str, other: str) -> float:
    """Share of the longer text's words that both have before, or after, the one place where they differ."""
    some, others = _words(one), _words(other)
    less, more = sorted((len(some), len(others)))
    before = next((k for k in range(less) if some[k] != others[k]), less)
    left = less - before
    after = next((k for k in range(left) if some[-1 - k] != others[-1 - k]), left)
    return (before + after) / max(1, more)


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, ...]:
    """Without case, marks and links."""
    plain = unicodedata.normalize("NFKC", LINK.sub(" ", text[:LOOKED_AT])).casefold()
    return tuple(WORDS.findall(plain))


@lru_cache(maxsize=1024)
def _parts(text: str) -> frozenset[str]:
    """The sets of characters; none for a text that is too short."""
    joined = " ".join(_words(text))
    if len(joined) < LEAST:
        return frozenset()
    return frozenset(joined[k : k + TOGETHER] for k in range(len(joined) - TOGETHER + 1))
