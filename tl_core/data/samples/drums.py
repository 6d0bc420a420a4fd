"""Drum sounds (FoxDot): kicks, snares, cymbals, claps, hand drums and shakers, as its author sorted and described them.

The package keeps its sounds in folders named for the characters that play them; what each character is, its ``Buffers``
say. Effects, chords and voices are left out: they are no kinds of things.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

ROOT = "FoxDot/snd/"
KINDS = {  # folder of a character -> class
    "a/upper": "kick", "v/lower": "kick", "v/upper": "kick", "x/lower": "kick", "x/upper": "kick",
    "d/upper": "snare", "i/lower": "snare", "i/upper": "snare", "o/lower": "snare", "o/upper": "snare",
    "u/lower": "snare",
    "_/hyphen": "cymbal", "_/equals": "cymbal", "_/colon": "cymbal", "_/tilde": "cymbal", "_/hash": "cymbal",
    "_/asterix": "clap", "h/upper": "clap", "h/lower": "clap",
    "m/lower": "hand drum", "m/upper": "hand drum", "p/lower": "hand drum", "p/upper": "hand drum",
    "k/lower": "shaker", "s/lower": "shaker", "s/upper": "shaker",
}  # fmt: skip


def unpack(package: Path, folder: Path) -> None:
    """One folder a class; "v-upper-03.wav"."""
    with tarfile.open(package) as archive:
        members = {one.name.partition("/")[2]: one for one in archive if one.isfile()}
        for place, label in KINDS.items():
            names = sorted(
                name for name in members if name.startswith(f"{ROOT}{place}/") and name.lower().endswith(".wav")
            )
            (folder / label).mkdir(exist_ok=True)
            for number, name in enumerate(names, start=1):
                found = archive.extractfile(members[name])
                assert found is not None
                target = folder / label / f"{place.strip('_/').replace('/', '-')}-{number:02d}.wav"
                target.write_bytes(found.read())
