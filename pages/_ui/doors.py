"""The server's own doors: the header on every response, thumbnails, sounds, and those that lie beside their part.

Streamlit's routes stay as they are. Ours lie under ``/thaw/``, outside Streamlit's cross-site protection, so each
demands a signed token that a page handed out a short while ago.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui import glossary
from pages._ui.camera import door as camera
from pages._ui.labelling import route as labels
from pages._ui.live import door as live
from pages._ui.live_curves import library
from pages._ui.upload import door as upload
from tl_core.domain.fault import InputFault
from tl_core.use_cases import uploads

PICTURES = "/thaw/pictures"
SOUNDS = "/thaw/sounds"
_KEPT = {"cache-control": "private, max-age=86400, immutable"}  # a sample's id is its content's


@cache
def content_policy() -> str:
    """``default-src 'self'`` plus the little Streamlit needs.

    Its page holds one inline script (allowed by its hash), styles are set from script, the code of components arrives
    as blobs, and so does what the microphone heard.
    """
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, flags=re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self' blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Headers:
    """Puts the content policy and its companions on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", content_policy().encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in self.headers}
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
                message = {**message, "headers": [*kept, *self.headers]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnPagesOnly:
    """Closes the socket to pages of other sites.

    Streamlit would refuse them too, but only after asking an address on the internet what ours is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            origin = headers.get(b"origin")
            if origin is not None and urlsplit(origin).netloc != headers.get(b"host"):
                await receive()
                await send({"type": "websocket.close", "code": 1008})
                return
        await self.app(scope, receive, send)


async def _picture(request: Request) -> Response:
    """``GET /thaw/pictures/<token>/<sample id>.webp``."""
    return await _file(request, uploads.thumbnail, "image/webp")


async def _sound(request: Request) -> Response:
    """``GET /thaw/sounds/<token>/<sample id>.flac``, or a range of its bytes."""
    return await _file(request, uploads.sound, "audio/flac")


async def _file(request: Request, find: Callable[[str, str], Path | None], kind: str) -> Response:
    name = request.path_params["sample"].rpartition(".")[0]
    try:
        path = await to_thread.run_sync(find, request.path_params["token"], name)
    except InputFault:
        return Response(status_code=403)
    if path is None:
        return Response(status_code=404)
    return FileResponse(path, media_type=kind, headers=_KEPT)


def routes() -> list[BaseRoute]:
    return [
        *upload.routes(),
        Route(f"{PICTURES}/{{token}}/{{sample}}", _picture, methods=["GET"]),
        Route(f"{SOUNDS}/{{token}}/{{sample}}", _sound, methods=["GET"]),
        labels.route(),
        library.route(),
        glossary.route(),
        camera.route(),
        live.route(),
    ]
