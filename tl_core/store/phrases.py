"""What a teaching to write keeps in its folder: how written answers compare with quoted ones, and examples of both."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from tl_core.domain.answer import Phrased, PhraseSample
from tl_core.store.atomic import write_bytes, write_json
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder

PHRASED, SAMPLES = "phrased.json", "samples.json"
_SAMPLES = TypeAdapter(list[PhraseSample])


def write_phrased(folder: RunFolder, phrased: Phrased) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_json(folder.evaluation / PHRASED, phrased)


def read_phrased(folder: RunFolder) -> Phrased | None:
    """None before it was judged."""
    return read_noun(folder.path / "evaluation" / PHRASED, Phrased)


def write_samples(folder: RunFolder, samples: Sequence[PhraseSample]) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_bytes(folder.evaluation / SAMPLES, _SAMPLES.dump_json(list(samples)))


def read_samples(folder: RunFolder) -> list[PhraseSample]:
    """Empty before the first are written."""
    try:
        return _SAMPLES.validate_json((folder.path / "evaluation" / SAMPLES).read_bytes())
    except FileNotFoundError:
        return []
