"""The camera in a browser: what recording and live answers have in common, joined to the module of either.

Components' modules cannot import each other, so the text of one is put before the other's.
"""

from __future__ import annotations

from pathlib import Path

from pages._ui.words import t

_HERE = Path(__file__).parent
SIDE = 400  # pixels of the longer side of a picture that is taken: models see 224


def module(file: Path) -> str:
    """The JavaScript in ``file`` with the camera before it."""
    return f"{(_HERE / 'webcam.js').read_text('utf-8')}\n{file.read_text('utf-8')}"


def style(file: Path) -> str:
    """The style in ``file`` after the camera's."""
    return f"{(_HERE / 'webcam.css').read_text('utf-8')}\n{file.read_text('utf-8')}"


def page(file: Path) -> str:
    """The HTML in ``file`` with the camera's picture and controls where it says ``[[camera]]``."""
    return file.read_text("utf-8").replace("[[camera]]", (_HERE / "webcam.html").read_text("utf-8"))


def words() -> dict[str, str]:
    """What the camera has to say."""
    names = ("on", "ask", "device", "mirror", "mirror_help", "preview", "insecure", "none", "refused", "taken", "lost")
    return {f"camera_{name}": t(f"camera.camera_{name}") for name in names}
