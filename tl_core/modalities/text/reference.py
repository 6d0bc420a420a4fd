"""General English that is on every machine: paragraphs of the Python language reference, from the standard library.

Public text under the Python Software Foundation's licence. The first sentence of a paragraph is a query, the rest of it
the passage to be found; both are cleaned of code and markup. Another version of Python may hold other paragraphs: what
a tuned model has kept is always measured against the original on the same ones. Recall at 1 on those of Python 3.11, as
fetched: MiniLM-L6 0.50, MPNet-base 0.47, multilingual E5-small 0.38 (chance: 0.007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tl_core.modalities.reference import Reference

MOST = 150  # pairs
QUERY = (6, 30)  # words of a first sentence, at least and at most
PASSAGE = (8, 40)  # words of the rest; what is longer loses its end
_SENTENCE = re.compile(r"(?<=[a-z)][.])\s+(?=[A-Z])")
_CODE = re.compile(r"[_=<>{}\[\]|\\^~#@$%&/+]|\w\.\w|\w\(|::|[0-9][.,][0-9]|^\W")
_MARKS = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"} | dict.fromkeys('\u201c\u201d"*`'))


def reference() -> Reference:
    """At most 150 pairs, evenly chosen over all topics; pairs of one topic count as one unit."""
    from pydoc_data.topics import topics

    found = [(name, *pair) for name in sorted(topics) for pair in _pairs(topics[name])]
    unique = list({query: (name, query, passage) for name, query, passage in found}.values())
    chosen = [unique[k * len(unique) // MOST] for k in range(MOST)] if len(unique) > MOST else unique
    numbers = {name: k for k, name in enumerate(dict.fromkeys(name for name, _, _ in chosen))}
    return Reference(
        raws=[query for _, query, _ in chosen] + [passage for _, _, passage in chosen],
        units=[numbers[name] for name, _, _ in chosen],
        pairs=True,
    )


def _pairs(topic: str) -> Iterator[tuple[str, str]]:
    """Paragraphs that are prose, as first sentence and rest."""
    for paragraph in re.split(r"\n\s*\n", topic):
        joined = re.sub(r"-\n\s*", "-", paragraph).translate(_MARKS).replace("()", "")
        text = " ".join(joined.split())
        if not text.endswith(".") or not text.isascii() or _CODE.search(text):
            continue
        first, *rest = _SENTENCE.split(text)
        query, passage = first.split(), " ".join(rest).split()
        if QUERY[0] <= len(query) <= QUERY[1] and len(passage) >= PASSAGE[0]:
            yield first, " ".join(passage[: PASSAGE[1]])
