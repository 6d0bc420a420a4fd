"""Where the uploader sends its files, large ones alone and small ones together, and asks which are still missing."""

from __future__ import annotations

import json
from collections.abc import Callable

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pages._ui.upload import UPLOAD
from tl_core.domain.fault import InputFault
from tl_core.use_cases import uploads
from tl_core.use_cases.parcels import Parcel

_BLOCK = 1 << 20  # bytes gathered before they go to disk: few thread hops, flat memory
_LIST = 12_000_000  # bytes of names


async def _file(request: Request) -> Response:
    """``PUT /thaw/upload/<token>?name=<relative name>``: the body is the file."""
    name = request.query_params.get("name", "")
    try:
        with await to_thread.run_sync(uploads.Arrival, request.path_params["token"], name) as file:
            await _all_of(request, file.write)
    except InputFault as fault:
        return JSONResponse({"sentence": str(fault)}, status_code=400)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is listening; the part file is gone
    return JSONResponse({"bytes": file.bytes})


async def _parcel(request: Request) -> Response:
    """``POST /thaw/upload/<token>``: files one behind the other, as ``use_cases.parcels`` says."""
    try:
        with await to_thread.run_sync(Parcel, request.path_params["token"]) as parcel:
            await _all_of(request, parcel.write)
    except InputFault as fault:
        return JSONResponse({"sentence": str(fault)}, status_code=400)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is listening; what was whole stays
    return JSONResponse({"arrived": parcel.arrived, "refused": parcel.refused})


async def _all_of(request: Request, write: Callable[[bytes], None]) -> None:
    """The body goes to ``write`` as it comes, in blocks, beside the event loop."""
    gathered = bytearray()
    async for block in request.stream():
        gathered += block
        if len(gathered) >= _BLOCK:
            await to_thread.run_sync(write, bytes(gathered))
            gathered.clear()
    await to_thread.run_sync(write, bytes(gathered))


async def _missing(request: Request) -> Response:
    """``POST /thaw/upload/<token>/missing``: names, bytes and marks of content as JSON -> places of those to send."""
    gathered = bytearray()
    token = request.path_params["token"]
    try:
        await to_thread.run_sync(uploads.inbox_of, token)  # a bad one is said before anything is read
        async for block in request.stream():
            gathered += block
            if len(gathered) > _LIST:
                raise InputFault("uploads.torn")
        lacking = await to_thread.run_sync(_lacking, token, bytes(gathered))
    except InputFault as fault:
        return JSONResponse({"sentence": str(fault)}, status_code=400)
    except ClientDisconnect:
        return Response(status_code=400)
    return JSONResponse({"missing": lacking})


def _lacking(token: str, listed: bytes) -> list[int]:
    try:
        wanted = [
            (str(name), int(size), None if mark is None else int(mark)) for name, size, mark in json.loads(listed)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InputFault("uploads.torn") from None
    if len(wanted) > uploads.LOOSE_FILES:
        raise InputFault("uploads.torn")
    return uploads.missing(token, wanted)


def routes() -> list[BaseRoute]:
    return [
        Route(f"{UPLOAD}/{{token}}", _file, methods=["PUT"]),
        Route(f"{UPLOAD}/{{token}}", _parcel, methods=["POST"]),
        Route(f"{UPLOAD}/{{token}}/missing", _missing, methods=["POST"]),
    ]
