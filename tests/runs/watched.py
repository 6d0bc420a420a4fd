"""Which samples a run really reads: the exam's must not be among them."""

from __future__ import annotations

import pytest

from tl_core.domain.dataset import Sample
from tl_core.runs import material


def samples_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of the samples read from now on; it grows."""
    read: set[str] = set()
    raw = material.Reader.raw

    def watched(reader: material.Reader, sample: Sample) -> object:
        read.add(sample.id)
        return raw(reader, sample)

    monkeypatch.setattr(material.Reader, "raw", watched)
    return read
