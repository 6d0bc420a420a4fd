"""Names that may be a person's: which they are, and samples without them."""

from __future__ import annotations

from typing import Any

from tl_core.data.names import pseudonym
from tl_core.data.refused import Refused
from tl_core.data.scans.kinds import REASONS as SCAN_REASONS
from tl_core.data.signs import with_signs
from tl_core.domain.dataset import NAMED, Refusal, Sample


def is_scan(answer: dict[str, Any] | Refused) -> bool:
    """Whether this came from a medical file: what it and its neighbours are called may name a patient."""
    if isinstance(answer, Refused):
        return answer.reason.rpartition(".")[2].startswith(SCAN_REASONS)
    return bool(answer.get("scan"))


def with_pseudonyms(
    secret: bytes, samples: list[Sample], refusals: list[Refusal]
) -> tuple[list[Sample], list[Refusal]]:
    """Names become pseudonyms: the same name the same word, so that groups survive, and what may become groups."""

    def hidden(sample: Sample) -> Sample:
        group = pseudonym(secret, "group", sample.group) if sample.group is not None else None
        return sample.model_copy(update={"source": pseudonym(secret, "source", sample.source), "group": group})

    def veiled(refusal: Refusal) -> Refusal:
        values = dict(refusal.values)
        for name in values.keys() & NAMED:
            values[name] = pseudonym(secret, "source", str(values[name]))
        source = pseudonym(secret, "source", refusal.source)
        return refusal.model_copy(update={"source": source, "values": values})

    return [hidden(sample) for sample in with_signs(secret, samples)], [veiled(refusal) for refusal in refusals]
