"""The door that labels come in through, and questions go out: ``POST /thaw/labels/<token>``."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tl_core.domain.fault import InputFault
from tl_core.use_cases import labelling

LABELS = "/thaw/labels"


async def _label(request: Request) -> Response:
    sent = bytearray()
    try:
        async for block in request.stream():
            sent += block
            if len(sent) > labelling.LARGEST:
                return Response(status_code=413)
        reply = await to_thread.run_sync(labelling.answer, request.path_params["token"], bytes(sent))
    except InputFault as fault:
        return JSONResponse({"sentence": str(fault)}, status_code=400)
    except ClientDisconnect:
        return Response(status_code=400)  # not confirmed: it will be sent again
    return JSONResponse(_told(reply), headers={"cache-control": "no-store"})


def _told(reply: labelling.Reply) -> dict:
    """What the browser hears. Of a sample nothing that could give its class away: no name, no folder."""
    questions = []
    for one in reply.questions:
        samples = []
        for name, way, suggested in zip(one.samples, one.ways, one.suggested, strict=True):
            sample = reply.samples[name]
            samples.append({"id": name, "text": sample.text, "heard": sample.heard, "way": way, "suggested": suggested})
        questions.append({"label": one.label, "samples": samples})
    told = reply.model_dump(include={"standing", "classes", "learned"})
    return {**told, "questions": questions}


def route() -> Route:
    return Route(f"{LABELS}/{{token}}", _label, methods=["POST"])
