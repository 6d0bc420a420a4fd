"""The plotting library for the browser: the file inside the installed plotly package, served by our own server."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route


@cache
def address() -> str:
    """Where the browser finds it. The version is in the name, so it may keep the file for good."""
    return f"/thaw/plotly-{version('plotly')}.min.js"


@cache
def file() -> Path:
    """The file on disk, found without importing plotly."""
    spec = find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("plotly is not installed")
    return Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"


def route() -> Route:
    """Open to everyone: it holds nothing of anybody's."""

    async def give(request: Request) -> Response:
        return FileResponse(
            file(), media_type="text/javascript", headers={"cache-control": "public, max-age=31536000, immutable"}
        )

    return Route(address(), give, methods=["GET"])
