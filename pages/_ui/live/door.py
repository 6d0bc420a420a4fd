"""The door for live questions: a small picture in, what the model says of it out. Nothing of it is kept."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages._ui.live import LIVE
from tl_core.domain.fault import InputFault
from tl_core.use_cases import live

_STATUS = {"camera.too_fast": 429, "camera.too_large": 413, "camera.closed": 403}


async def _ask(request: Request) -> Response:
    """``POST /thaw/live/<token>``: the body is a picture."""
    try:
        picture = bytearray()
        async for block in request.stream():
            picture += block
            if len(picture) > live.LARGEST:
                raise InputFault("camera.too_large")
        answer = await to_thread.run_sync(live.ask, request.path_params["token"], bytes(picture))
    except InputFault as fault:
        return JSONResponse({"sentence": str(fault)}, status_code=_STATUS.get(fault.key, 422))
    except ClientDisconnect:
        return Response(status_code=400)
    told = answer.model_dump(include={"label", "not_sure", "possible", "seconds"})
    headers = {"cache-control": "no-store"}
    return JSONResponse(told | {"likely": answer.probabilities}, headers=headers)


def route() -> Route:
    return Route(f"{LIVE}/{{token}}", _ask, methods=["POST"])
