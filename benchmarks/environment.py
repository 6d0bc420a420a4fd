"""A virtual environment of its own for contenders that Thaw does not need: SetFit and its family.

``python -m benchmarks peers`` makes it. It sees all that is installed for Thaw, so weights run on the same torch.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "peers"  # ignored by git
HOW = "SetFit is not there: make its environment with `python -m benchmarks peers`; the others run without it."


def python(place: Path = PLACE) -> Path | None:
    """Its interpreter; None while nobody has made it."""
    found = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return found if (place / "made").exists() else None


def make(place: Path = PLACE) -> None:
    """Make or complete it. Raises CalledProcessError when packages cannot be fetched."""
    venv.create(place, with_pip=True, clear=not (place / "pyvenv.cfg").exists())
    inner = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    asked = [str(inner), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (own / "thaw.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    wanted = ["-r", str(ROOT / "benchmarks" / "requirements.txt"), "-c", str(ROOT / "constraints-dev.txt")]
    subprocess.run([str(inner), "-m", "pip", "install", *wanted], check=True)
    (place / "made").touch()
