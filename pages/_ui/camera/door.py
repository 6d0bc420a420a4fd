"""The door to pictures that were just recorded, for their thumbnails after a reload."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pages._ui.camera import FRAMES
from tl_core.domain.fault import InputFault
from tl_core.use_cases import captures


async def _frame(request: Request) -> Response:
    """``GET /thaw/frames/<inbox token>?label=&recording=&frame=``."""
    asked = request.query_params
    place = (asked.get("label", ""), asked.get("recording", ""), asked.get("frame", ""))
    try:
        path = await to_thread.run_sync(captures.frame, request.path_params["token"], *place)
    except InputFault:
        return Response(status_code=403)
    if path is None:
        return Response(status_code=404)
    return FileResponse(path, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})


def route() -> Route:
    return Route(f"{FRAMES}/{{token}}", _frame, methods=["GET"])
